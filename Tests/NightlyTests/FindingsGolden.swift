import Columns
import Evaluators
import Files
import Foundation
import Testing
import TextFormats
import Warehouse

/// Findings held to files of what they were.
///
/// `FINDINGS_UPDATE=1 swift test --filter NightlyTests` writes the files anew; read the difference.
enum FindingsGolden {
  static let folder = Path.join(
    Path.split(Path.split(#filePath).directory).directory, "Golden/findings")

  /// Figures to the cent: what is measured here is which finding, not the last digit.
  static func text(_ table: FindingsTable, _ rows: [[Value]], leavingOut left: [String] = [])
    -> String
  {
    text(table.fields, rows, leavingOut: left)
  }

  /// The rows of a query, which has to order them.
  static func text(_ result: QueryResult) -> String {
    text(result.schema.fields, result.rows(), leavingOut: [])
  }

  private static func text(_ fields: [Field], _ rows: [[Value]], leavingOut left: [String])
    -> String
  {
    let kept = fields.indices.filter { !left.contains(fields[$0].name) }
    let lines = rows.map { row in
      kept.map { cell(fields[$0].type, row[$0]) }.joined(separator: " | ")
    }
    return ([kept.map { fields[$0].name }.joined(separator: " | ")] + lines)
      .joined(separator: "\n") + "\n"
  }

  private static func cell(_ type: DataType, _ value: Value) -> String {
    switch (type, value) {
    case (_, .null): ""
    case (.date, let value): value.int64.map { Day.text(Int($0)) } ?? ""
    case (.timestamp, let value): value.int64.map { CivilTimeText.text(timestamp: $0) } ?? ""
    case (_, .double(let number)): FigureText.money(number, isGrouped: false)
    case (_, .decimal(let cents)): "\(cents)"
    case (_, .boolean(let flag)): "\(flag)"
    case (_, let value): value.string ?? value.int64.map { "\($0)" } ?? "?"
    }
  }

  /// Compares with the file, or writes it.
  static func hold(_ text: String, to name: String) throws {
    let path = Path.join(folder, name)
    if ProcessInfo.processInfo.environment["FINDINGS_UPDATE"] != nil {
      try Directory.create(folder)
      let output = try OutputFile(path)
      try output.write(text)
      try output.finish()
      return
    }
    let known = String(decoding: try FileSource(path).readAll(), as: UTF8.self)
    let differing = zip(text.split(separator: "\n"), known.split(separator: "\n"))
      .first { $0 != $1 }
    #expect(
      text == known, "\(differing.map { "\($0.0)\ninstead of\n\($0.1)" } ?? "more or fewer rows")")
  }

  /// The cells of a column in a file, by the words of each where there are several.
  static func cells(_ column: String, in file: String) throws -> Set<String> {
    let text = String(
      decoding: try FileSource(Path.join(folder, file)).readAll(), as: UTF8.self)
    let lines = text.split(separator: "\n").map { $0.components(separatedBy: " | ") }
    let header = try #require(lines.first, "\(file)")
    let position = try #require(header.firstIndex(of: column), "\(column) in \(file)")
    return Set(lines.dropFirst().compactMap { $0.indices.contains(position) ? $0[position] : nil })
  }
}
