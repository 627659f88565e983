import Columns
import TestSupport

/// A table of random rows: two texts of few values (dictionaries), a text of many, a bigint, a double,
/// a bigint key; each sometimes NULL.
func randomTable(seed: UInt64, rows count: Int = 120, firstId: Int = 0) -> TestTable {
  var random = SplitMix64(seed: seed)
  func maybe(_ value: Value, _ random: inout SplitMix64) -> Value {
    Int.random(in: 0..<8, using: &random) == 0 ? .null : value
  }
  let rows = (0..<count).map { _ -> [Value] in
    [
      maybe(.text("k\(Int.random(in: 0..<4, using: &random))"), &random),
      maybe(.text("r\(Int.random(in: 0..<7, using: &random))"), &random),
      maybe(.text("id-\(Int.random(in: 0..<40, using: &random))"), &random),
      maybe(.int64(Int64.random(in: -50..<50, using: &random)), &random),
      maybe(.double(Double(Int.random(in: -400..<400, using: &random)) / 4), &random),
      maybe(.int64(Int64.random(in: 0..<10, using: &random)), &random),
    ]
  }
  return TestTable(
    [
      ("a", .varchar), ("b", .varchar), ("c", .varchar), ("n", .bigint), ("d", .double),
      ("k", .bigint),
    ], rows, dictionaries: [0, 1], partSizes: [count / 2, count / 3, count], firstId: firstId)
}
