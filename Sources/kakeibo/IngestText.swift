import Ingestion
import TextFormats

/// What an ingest did, as a person reads it.
enum IngestText {
  /// A line per delivery that did not fail, with its total; then what was passed over.
  static func lines(_ summary: IngestSummary) -> [String] {
    var lines: [String] = []
    for delivery in summary.deliveries where delivery.status != .failed {
      lines.append(line(delivery))
      lines += delivery.notes.map { "    \($0)" }
    }
    lines += ignored(summary.ignored)
    if summary.deliveries.isEmpty && lines.isEmpty { lines.append("found no files to load") }
    return lines.map(TerminalText.escaped)
  }

  static func failures(_ summary: IngestSummary) -> [String] {
    summary.deliveries.filter { $0.status == .failed }.map {
      // What a damaged file would have been is not known; its notes name it.
      TerminalText.escaped(
        ($0.kind.isEmpty && $0.table.isEmpty ? "" : "\($0.title): ")
          + "\($0.notes.joined(separator: "; ")); nothing of it was stored")
    }
  }

  private static func line(_ delivery: DeliverySummary) -> String {
    var words = [delivery.title]
    if let period = delivery.period { words.append(period) }
    switch delivery.status {
    case .loaded:
      words.append(
        "\(FigureText.count(delivery.rows)) \(delivery.rows == 1 ? "row" : "rows") into \(delivery.table)"
      )
    case .unchanged: words.append("unchanged, loaded before")
    case .waiting: words.append("waiting for the rest of the delivery")
    case .superseded: words.append("older than the version that is loaded")
    case .failed: words.append("failed")
    }
    if delivery.status == .loaded, let total = delivery.total {
      words.append("total \(FigureText.money(total)) \(delivery.currency ?? "")")
      if let before = delivery.replaced {
        words.append(
          (before.wasClosed ? "restated" : "updated")
            + (before.total.map { ", was \(FigureText.money($0))" } ?? ""))
      }
    }
    return words.joined(separator: " · ")
  }

  /// A few by name, the rest as a count.
  private static func ignored(_ files: [IgnoredFile]) -> [String] {
    let shown = files.prefix(5).map { "passed over \($0.path): \($0.reason)" }
    return files.count > 5 ? shown + ["passed over \(files.count - 5) more files"] : Array(shown)
  }
}
