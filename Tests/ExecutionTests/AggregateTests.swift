import Columns
import Execution
import Kernels
import Planning
import SQL
import Testing
import TestSupport

/// Groups rows as GROUP BY does, in order of first appearance.
private func grouped(_ rows: [[Value]], by keys: [Int]) -> [(key: [Value], rows: [[Value]])] {
  var positions: [[Value]: Int] = [:]
  var groups: [(key: [Value], rows: [[Value]])] = []
  for row in rows {
    let key = keys.map { row[$0] }
    if let position = positions[key] {
      groups[position].rows.append(row)
    } else {
      positions[key] = groups.count
      groups.append((key, [row]))
    }
  }
  return groups
}

private func sum(_ values: [Value]) -> Value {
  let numbers = values.compactMap(\.int64)
  return numbers.isEmpty ? .null : .int64(numbers.reduce(0, +))
}

@Suite struct AggregateTests {
  @Test(arguments: 0..<20, [[0], [3], [2], [4], [0, 1], [1, 0], [0, 1, 2], [2, 3, 4, 5, 0]])
  func `agrees with grouping row by row`(seed: UInt64, columns: [Int]) throws {
    let table = randomTable(seed: seed)
    let plan = LogicalPlan.aggregate(
      table.scan(),
      Aggregation(
        keys: keys(columns.map { table[$0] }),
        aggregates: [
          try aggregate("count", [], id: 500),
          try aggregate("sum", [table[3]], id: 501),
          try aggregate("count", [table[1]], overload: 1, id: 502),
          try aggregate("min", [table[1]], id: 503),
          try aggregate("max", [table[2]], id: 504),
          try aggregate("sum", [table[4]], overload: 2, id: 505),
          try aggregate("count", [table[2]], overload: 1, id: 506, isDistinct: true),
          try aggregate("array_agg", [table[3]], id: 507),
          try aggregate("count", [table[1]], overload: 1, id: 508, isDistinct: true),
        ]))
    let expected = grouped(table.rows, by: columns).map { group -> [Value] in
      let texts = { (position: Int) in group.rows.compactMap { $0[position].string } }
      let doubles = group.rows.compactMap { $0[4].double }
      return group.key + [
        .int64(Int64(group.rows.count)), sum(group.rows.map { $0[3] }),
        .int64(Int64(texts(1).count)), texts(1).min().map(Value.text) ?? .null,
        texts(2).max().map(Value.text) ?? .null,
        doubles.isEmpty ? .null : .double(doubles.reduce(0, +)),
        .int64(Int64(Set(texts(2)).count)), .array(group.rows.map { $0[3] }),
        .int64(Int64(Set(texts(1)).count)),
      ]
    }
    #expect(try rows(of: plan) == expected)
  }

  @Test func `many keys with many values still tell groups apart`() throws {
    var random = SplitMix64(seed: 7)
    let data = (0..<4000).map { row -> [Value] in
      (0..<6).map { _ in .int64(Int64.random(in: 0..<3000, using: &random)) }
        + [.int64(Int64(row % 5))]
    }
    let all = (data + data).shuffled(using: &random)
    let table = TestTable((0..<7).map { ("c\($0)", .bigint) }, all, partSizes: [3000, 8000])
    let plan = LogicalPlan.aggregate(
      table.scan(),
      Aggregation(
        keys: keys((0..<7).map { table[$0] }), aggregates: [try aggregate("count", [])]))
    let expected = grouped(all, by: Array(0..<7)).map { $0.key + [.int64(Int64($0.rows.count))] }
    #expect(try run(plan, threads: 2) == expected)
  }

  @Test(arguments: 0..<10) func `keys that are all codes agree with grouping row by row`(
    seed: UInt64
  ) throws {
    var random = SplitMix64(seed: seed)
    let sizes = (0..<5).map { _ in Int.random(in: 1..<9, using: &random) }
    let data = (0..<600).map { _ in
      sizes.map { size -> Value in
        let number = Int.random(in: 0...size, using: &random)
        return number == 0 ? .null : .text("v\(number)")
      }
    }
    let table = TestTable(
      (0..<5).map { ("c\($0)", .varchar) }, data, dictionaries: [0, 1, 2, 3, 4],
      partSizes: [10, 250, 340])
    for count in 2...5 {
      let plan = LogicalPlan.aggregate(
        table.scan(),
        Aggregation(
          keys: keys((0..<count).map { table[$0] }), aggregates: [try aggregate("count", [])]))
      let expected = grouped(data, by: Array(0..<count)).map {
        $0.key + [.int64(Int64($0.rows.count))]
      }
      #expect(try rows(of: plan) == expected)
    }
  }

  @Test(arguments: 0..<10, 0..<6)
  func `distinct values without groups come in order of first appearance`(
    seed: UInt64, column: Int
  ) throws {
    let table = randomTable(seed: seed)
    let plan = LogicalPlan.aggregate(
      table.scan(),
      Aggregation(
        keys: [],
        aggregates: [
          try aggregate("count", [table[column]], overload: 1, id: 500, isDistinct: true),
          try aggregate("array_agg", [table[column]], id: 501, isDistinct: true),
        ]))
    let distinct = grouped(table.rows, by: [column]).map { $0.key[0] }
    let present = distinct.filter { !$0.isNull }.count
    #expect(try rows(of: plan) == [[.int64(Int64(present)), .array(distinct)]])
  }

  @Test func `many distinct values of many pieces are counted in shares`() throws {
    var random = SplitMix64(seed: 11)
    let data = (0..<60_000).map { row -> [Value] in
      let number = Int64.random(in: 0..<50_000, using: &random)
      return [.text("line-\(number)-of-the-bill"), .int64(number), .double(Double(number) / 8)]
    }
    let table = TestTable(
      [("t", .varchar), ("n", .bigint), ("d", .double)], data,
      partSizes: [7000, 20_000, 1, 13_000, 19_999])
    let plan = LogicalPlan.aggregate(
      table.scan(),
      Aggregation(
        keys: [],
        aggregates: try (0..<3).flatMap { column in
          [
            try aggregate(
              "count", [table[column]], overload: 1, id: 500 + column, isDistinct: true),
            try aggregate("array_agg", [table[column]], id: 600 + column, isDistinct: true),
          ]
        }))
    let expected = (0..<3).flatMap { column -> [Value] in
      let distinct = grouped(data, by: [column]).map { $0.key[0] }
      return [.int64(Int64(distinct.count)), .array(distinct)]
    }
    #expect(try run(plan, threads: 2) == [expected])
    #expect(try run(plan, batchSize: 700, threads: 1) == [expected])
  }

  @Test func `no rows give one group without keys and none with keys`() throws {
    let table = TestTable([("a", .varchar), ("n", .bigint)], [])
    let aggregates = [
      try aggregate("count", [], id: 500), try aggregate("sum", [table[1]], id: 501),
      try aggregate("array_agg", [table[1]], id: 502),
    ]
    #expect(
      try rows(of: .aggregate(table.scan(), Aggregation(keys: [], aggregates: aggregates)))
        == [[0, nil, nil]])
    #expect(
      try rows(
        of: .aggregate(
          table.scan(), Aggregation(keys: keys([table[0]]), aggregates: aggregates))) == [])
  }

  @Test func `grouping sets give each set its rows and its number`() throws {
    let table = TestTable(
      [("a", .varchar), ("b", .varchar), ("n", .bigint)],
      [["x", "p", 1], ["x", "q", 2], ["y", "p", 4]], dictionaries: [0, 1])
    let plan = LogicalPlan.aggregate(
      table.scan(),
      Aggregation(
        keys: keys([table[0], table[1]]), aggregates: [try aggregate("sum", [table[2]])],
        groupingSets: [[0, 1], [0], []], groupingId: reference(900, .bigint)))
    #expect(
      try rows(of: plan) == [
        ["x", "p", 1, 0], ["x", "q", 2, 0], ["y", "p", 4, 0],
        ["x", nil, 3, 1], ["y", nil, 4, 1], [nil, nil, 7, 2],
      ])
  }

  @Test func `FILTER, DISTINCT and ORDER BY inside aggregates work together`() throws {
    let table = TestTable(
      [("a", .varchar), ("n", .bigint)],
      [["x", 3], ["y", 1], ["x", 1], ["x", 3], ["y", nil], ["x", 2]], dictionaries: [0],
      partSizes: [2, 2, 2])
    let plan = LogicalPlan.aggregate(
      table.scan(),
      Aggregation(
        keys: keys([table[0]]),
        aggregates: [
          try aggregate(
            "array_agg", [table[1]], id: 500, isDistinct: true, orderBy: [descending(table[1])]),
          try aggregate("array_agg", [table[1]], id: 501, orderBy: [ascending(table[1])]),
          try aggregate(
            "count", [], id: 502, filter: .compare(.greater, table[1], number(1))),
          try aggregate("sum", [table[1]], id: 503, isDistinct: true),
        ]))
    #expect(
      try rows(of: plan) == [
        ["x", .array([3, 2, 1]), .array([1, 2, 3, 3]), 3, 6],
        ["y", .array([1, nil]), .array([1, nil]), 0, 1],
      ])
  }

  @Test func `NaN and both zeros are one group each`() throws {
    let table = TestTable(
      [("d", .double)], [[0.0], [.double(-0.0)], [.double(.nan)], [.double(-.nan)], [nil]])
    let plan = LogicalPlan.aggregate(
      table.scan(),
      Aggregation(keys: keys([table[0]]), aggregates: [try aggregate("count", [])]))
    #expect(try run(plan).map { $0[1] } == [2, 2, 1])
  }

  @Test func `a bigint sum that does not fit is an error`() throws {
    let table = TestTable([("n", .bigint)], [[.int64(.max)], [1]])
    let plan = LogicalPlan.aggregate(
      table.scan(), Aggregation(keys: [], aggregates: [try aggregate("sum", [table[0]])]))
    #expect(throws: EvaluationError.self) { try run(plan) }
  }

  @Test func `more groups than memory allows are found on disk`() throws {
    let table = TestTable([("n", .bigint)], (0..<100_000).map { [.int64($0)] })
    let plan = LogicalPlan.aggregate(
      table.scan(), Aggregation(keys: keys([table[0]]), aggregates: []))
    #expect(try run(plan, memory: 1 << 20) == table.rows)
  }
}
