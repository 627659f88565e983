import Columns
import Files
import Parquet

/// Compares what the log and the footer of a file say of its values with each other, or with the values.
struct ColumnCheck {
  private let file: AddFile
  private let snapshot: Snapshot
  private let parquet: ParquetFile
  private let statistics: FileStatistics?
  private let locator: ColumnLocator

  init(_ file: AddFile, _ snapshot: Snapshot, _ parquet: ParquetFile) {
    self.file = file
    self.snapshot = snapshot
    self.parquet = parquet
    statistics = file.stats.flatMap {
      FileStatistics(parsing: $0, schema: snapshot.loggedSchema)
    }
    locator = ColumnLocator(snapshot)
  }

  /// - Parameter isDeep: whether all pages are read; else the footer is taken at its word.
  /// - Throws: `FormatError` when a page is damaged.
  func problems(isDeep: Bool) throws -> [String] {
    // By position in the file.
    var known = isDeep ? try read() : try footerRanges()
    var problems = known.problems
    for (column, bounds) in (statistics?.columns ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard !snapshot.partitionPositions.contains(column),
        let position = try locator.position(of: column, in: parquet),
        parquet.schema[position].type == snapshot.schema[column].type
      else { continue }
      let range = known.ranges.removeValue(forKey: position) ?? ValueRange()
      let isText = snapshot.schema[column].type.physical == .text
      let isExact =
        !snapshot.metadata.schema.inexactBounds.contains(column)
        // Footers cut texts too, and elsewhere.
        && (isDeep || !isText)
      // A vector's writer need not count anew.
      let nullCount = file.deletionVector == nil ? bounds.nullCount : nil
      if let message = range.contradiction(
        isExact ? bounds.min : nil, isExact ? bounds.max : nil, nullCount)
      {
        problems.append("column '\(snapshot.schema[column].name)': the log says \(message)")
      }
    }
    return problems
  }

  private typealias Known = (ranges: [Int: ValueRange], problems: [String])

  /// What the footer says; columns of which it does not say all stay unknown.
  private func footerRanges() throws -> Known {
    var ranges: [Int: ValueRange] = [:]
    for position in parquet.schema.fields.indices {
      var range = ValueRange()
      for group in parquet.rowGroups where group.rowCount > 0 {
        range.add(group.statistics[position], rowCount: group.rowCount)
      }
      ranges[position] = range
    }
    return (ranges, [])
  }

  /// What the values are; the footer's row groups are compared on the way.
  private func read() throws -> Known {
    var ranges: [Int: ValueRange] = [:]
    var problems: [String] = []
    let all = Array(parquet.schema.fields.indices)
    for (index, group) in parquet.rowGroups.enumerated() where group.rowCount > 0 {
      var found = [ValueRange](repeating: ValueRange(), count: all.count)
      let reader = try parquet.reader(rowGroup: index, columns: all, batchSize: 8192)
      var rows = 0
      while let batch = try reader.next() {
        rows += batch.count
        for (position, column) in batch.columns.enumerated() { found[position].add(column) }
      }
      if rows != group.rowCount {
        problems.append("row group \(index) claims \(group.rowCount) rows and has \(rows)")
      }
      for position in all {
        if let message = found[position].contradiction(group.statistics[position]) {
          problems.append(
            "row group \(index), column '\(parquet.schema[position].name)': the footer says \(message)"
          )
        }
        ranges[position, default: ValueRange()].add(found[position])
      }
    }
    return (ranges, problems)
  }
}
