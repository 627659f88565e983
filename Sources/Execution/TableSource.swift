package import Columns
package import Planning

/// A table that can be read; what Execution knows of files, logs and formats.
package protocol TableSource: PlannedTable {
  /// Opens a scan: decides which pieces are needed, reads nothing yet.
  func scan(_ request: ScanRequest) throws -> any TableScan
}

/// What a scan must deliver.
package struct ScanRequest: Sendable {
  /// Positions in the table's schema, without repeats; batches have these columns in this order.
  package let columns: [Int]
  /// Conditions that every wanted row meets. A source uses them to leave out what cannot match;
  /// rows that do not match may still be delivered.
  package let conditions: [ScanCondition]
  /// Rows a batch should have at most.
  package let batchSize: Int
  /// Where only the extremes of some columns matter, their positions; nil where every row is wanted. A
  /// source may deliver other rows for a piece then, with the same extremes in these columns, and in the
  /// other columns what all rows of the piece have.
  package let extremes: Extremes<Int>?

  package init(
    columns: [Int], conditions: [ScanCondition], batchSize: Int, extremes: Extremes<Int>? = nil
  ) {
    self.columns = columns
    self.conditions = conditions
    self.batchSize = batchSize
    self.extremes = extremes
  }
}

/// A test of one column against constants of its type.
package struct ScanCondition: Sendable {
  /// Position in the table's schema.
  package let column: Int
  package let test: Test

  package enum Test: Sendable {
    /// Inclusive bounds, nil for open; strict comparisons are widened to these.
    case range(lower: Value?, upper: Value?)
    /// One of these values, none NULL.
    case oneOf([Value])
    case isNull
    case isNotNull
  }

  package init(column: Int, test: Test) {
    self.column = column
    self.test = test
  }
}

/// A table cut in pieces that can be read side by side, each in order.
package protocol TableScan: Sendable {
  /// Pieces in the table's order: row groups, files. Fixed by the data, not by the number of threads.
  var pieceCount: Int { get }

  /// Starts to read a piece. Readers of different pieces are used on different threads.
  func open(piece: Int) throws -> any BatchReader

  /// Bytes of the files that the scan may touch, and that the table has; nil where there are none.
  func byteCounts() -> (read: Int, total: Int)?
}

extension TableScan {
  package func byteCounts() -> (read: Int, total: Int)? { nil }
}

/// Reads a piece batch by batch.
package protocol BatchReader: AnyObject {
  /// The next batch, never empty; nil at the end.
  func next() throws -> Batch?

  /// The rows of the next batch that pass a test, never none; nil at the end.
  ///
  /// - Parameters:
  ///   - positions: the columns of a batch that the test looks at; a reader may have read only these
  ///     when it asks, and leave NULLs in the others.
  ///   - test: says which rows of a batch pass, in ascending order; nil for all.
  func next(
    testing positions: [Int], _ test: (Batch) throws -> Selection?
  ) throws -> Batch?
}

extension BatchReader {
  package func next(
    testing positions: [Int], _ test: (Batch) throws -> Selection?
  ) throws -> Batch? {
    while let batch = try next() {
      guard let rows = try test(batch) else { return batch }
      if rows.count > 0 { return batch.selected(rows) }
    }
    return nil
  }
}
