import Columns
import TextFormats

/// Rows of a Parquet file in the types of their table; rows with a value that is none of them rejected.
struct StrictParquet {
  let batch: Batch
  let rejects: [BillReject]

  /// - Parameter firstRow: the number of the first row in the file, from 1.
  init(_ read: Batch, _ rules: [FlatColumns.Rule], firstRow: Int) {
    var columns: [Column] = []
    var isGood = [Bool](repeating: true, count: read.count)
    var rejects: [BillReject] = []
    for (column, rule) in zip(read.columns, rules) {
      let converted = StrictParquet.converted(column, rule)
      columns.append(converted)
      for row in ParquetColumns.unreadable(column, converted) where isGood[row] {
        isGood[row] = false
        rejects.append(
          BillReject(
            line: firstRow + row, column: rule.title,
            reason: "expected \(TextValue.expectation(rule.type)), found "
              + "\("\(converted.value(row))".prefix(40))",
            text: []))
      }
      guard column.type != converted.type || rule.reading != nil else { continue }
      for row in 0..<read.count
      where isGood[row] && converted.value(row).isNull && !column.value(row).isNull {
        isGood[row] = false
        let expected = rule.reading?.expectation ?? TextValue.expectation(rule.type)
        let found = column.value(row).string.map { "'\($0.prefix(40))'" } ?? "\(column.type)"
        rejects.append(
          BillReject(
            line: firstRow + row, column: rule.title,
            reason: "expected \(expected), found \(found)",
            text: []))
      }
    }
    let whole = Batch(columns, count: read.count)
    batch =
      rejects.isEmpty
      ? whole
      : whole.selected(Selection((0..<UInt32(read.count)).filter { isGood[Int($0)] }))
    self.rejects = rejects
  }

  private static func converted(_ column: Column, _ rule: FlatColumns.Rule) -> Column {
    guard let reading = rule.reading, column.type == .varchar else {
      return ParquetColumns.converted(column, to: rule.type)
    }
    var builder = ColumnBuilder(rule.type)
    for row in 0..<column.count {
      if case .bytes(let text) = column.value(row), let value = reading.value(text) {
        builder.append(value)
      } else {
        builder.appendNull()
      }
    }
    return builder.finish()
  }
}
