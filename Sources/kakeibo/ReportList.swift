import Columns
import Reports
import Warehouse

/// The library's reports as a table, by topic.
enum ReportList {
  /// - Parameter text: keeps only those that have it in their topic, name or description.
  static func result(_ reports: [NamedQuery], matching text: String? = nil) -> QueryResult {
    let rows = matching(reports, text)
    let columns: [(String, (NamedQuery) -> String)] = [
      ("topic", topic), ("name", \.name), ("answers", \.answers),
      (
        "parameters",
        { query in query.parameters.map { "\($0.name): \($0.summary)" }.joined(separator: "; ") }
      ),
    ]
    let schema = Schema(columns.map { Field($0.0, .varchar) })
    let batch = Batch(
      columns.map { column in
        Column(.varchar, values: rows.map { .text(column.1($0)) })
      }, count: rows.count)
    return QueryResult(schema: schema, batches: [batch])
  }

  /// The list as a page for people: a heading per topic, texts wrapped.
  static func page(_ reports: [NamedQuery], matching text: String?, width: Int) -> String {
    let chosen = matching(reports, text)
    let indent = (chosen.map(\.name.count).max() ?? 0) + 4
    var lines: [String] = []
    var topic = ""
    for query in chosen {
      if Self.topic(query) != topic {
        topic = Self.topic(query)
        lines += (lines.isEmpty ? [] : [""]) + [topic]
      }
      var about = query.answers
      let own = query.parameters.filter { $0.name != "month" && $0.name != "rows" }
      if !own.isEmpty { about += " (" + own.map(\.name).joined(separator: ", ") + ")" }
      let name = Page.left("  " + query.name, indent)
      lines.append(
        name + Page.wrapped(about, width: width, indent: indent).joined(separator: "\n"))
    }
    lines += [
      "",
      "\(chosen.count) reports; 'kakeibo report NAME' answers for the last month, --param month=2026-09 for another",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func matching(_ reports: [NamedQuery], _ text: String?) -> [NamedQuery] {
    let wanted = text?.lowercased() ?? ""
    return sorted(reports).filter { query in
      wanted.isEmpty
        || "\(topic(query)) \(query.name) \(query.title) \(query.answers)".lowercased()
          .contains(wanted)
    }
  }

  /// By topic as a bill is read, then by name; topics of a user's own come last.
  static func sorted(_ reports: [NamedQuery]) -> [NamedQuery] {
    reports.sorted { (rank($0), topic($0), $0.name) < (rank($1), topic($1), $1.name) }
  }

  static func topic(_ query: NamedQuery) -> String { query.notes["topic"] ?? "other" }

  private static let topics = [
    "overview", "change", "allocation", "compute", "storage", "network", "databases", "services",
    "commitments", "bill", "inventory", "focus",
  ]

  private static func rank(_ query: NamedQuery) -> Int {
    topics.firstIndex(of: topic(query)) ?? topics.count
  }
}
