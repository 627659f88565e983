import Columns
import Execution
import Files
import Parquet
import Planning

/// Delivers, in place of a row group's rows, two that have the least and the greatest values of its columns.
final class ExtremesReader: BatchReader {
  /// The rows, until they are delivered.
  private var waiting: Batch?

  init(_ rows: Batch) { waiting = rows }

  func next() -> Batch? {
    defer { waiting = nil }
    return waiting
  }

  /// The two rows, made of what the file's footer says of a row group.
  ///
  /// - Parameters:
  ///   - wanted: the columns of the table that the rows have.
  ///   - extremes: those of which only the extremes matter; the others must be the same in all rows.
  /// - Returns: nil where the footer does not say what they are.
  static func rows(
    of data: DataFile, _ file: ParquetFile, rowGroup: Int, _ columns: FileColumns, _ wanted: [Int],
    _ extremes: Extremes<Int>
  ) throws(FormatError) -> Batch? {
    var assembled: [Column] = []
    for column in wanted {
      let type = columns.schema[column].type
      var values: [Value] = [.null, .null]
      if let constant = data.constants[column] {
        values = [constant, constant]
      } else if let place = try columns.place(of: column, in: file) {
        guard file.schema[place.position].type == type,
          let known = known(column, file.rowGroups[rowGroup], place.position, extremes)
        else { return nil }
        values = known
      }
      assembled.append(Column(type, values: values))
    }
    return Batch(assembled, count: 2)
  }

  /// The least and the greatest value of a column, one of them in place of the other where only that is
  /// asked for.
  private static func known(
    _ column: Int, _ group: ParquetRowGroup, _ position: Int, _ extremes: Extremes<Int>
  ) -> [Value]? {
    let (isLeast, isGreatest) = (
      extremes.least.contains(column), extremes.greatest.contains(column)
    )
    guard isLeast || isGreatest else { return nil }
    let statistics = group.statistics[position]
    if statistics.nullCount == group.rowCount { return [.null, .null] }
    let min = statistics.isMinAttained ? statistics.min : nil
    let max = statistics.isMaxAttained ? statistics.max : nil
    guard let low = isLeast ? min : max, let high = isGreatest ? max : min else { return nil }
    return [low, high]
  }
}
