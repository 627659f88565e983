import Columns
import Execution
import Kernels
import Planning
import SQL
import Testing

@Suite struct WindowTests {
  private let table = TestTable(
    [("p", .varchar), ("k", .bigint), ("v", .bigint)],
    [
      ["x", 3, 30], ["y", 1, 1], ["x", 1, 10], ["x", 3, nil], ["y", 5, 5], ["x", 2, 20],
      ["y", nil, 7],
    ], dictionaries: [0], partSizes: [3, 4])

  private func values(
    _ function: WindowFunction, _ arguments: [Expression] = [], type: DataType = .bigint,
    frame: WindowFrame = WindowFrame(unit: .range, start: .unboundedPreceding, end: .currentRow),
    isOrdered: Bool = true, isDescending: Bool = false, ignoresNulls: Bool = false,
    filter: Expression? = nil
  ) throws -> [Value] {
    let key = SortKey(expression: table[1], isDescending: isDescending, nullsFirst: false)
    return try rows(
      of: .window(
        table.scan(),
        [
          WindowComputation(
            output: reference(50, type), function: function, arguments: arguments,
            partitionBy: [table[0]], orderBy: isOrdered ? [key] : [], frame: frame,
            ignoresNulls: ignoresNulls, filter: filter)
        ])
    ).map { $0[3] }
  }

  private func aggregate(
    _ name: String, _ arguments: [Expression], frame: WindowFrame, type: DataType = .bigint,
    isOrdered: Bool = true, isDescending: Bool = false, filter: Expression? = nil
  ) throws -> [Value] {
    let function = try #require(AggregateFunctions.named(name))
    return try values(
      .aggregate(function, overload: 0), arguments, type: type, frame: frame,
      isOrdered: isOrdered, isDescending: isDescending, filter: filter)
  }

  // Window order: x: (1,10) (2,20) (3,30) (3,NULL); y: (1,1) (5,5) (NULL,7).

  @Test func `numbers and ranks rows within their partition`() throws {
    #expect(try values(.rowNumber) == [3, 1, 1, 4, 2, 2, 3])
    #expect(try values(.rank) == [3, 1, 1, 3, 2, 2, 3])
    #expect(try values(.denseRank) == [3, 1, 1, 3, 2, 2, 3])
    #expect(try values(.cumeDist, type: .double)[2] == 0.25)
    #expect(try values(.percentRank, type: .double)[4] == 0.5)
    #expect(try values(.ntile, [number(2)]) == [2, 1, 1, 2, 1, 1, 2])
    #expect(throws: EvaluationError.self) { try run(ntilePlan(0)) }
  }

  private func ntilePlan(_ buckets: Int64) -> LogicalPlan {
    .window(
      table.scan(),
      [
        WindowComputation(
          output: reference(50, .bigint), function: .ntile, arguments: [number(buckets)],
          partitionBy: [], orderBy: [],
          frame: WindowFrame(unit: .range, start: .unboundedPreceding, end: .currentRow))
      ])
  }

  @Test func `lag and lead stay in the partition`() throws {
    #expect(try values(.lag, [table[2]]) == [20, nil, nil, 30, 1, 10, 5])
    #expect(
      try values(.lead, [table[2], number(2), number(-1)]) == [-1, 7, 30, -1, -1, nil, -1])
    #expect(
      try values(.lag, [table[2], number(1)], ignoresNulls: true)
        == [20, nil, nil, 30, 1, 10, 5])
  }

  @Test func `first, last and nth values follow the frame`() throws {
    let whole = WindowFrame(unit: .rows, start: .unboundedPreceding, end: .unboundedFollowing)
    #expect(try values(.firstValue, [table[2]]) == [10, 1, 10, 10, 1, 10, 1])
    #expect(try values(.lastValue, [table[2]]) == [nil, 1, 10, nil, 5, 20, 7])
    #expect(
      try values(.lastValue, [table[2]], frame: whole, ignoresNulls: true)
        == [30, 7, 30, 30, 7, 30, 7])
    #expect(
      try values(.nthValue, [table[2], number(2)], frame: whole) == [20, 5, 20, 20, 5, 20, 5])
  }

  @Test func `sums over the default frame include peers`() throws {
    let running = WindowFrame(unit: .range, start: .unboundedPreceding, end: .currentRow)
    #expect(try aggregate("sum", [table[2]], frame: running) == [60, 1, 10, 60, 6, 30, 13])
    #expect(
      try aggregate("sum", [table[2]], frame: running, isOrdered: false)
        == [60, 13, 60, 60, 13, 60, 13])
    #expect(
      try aggregate(
        "sum", [table[2]], frame: running,
        filter: .compare(.greater, table[2], number(10))) == [50, nil, nil, 50, nil, 20, nil])
  }

  @Test func `frames by rows, range and groups`() throws {
    let pair = WindowFrame(unit: .rows, start: .preceding(1, .bigint), end: .currentRow)
    #expect(try aggregate("sum", [table[2]], frame: pair) == [50, 1, 10, 30, 6, 30, 12])
    let near = WindowFrame(
      unit: .range, start: .preceding(1, .bigint), end: .following(1, .bigint))
    #expect(try aggregate("sum", [table[2]], frame: near) == [50, 1, 30, 50, 5, 60, 7])
    #expect(
      try aggregate("sum", [table[2]], frame: near, isDescending: true)
        == [50, 1, 30, 50, 5, 60, 7])
    let groups = WindowFrame(unit: .groups, start: .preceding(1, .bigint), end: .currentRow)
    #expect(try aggregate("sum", [table[2]], frame: groups) == [50, 1, 10, 50, 6, 30, 12])
    let rest = WindowFrame(unit: .rows, start: .currentRow, end: .unboundedFollowing)
    #expect(try aggregate("sum", [table[2]], frame: rest) == [30, 13, 60, nil, 12, 50, 7])
    #expect(
      try aggregate("array_agg", [table[2]], frame: rest, type: .array(.bigint))[5]
        == .array([20, 30, nil]))
    let negative = WindowFrame(unit: .rows, start: .preceding(-1, .bigint), end: .currentRow)
    #expect(throws: EvaluationError.self) {
      try aggregate("sum", [table[2]], frame: negative)
    }
  }
}
