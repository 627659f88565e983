import Columns
import TextFormats

extension BillShaper {
  /// Rows of a Parquet file in the table's types. Where a value cannot be brought to its column's type,
  /// the row is rejected; of a number that the bill does not stand or fall with, only the value is left out.
  ///
  /// - Parameters:
  ///   - firstRow: the number of the first row in the file, from 1.
  ///   - header: the names of the file's columns.
  func shape(parquet batch: Batch, from firstRow: Int, _ header: [String]) -> BillBatch {
    let plan = columns.files[file]
    let converted = zip(batch.columns, plan.types).map(ParquetColumns.converted)
    var rejects: [Int: BillReject] = [:]
    var dropped: [String: (count: Int, first: String)] = [:]
    for place in converted.indices {
      let name = header[plan.positions[place]]
      func reject(_ row: Int, _ found: some StringProtocol) {
        guard rejects[row] == nil else { return }
        rejects[row] = BillReject(
          line: firstRow + row, column: name,
          reason: "expected \(TextValue.expectation(plan.types[place])), found \(found)", text: [])
      }
      for row in ParquetColumns.unreadable(batch.columns[place], converted[place]) {
        reject(row, ParquetColumns.shown(converted[place].value(row)))
      }
      for row in ParquetColumns.lost(batch.columns[place], converted[place]) {
        let value = batch.columns[place].value(row)
        let found = value.string.map { "'\($0.prefix(40))'" } ?? "\(batch.columns[place].type)"
        if plan.types[place] == .double, place != plan.cost,
          value.string.map(SalvagedRows.isWord) == true
        {
          dropped[name, default: (0, value.string ?? "")].count += 1
        } else {
          reject(row, found)
        }
      }
    }
    var rows = Batch(converted, count: batch.count)
    var lines = Array(firstRow..<firstRow + batch.count)
    if !rejects.isEmpty {
      let good = (0..<batch.count).filter { rejects[$0] == nil }
      rows = rows.selected(Selection(good.map { UInt32($0) }))
      lines = good.map { firstRow + $0 }
    }
    var shaped = shape(
      rows, rejects: rejects.sorted { $0.key < $1.key }.map(\.value), lines: lines)
    shaped.dropped = dropped
    return shaped
  }
}
