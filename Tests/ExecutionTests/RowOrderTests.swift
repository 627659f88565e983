import Columns
import Execution
import Kernels
import Planning
import SQL
import Testing
import TestSupport

/// NULL, then values, as a sort key wants them.
private func precedes(_ a: Value, _ b: Value, _ key: SortKey) -> Bool? {
  if a == b { return nil }
  if a.isNull { return key.nullsFirst }
  if b.isNull { return !key.nullsFirst }
  let order = Ordering.compare(a, b)
  return order == 0 ? nil : (order < 0) != key.isDescending
}

@Suite struct RowOrderTests {
  @Test(arguments: 0..<12, [[0], [3], [2], [4], [0, 3], [1, 4, 2], [4, 0, 3]])
  func `sorts as a stable sort by rows does`(seed: UInt64, columns: [Int]) throws {
    let table = randomTable(seed: seed)
    var random = SplitMix64(seed: seed)
    let keys = columns.map {
      SortKey(
        expression: table[$0], isDescending: Bool.random(using: &random),
        nullsFirst: Bool.random(using: &random))
    }
    let expected = table.rows.enumerated().sorted { a, b in
      for (column, key) in zip(columns, keys) {
        if let first = precedes(a.element[column], b.element[column], key) { return first }
      }
      return a.offset < b.offset
    }.map(\.element)
    #expect(try rows(of: .sort(table.scan(), keys)) == expected)
    let top = LogicalPlan.limit(.sort(table.scan(), keys), offset: 3, count: 10)
    #expect(try rows(of: top) == Array(expected[3..<13]))
  }

  @Test func `top rows of many keep their order`() throws {
    var random = SplitMix64(seed: 3)
    let data = (0..<60_000).map { row -> [Value] in
      [.int64(Int64.random(in: 0..<5000, using: &random)), .int64(Int64(row))]
    }
    let table = TestTable([("n", .bigint), ("row", .bigint)], data, partSizes: [40_000, 20_000])
    let plan = LogicalPlan.limit(
      .sort(table.scan(), [descending(table[0])]), offset: 5, count: 40)
    let expected = data.sorted { a, b in
      let x = a[0].int64 ?? 0
      let y = b[0].int64 ?? 0
      return x != y ? x > y : (a[1].int64 ?? 0) < (b[1].int64 ?? 0)
    }
    #expect(try run(plan, threads: 2) == Array(expected[5..<45]))
  }

  @Test func `LIMIT without an order takes the first rows and reads no more`() throws {
    let table = randomTable(seed: 1)
    #expect(
      try rows(of: .limit(table.scan(), offset: 50, count: 30)) == Array(table.rows[50..<80]))
    #expect(try rows(of: .limit(table.scan(), offset: 0, count: 0)) == [])
    #expect(try rows(of: .limit(table.scan(), offset: 119, count: nil)).count == 1)
  }
}
