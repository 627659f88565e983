import Columns
import Execution
import Files
import Kernels
import Planning
import SQL
import Testing
import TestSupport

/// Values with doubles as their bits, so that only the very same results are equal.
private func exact(_ value: Value) -> Value {
  switch value {
  case .double(let number): .int64(Int64(bitPattern: number.bitPattern))
  case .array(let values): .array(values.map(exact))
  case .row(let values): .row(values.map(exact))
  case .null, .boolean, .int64, .decimal, .bytes, .map: value
  }
}

/// Runs a plan without a limit and with little memory, on one thread and two, in small and large batches,
/// and expects the very same rows; and that little memory was indeed too little.
private func expectSame(
  _ plan: LogicalPlan, memory: Int = 12_000, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let expected = try run(plan).map { $0.map(exact) }
  for (threads, batchSize) in [(1, 8192), (2, 50)] {
    let found = try run(plan, batchSize: batchSize, threads: threads, memory: memory)
      .map { $0.map(exact) }
    #expect(
      found == expected, "\(threads) threads, batches of \(batchSize)",
      sourceLocation: sourceLocation)
  }
  #expect(throws: FileError.self, sourceLocation: sourceLocation) {
    try run(plan, memory: memory, spillDirectory: "/nowhere")
  }
}

private func table(_ seed: UInt64, rows count: Int = 600, firstId: Int = 0) -> TestTable {
  var random = SplitMix64(seed: seed &* 31 &+ 7)
  func maybe(_ value: Value) -> Value {
    Int.random(in: 0..<9, using: &random) == 0 ? .null : value
  }
  let rows = (0..<count).map { row -> [Value] in
    [
      maybe(.text("k\(Int.random(in: 0..<5, using: &random))")),
      maybe(.text("name-\(Int.random(in: 0..<count, using: &random))")),
      maybe(.int64(Int64.random(in: 0..<Int64(count / 2), using: &random))),
      maybe(.double(Double.random(in: -1e6..<1e6, using: &random))),
      maybe(
        .decimal(Int128(Int64.random(in: -999...999, using: &random)) << Int128(row % 30))),
      .array(
        (0..<Int.random(in: 0..<3, using: &random)).map { _ in
          maybe(.int64(Int64.random(in: 0..<9, using: &random)))
        }),
    ]
  }
  var sizes: [Int] = []
  while sizes.reduce(0, +) < count { sizes.append(Int.random(in: 1..<200, using: &random)) }
  return TestTable(
    [
      ("a", .varchar), ("b", .varchar), ("n", .bigint), ("d", .double),
      ("m", .decimal(precision: 38, scale: 2)), ("l", .array(.bigint)),
    ], rows, dictionaries: [0], partSizes: sizes, firstId: firstId)
}

private func order(
  _ columns: [Int], _ table: TestTable, _ random: inout SplitMix64
) -> [SortKey] {
  columns.map {
    SortKey(
      expression: table[$0], isDescending: Bool.random(using: &random),
      nullsFirst: Bool.random(using: &random))
  }
}

@Suite struct SpillTests {
  @Test(arguments: 0..<2, [[0], [1], [2], [3], [4], [5], [0, 3], [0, 5, 1]])
  func `rows sorted on disk are in the order of those sorted in memory`(
    seed: UInt64, columns: [Int]
  ) throws {
    let table = table(seed)
    var random = SplitMix64(seed: seed)
    let keys = order(columns, table, &random)
    try expectSame(.sort(table.scan(), keys))
    try expectSame(.limit(.sort(table.scan(), keys), offset: 40, count: 500))
  }

  @Test(arguments: 0..<2, [[2], [1], [0, 2], [3], [4, 0], [5, 1]])
  func `groups on disk are those in memory`(seed: UInt64, columns: [Int]) throws {
    let table = table(seed)
    let plan = LogicalPlan.aggregate(
      table.scan(),
      Aggregation(
        keys: keys(columns.map { table[$0] }),
        aggregates: [
          try aggregate("count", [], id: 500),
          try aggregate("sum", [table[3]], overload: 2, id: 501),
          try aggregate("avg", [table[3]], overload: 2, id: 502),
          try aggregate("stddev", [table[3]], id: 503),
          try aggregate("max", [table[1]], id: 504),
          try aggregate("arbitrary", [table[3]], id: 505),
          try aggregate("count", [table[1]], overload: 1, id: 506, isDistinct: true),
          try aggregate("array_agg", [table[1]], id: 507, orderBy: [descending(table[3])]),
          try aggregate(
            "sum", [table[2]], id: 508, filter: .compare(.greater, table[2], number(100))),
        ]))
    try expectSame(plan)
  }

  @Test(arguments: 0..<3) func `DISTINCT values of one group, of few and of many`(
    seed: UInt64
  ) throws {
    let table = table(seed, rows: 1200)
    for columns in [[], [0], [2]] {
      let plan = LogicalPlan.aggregate(
        table.scan(),
        Aggregation(
          keys: keys(columns.map { table[$0] }),
          aggregates: [
            try aggregate("count", [table[1]], overload: 1, id: 500, isDistinct: true),
            try aggregate("sum", [table[3]], overload: 2, id: 501),
            try aggregate(
              "sum", [table[2]], id: 502, isDistinct: true,
              filter: .compare(.less, table[2], number(400))),
            try aggregate("count", [], id: 503),
            try aggregate(
              "stddev", [table[3]], id: 504, isDistinct: true,
              filter: .compare(.equal, table[0], text("k1"))),
          ]))
      try expectSame(plan, memory: 20_000)
    }
  }

  @Test(arguments: 0..<2) func `grouping sets on disk`(seed: UInt64) throws {
    let table = table(seed)
    try expectSame(
      .aggregate(
        table.scan(),
        Aggregation(
          keys: keys([table[0], table[1]]),
          aggregates: [
            try aggregate("sum", [table[3]], overload: 2, id: 500),
            try aggregate("count", [table[2]], overload: 1, id: 501, isDistinct: true),
          ],
          groupingSets: [[0, 1], [1], [], [0]], groupingId: reference(900, .bigint))),
      // The grand total is one group, which has to fit with what each thread has of it.
      memory: 20_000)
  }

  @Test(
    arguments: 0..<2,
    [Join.Kind.inner, .left, .right, .full, .semi, .anti, .nullAwareAnti, .mark])
  func `a join on disk gives the rows of one in memory, in their order`(
    seed: UInt64, kind: Join.Kind
  ) throws {
    let left = table(seed, rows: 120)
    let right = table(seed &+ 100, rows: 300, firstId: 50)
    let mark = kind == .mark ? reference(990, .boolean) : nil
    let byName = Join.Equality(left: left[1], right: right[1])
    let byNumber = Join.Equality(left: left[2], right: right[2])
    let residual = Expression.compare(.less, left[3], right[3])
    var joins = [
      Join(kind: kind, left: left.scan(), right: right.scan(), equalities: [byNumber], mark: mark),
      Join(
        kind: kind, left: left.scan(), right: right.scan(), equalities: [byName], mark: mark),
    ]
    if kind != .nullAwareAnti {
      joins.append(
        Join(
          kind: kind, left: left.scan(), right: right.scan(), equalities: [byNumber, byName],
          mark: mark))
      joins.append(
        Join(
          kind: kind, left: left.scan(), right: right.scan(), equalities: [byNumber],
          residual: residual, mark: mark))
    }
    for join in joins { try expectSame(.join(join)) }
    var known = joins[0]
    known.markIsNeverNull = true
    if kind == .mark { try expectSame(.join(known)) }
  }

  @Test(arguments: 0..<2, [Join.Kind.inner, .left, .full, .anti, .mark])
  func `a join on no key takes the right side part by part`(
    seed: UInt64, kind: Join.Kind
  ) throws {
    let left = table(seed, rows: 60)
    let right = table(seed &+ 100, rows: 300, firstId: 50)
    try expectSame(
      .join(
        Join(
          kind: kind, left: left.scan(), right: right.scan(),
          residual: .compare(.less, left[3], right[3]),
          mark: kind == .mark ? reference(990, .boolean) : nil)),
      memory: 8_000)
  }

  @Test func `a join on a key that most rows have`() throws {
    let left = TestTable([("k", .bigint)], (0..<50).map { [.int64($0 % 3)] })
    let right = TestTable(
      [("k", .bigint), ("t", .varchar)],
      (0..<600).map { [$0 % 50 == 0 ? .int64($0) : 1, .text("text \($0)")] }, firstId: 50)
    for kind in [Join.Kind.inner, .left, .full] {
      try expectSame(
        .join(
          Join(
            kind: kind, left: left.scan(), right: right.scan(),
            equalities: [Join.Equality(left: left[0], right: right[0])])))
    }
  }

  @Test(arguments: 0..<3) func `windows on disk are those in memory`(seed: UInt64) throws {
    let table = table(seed)
    let sum = try #require(AggregateFunctions.named("sum"))
    let deviation = try #require(AggregateFunctions.named("stddev"))
    let wholeFrame = WindowFrame(
      unit: .range, start: .unboundedPreceding, end: .unboundedFollowing)
    let running = WindowFrame(unit: .range, start: .unboundedPreceding, end: .currentRow)
    let rows = WindowFrame(unit: .rows, start: .preceding(2, .bigint), end: .currentRow)
    func window(
      _ id: Int, _ type: DataType, _ function: WindowFunction, _ arguments: [Expression],
      _ partition: [Expression], _ order: [SortKey], _ frame: WindowFrame
    ) -> WindowComputation {
      WindowComputation(
        output: reference(id, type), function: function, arguments: arguments,
        partitionBy: partition, orderBy: order, frame: frame)
    }
    let plan = LogicalPlan.window(
      table.scan(),
      [
        window(
          600, .bigint, .rowNumber, [], [table[2]],
          [ascending(table[3])], running),
        window(
          601, .double, .aggregate(sum, overload: 2), [table[3]],
          [table[2]], [], wholeFrame),
        window(
          602, .varchar, .lag, [table[1]], [table[1]],
          [descending(table[3])], running),
        window(
          603, .double, .aggregate(deviation, overload: 0), [table[3]],
          [table[2]], [ascending(table[3])], rows),
        window(
          604, .bigint, .denseRank, [], [table[1], table[2]],
          [ascending(table[0])], running),
      ])
    try expectSame(plan, memory: 50_000)
  }

  @Test func `a window without partitions looks at what it needs only`() throws {
    let table = TestTable(
      [("n", .bigint), ("t", .varchar)],
      (0..<1000).map { [.int64($0 * 7919 % 1000), .text(String(repeating: "x", count: 500))] },
      partSizes: [300, 300, 400])
    let running = WindowFrame(unit: .range, start: .unboundedPreceding, end: .currentRow)
    try expectSame(
      .window(
        table.scan(),
        [
          WindowComputation(
            output: reference(600, .bigint), function: .rank, arguments: [], partitionBy: [],
            orderBy: [ascending(table[0])], frame: running)
        ]), memory: 300_000)
  }

  @Test func `a window over one partition that does not fit is an error that says so`() throws {
    let table = table(1)
    let running = WindowFrame(unit: .range, start: .unboundedPreceding, end: .currentRow)
    let plan = LogicalPlan.window(
      table.scan(),
      [
        WindowComputation(
          output: reference(600, .bigint), function: .rank, arguments: [], partitionBy: [],
          orderBy: [ascending(table[3])], frame: running)
      ])
    let error = #expect(throws: ExecutionError.self) { try run(plan, memory: 12_000) }
    #expect(error?.message.contains("--memory") == true)
  }

  @Test(arguments: 0..<2, [SetOperation.Kind.intersect, .except])
  func `set operations on disk are those in memory`(
    seed: UInt64, kind: SetOperation.Kind
  ) throws {
    let left = table(seed, rows: 400)
    let right = table(seed, rows: 500, firstId: 50)
    for isAll in [true, false] {
      try expectSame(
        .setOperation(
          SetOperation(
            kind: kind, isAll: isAll, left: left.scan(), right: right.scan(),
            outputs: [reference(700, .varchar), reference(701, .bigint)],
            leftInputs: [left.columns[0], left.columns[2]],
            rightInputs: [right.columns[0], right.columns[2]])))
    }
  }

  @Test(arguments: 0..<3) func `what is made of rows on disk is the same as well`(
    seed: UInt64
  ) throws {
    let left = table(seed, rows: 400)
    let right = table(seed &+ 9, rows: 400, firstId: 50)
    let join = LogicalPlan.join(
      Join(
        kind: seed % 2 == 0 ? .full : .inner, left: left.scan(), right: right.scan(),
        equalities: [Join.Equality(left: left[2], right: right[2])]))
    let sorted = LogicalPlan.sort(join, [ascending(right[1]), descending(left[3])])
    try expectSame(
      .aggregate(
        sorted,
        Aggregation(
          keys: keys([left[1]]),
          aggregates: [
            try aggregate("stddev", [right[3]], id: 500),
            try aggregate("arbitrary", [right[1]], id: 501),
          ])))
  }

  @Test func `a group that does not fit is an error that says what to do`() throws {
    let table = table(3)
    let plan = LogicalPlan.aggregate(
      table.scan(),
      Aggregation(
        keys: [],
        aggregates: [try aggregate("array_agg", [table[1]], orderBy: [ascending(table[1])])]))
    let error = #expect(throws: ExecutionError.self) { try run(plan, memory: 12_000) }
    #expect(error?.message.contains("--memory") == true)
  }

  @Test func `a cancelled sort on disk ends`() throws {
    let table = table(5)
    let token = CancellationToken()
    token.cancel()
    let query = BoundQuery(
      plan: .sort(table.scan(), [ascending(table[1])]),
      columns: table.columns.map { ResultColumn(name: $0.name, reference: $0) })
    #expect(throws: QueryCancelled.self) {
      try Executor(options: ExecutionOptions(threads: 2, memory: 20_000, cancellation: token))
        .run(query)
    }
  }
}
