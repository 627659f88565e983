import Columns

/// Times in the sentences of `doctor`.
package enum HealthText {
  /// A table and a source, once where both are called the same.
  package static func place(_ table: String, _ source: String) -> String {
    source.isEmpty || source == table ? table : table.isEmpty ? source : "\(table) \(source)"
  }

  /// `2026-10-25 06:00`.
  package static func time(_ microseconds: Int64) -> String {
    String(CivilTimeText.text(timestamp: microseconds).prefix(16))
  }

  /// `40 minutes`, `26 hours`, `3 days`.
  package static func duration(_ microseconds: Int64) -> String {
    let minutes = microseconds / (60 * 1_000_000)
    let hours = (microseconds + Microseconds.hour / 2) / Microseconds.hour
    if minutes < 90 { return counted(minutes, "minute") }
    if hours < 48 { return counted(hours, "hour") }
    return counted((hours + 12) / 24, "day")
  }

  private static func counted(_ count: Int64, _ unit: String) -> String {
    "\(Figure.count(Int(count))) \(unit)\(count == 1 ? "" : "s")"
  }
}
