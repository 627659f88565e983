import Columns
import SQL
import Warehouse

/// What a table has of a source's bill in some months, before a delivery of other months than the last
/// one's takes the place of it.
struct HeldRows {
  var rows = 0
  var total = 0.0

  /// - Returns: nil where nothing tells whose the rows are, as in memory.
  /// - Throws: what reading the table throws.
  init?(
    _ warehouse: Warehouse, table: String, source: String, periods: Set<String>, cost: String
  ) throws {
    let own = try warehouse.deliveredParts(table: table).filter { _, part in
      part.source == source && periods.contains((part.partition["billing_period"] ?? nil) ?? "")
    }
    guard !own.isEmpty else { return nil }
    let months = periods.sorted().map(SQLLiteral.text).joined(separator: ", ")
    let sums = try warehouse.query(
      """
      SELECT "$path", count(*), sum(\(SQLName.quoted(cost))) FROM \(SQLName.quoted(table))
      WHERE billing_period IN (\(months)) GROUP BY 1 ORDER BY 1
      """)
    var sum = CompensatedSum()
    for row in sums.rows() {
      guard let path = row[0].string, own[path] != nil else { continue }
      rows += Int(row[1].int64 ?? 0)
      sum.add(row[2].double ?? 0)
    }
    total = sum.value
  }
}
