import Columns
import TextFormats

/// Rows of a Parquet file in the types of their table; rows with a value that is none of them rejected.
struct StrictParquet {
  let batch: Batch
  let rejects: [BillReject]

  /// - Parameters:
  ///   - values: how text becomes values.
  ///   - firstRow: the number of the first row in the file, from 1.
  init(_ read: Batch, _ rules: [FlatColumns.Rule], _ values: FlatValue, firstRow: Int) {
    var columns: [Column] = []
    var isGood = [Bool](repeating: true, count: read.count)
    var rejects: [BillReject] = []
    for (column, rule) in zip(read.columns, rules) {
      let (converted, faults) = StrictParquet.converted(column, rule, values)
      columns.append(converted)
      for (row, reason) in faults where isGood[row] {
        isGood[row] = false
        rejects.append(
          BillReject(line: firstRow + row, column: rule.title, reason: reason, text: []))
      }
    }
    let whole = Batch(columns, count: read.count)
    batch =
      rejects.isEmpty
      ? whole
      : whole.selected(Selection((0..<UInt32(read.count)).filter { isGood[Int($0)] }))
    self.rejects = rejects
  }

  /// A column in the type that its rule has, and what is wrong with it, by row.
  private static func converted(
    _ column: Column, _ rule: FlatColumns.Rule, _ values: FlatValue
  ) -> (Column, [(row: Int, reason: String)]) {
    var faults: [(row: Int, reason: String)] = []
    let converted: Column
    if column.type == .varchar && (rule.type != .varchar || values.hasNullTokens) {
      var builder = ColumnBuilder(rule.type)
      for row in 0..<column.count {
        do {
          let text = column.value(row).string.map { JSONValue.string($0) }
          builder.append(try values.value(text, rule))
        } catch {
          builder.appendNull()
          faults.append((row, error.reason))
        }
      }
      converted = builder.finish()
    } else {
      converted = ParquetColumns.converted(column, to: rule.type)
      let expected = "expected \(rule.reading?.expectation ?? TextValue.expectation(rule.type))"
      for row in ParquetColumns.unreadable(column, converted) {
        faults.append((row, "\(expected), found \(ParquetColumns.shown(converted.value(row)))"))
      }
      if column.type != converted.type {
        for row in 0..<column.count where converted.isNull(row) && !column.isNull(row) {
          faults.append((row, "\(expected), found \(column.type)"))
        }
      }
    }
    if rule.isRequired {
      for row in 0..<column.count where column.isNull(row) || converted.isNull(row) {
        faults.append((row, "expected \(FlatColumns.something), found nothing"))
      }
    }
    return (converted, faults)
  }
}
