import Columns
import Delta
import Synchronization

/// The bounds of a file's values as the log has them, understood when they are first asked for: most
/// queries of a table with many files are about its partitions.
final class LoggedBounds: Sendable {
  private let text: String
  private let schema: Schema
  private let inexact: Set<Int>
  private let known = Mutex<[Int: ColumnBounds]?>(nil)

  init(_ text: String, _ snapshot: Snapshot) {
    self.text = text
    schema = snapshot.loggedSchema
    inexact = snapshot.metadata.schema.inexactBounds
  }

  /// By position in the table's schema; columns of which nothing is known are absent.
  var bounds: [Int: ColumnBounds] {
    known.withLock { known in
      if let known { return known }
      let found = parse()
      known = found
      return found
    }
  }

  private func parse() -> [Int: ColumnBounds] {
    guard let statistics = FileStatistics(parsing: text, schema: schema) else {
      return [:]
    }
    var bounds: [Int: ColumnBounds] = [:]
    for (position, known) in statistics.columns {
      if inexact.contains(position) { continue }
      // Bounds and counts are those of all rows that the file has; where some are taken out they are
      // wider than need be.
      bounds[position] = ColumnBounds(
        min: known.min, max: known.max, nullCount: known.nullCount,
        rowCount: statistics.rowCount)
    }
    return bounds
  }
}
