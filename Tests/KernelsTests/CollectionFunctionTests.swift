import Columns
import Kernels
import Testing

struct CollectionFunctionTests {
  private static let numbers = TestArgument.array(.bigint, [3, 1, nil, 3])
  private static let tags = TestArgument.map(
    [("team", "web"), ("env", "prod")], .varchar, .varchar)
  private static let counts = TestArgument.map([("a", 1), ("b", 2)], .varchar, .bigint)

  @Test(arguments: [
    FunctionCase("cardinality", [numbers], "4"),
    FunctionCase("cardinality", [tags], "2"),
    FunctionCase("cardinality", [.null(.array(.bigint))], nil),
    FunctionCase("subscript", [numbers, 1], "3"),
    FunctionCase("subscript", [numbers, 3], nil),
    FunctionCase("subscript", [tags, "env"], "prod"),
    FunctionCase("subscript", [tags, "gpu"], nil),
    FunctionCase("subscript", [.null(.map(key: .varchar, value: .varchar)), "gpu"], nil),
    FunctionCase("element_at", [numbers, -1], "3"),
    FunctionCase("element_at", [numbers, 9], nil),
    FunctionCase("element_at", [tags, "team"], "web"),
    FunctionCase("contains", [numbers, 1], "true"),
    FunctionCase("contains", [numbers, 7], nil),
    FunctionCase("contains", [.array(.varchar, ["a"]), "b"], "false"),
    FunctionCase("array_position", [numbers, 1], "2"),
    FunctionCase("array_position", [numbers, 8], "0"),
    FunctionCase("array_remove", [numbers, 3], "[1,null]"),
    FunctionCase("array_distinct", [numbers], "[3,1,null]"),
    FunctionCase("array_union", [numbers, .array(.bigint, [1, 2])], "[3,1,null,2]"),
    FunctionCase("array_intersect", [numbers, .array(.bigint, [nil, 3])], "[3,null]"),
    FunctionCase("array_except", [numbers, .array(.bigint, [3])], "[1,null]"),
    FunctionCase("array_sort", [numbers], "[1,3,3,null]"),
    FunctionCase("array_max", [.array(.bigint, [3, 5])], "5"),
    FunctionCase("array_max", [numbers], nil),
    FunctionCase("array_min", [.array(.varchar, ["b", "a"])], "a"),
    FunctionCase("array_min", [.array(.varchar, [])], nil),
    FunctionCase("arrays_overlap", [.array(.bigint, [1, 2]), .array(.bigint, [2, 3])], "true"),
    FunctionCase("arrays_overlap", [.array(.bigint, [1, nil]), .array(.bigint, [2])], nil),
    FunctionCase("arrays_overlap", [.array(.bigint, [1]), .array(.bigint, [2])], "false"),
    FunctionCase("array_join", [numbers, "-"], "3-1-3"),
    FunctionCase("array_join", [numbers, "-", "?"], "3-1-?-3"),
    FunctionCase(
      "flatten", [.array(.array(.bigint), [.array(.bigint, [1]), nil, .array(.bigint, [2])])],
      "[1,2]"),
    FunctionCase("slice", [numbers, 2, 2], "[1,null]"),
    FunctionCase("slice", [numbers, -2, 5], "[null,3]"),
    FunctionCase("slice", [numbers, 9, 2], "[]"),
    FunctionCase("trim_array", [numbers, 3], "[3]"),
    FunctionCase("repeat", ["x", 3], #"["x","x","x"]"#),
    FunctionCase("repeat", [.null(.bigint), 2], "[null,null]"),
    FunctionCase(
      "zip", [.array(.bigint, [1, 2]), .array(.varchar, ["a"])], #"[{"":1,"":"a"},{"":2,"":null}]"#),
    FunctionCase("sequence", [1, 4], "[1,2,3,4]"),
    FunctionCase("sequence", [4, 1, -2], "[4,2]"),
    FunctionCase(
      "sequence", [.date("2026-01-30"), .date("2026-02-01")],
      #"["2026-01-30","2026-01-31","2026-02-01"]"#),
    FunctionCase(
      "sequence",
      [.date("2026-01-31"), .date("2026-04-01"), TestArgument(.intervalYearToMonth, .int64(1))],
      #"["2026-01-31","2026-02-28","2026-03-31"]"#),
    FunctionCase(
      "sequence",
      [
        .date("2026-01-01"), .date("2026-01-15"),
        TestArgument(.intervalDayToSecond, .int64(7 * 86_400_000_000)),
      ],
      #"["2026-01-01","2026-01-08","2026-01-15"]"#),
    FunctionCase(
      "map", [.array(.varchar, ["a", "b"]), .array(.bigint, [1, nil])], #"{"a":1,"b":null}"#),
    FunctionCase("map", [], "{}"),
    FunctionCase("map_keys", [tags], #"["team","env"]"#),
    FunctionCase("map_values", [tags], #"["web","prod"]"#),
    FunctionCase("map_entries", [counts], #"[{"":"a","":1},{"":"b","":2}]"#),
    FunctionCase(
      "map_concat", [counts, .map([("b", 5), ("c", 6)], .varchar, .bigint)], #"{"a":1,"b":5,"c":6}"#
    ),
    FunctionCase("typeof", [numbers], "array(bigint)"),
    FunctionCase("typeof", [.null(.null)], "unknown"),
  ])
  func `arrays and maps`(_ line: FunctionCase) throws {
    #expect(try call(line.name, line.arguments) == line.expected)
  }

  private static let double = TestArgument.lambda(.bigint) { values in
    values[0].int64.map { .int64($0 * 2) } ?? .null
  }
  private static let isBig = TestArgument.lambda(.boolean) { values in
    values[0].int64.map { .boolean($0 > 2) } ?? .null
  }
  private static let sum = TestArgument.lambda(.bigint) { values in
    .int64((values[0].int64 ?? 0) + (values[1].int64 ?? 0))
  }
  private static let same = TestArgument.lambda(.bigint) { $0[0] }
  private static let descending = TestArgument.lambda(.bigint) { values in
    .int64(Int64(-Ordering.compare(values[0], values[1])))
  }
  private static let keyIsB = TestArgument.lambda(.boolean) { .boolean($0[0] == .text("b")) }
  private static let shout = TestArgument.lambda(.varchar) {
    .text(($0[0].string ?? "").uppercased())
  }

  @Test(arguments: [
    FunctionCase("transform", [numbers, double], "[6,2,null,6]"),
    FunctionCase("transform", [.null(.array(.bigint)), double], nil),
    FunctionCase("filter", [numbers, isBig], "[3,3]"),
    FunctionCase("any_match", [numbers, isBig], "true"),
    FunctionCase("any_match", [.array(.bigint, [1, nil]), isBig], nil),
    FunctionCase("all_match", [numbers, isBig], "false"),
    FunctionCase("all_match", [.array(.bigint, []), isBig], "true"),
    FunctionCase("none_match", [.array(.bigint, [1]), isBig], "true"),
    FunctionCase("reduce", [numbers, 10, sum, same], "17"),
    FunctionCase("reduce", [.null(.array(.bigint)), 10, sum, same], nil),
    FunctionCase("array_sort", [.array(.bigint, [1, 3, 2]), descending], "[3,2,1]"),
    FunctionCase("zip_with", [.array(.bigint, [1, 2]), .array(.bigint, [10]), sum], "[11,2]"),
    FunctionCase("map_filter", [counts, keyIsB], #"{"b":2}"#),
    FunctionCase(
      "transform_values",
      [counts, TestArgument.lambda(.bigint) { $0[1].int64.map { .int64($0 + 1) } ?? .null }],
      #"{"a":2,"b":3}"#),
    FunctionCase("transform_keys", [counts, shout], #"{"A":1,"B":2}"#),
    FunctionCase(
      "map_zip_with",
      [
        counts, .map([("b", 5)], .varchar, .bigint),
        TestArgument.lambda(.bigint) { .int64(($0[1].int64 ?? 0) * 10 + ($0[2].int64 ?? 0)) },
      ], #"{"a":10,"b":25}"#),
  ])
  func `lambdas over whole batches`(_ line: FunctionCase) throws {
    #expect(try call(line.name, line.arguments) == line.expected)
  }

  @Test(arguments: [
    FunctionCase("subscript", [numbers, 5], "array subscript out of bounds: 5 of 4 elements"),
    FunctionCase("subscript", [numbers, 0], "array subscripts start at 1"),
    FunctionCase("subscript", [numbers, -1], "array subscript is negative: -1"),
    FunctionCase("sequence", [1, 1_000_000], "the array would have more than 10000 elements"),
    FunctionCase("sequence", [1, 5, 0], "the step of a sequence is 0"),
    FunctionCase("sequence", [1, 5, -1], "the step of a sequence leads away from its stop"),
    FunctionCase("repeat", ["x", 1_000_000], "the array would have more than 10000 elements"),
    FunctionCase(
      "map", [.array(.varchar, ["a", "a"]), .array(.bigint, [1, 2])], "the map key 'a' occurs twice"
    ),
    FunctionCase("map", [.array(.varchar, ["a"]), .array(.bigint, [])], "1 keys but 0 values"),
    FunctionCase("map", [.array(.varchar, [nil]), .array(.bigint, [1])], "a map key is NULL"),
    FunctionCase("slice", [numbers, 0, 1], "array subscripts start at 1"),
    FunctionCase(
      "transform_keys", [counts, TestArgument.lambda(.varchar) { _ in .text("x") }],
      "the map key 'x' occurs twice"),
  ])
  func `what collections refuse`(_ line: FunctionCase) throws {
    #expect(try failure(line.name, line.arguments) == line.expected)
  }

  @Test func `a lambda is told the row of each entry, and NULL rows have none`() throws {
    let filter = try #require(ScalarFunctions.named("filter"))
    let array = Column(
      .array(.bigint),
      values: [.array([.int64(1), .int64(2)]), .null, .array([.int64(3)])])
    let keepsRow2 = LambdaBody { columns, rows in
      #expect(columns[0].allValues() == [.int64(1), .int64(2), .int64(3)])
      #expect(rows == [0, 0, 2])
      return Column(.boolean, values: rows.map { .boolean($0 == 2) })
    }
    let result = try filter.overloads[0].body(
      [.column(array), .lambda(keepsRow2)], EvaluationContext(now: 0, rowCount: 3))
    #expect(result.allValues() == [.array([]), .null, .array([.int64(3)])])
  }

  @Test func `a missing key is NULL whatever form keys and values have`() throws {
    let keys = ColumnDictionary(Column(.varchar, values: [.text("a"), .text("b")]))
    let values = ColumnDictionary(Column(.varchar, values: [.text("x"), .text("y")]))
    let map = Column(
      .map(key: .varchar, value: .varchar),
      .map(
        MapVector(
          offsets: [0, 2, 3, 3], keys: Column(codes: [0, 1, 0], keys),
          values: Column(codes: [0, 1, 1], values))))
    let lookup = try #require(ScalarFunctions.named("subscript")).overloads[1]
    func find(_ key: Column) throws -> [Value] {
      try lookup.body([.column(map), .column(key)], EvaluationContext(now: 0, rowCount: 3))
        .allValues()
    }
    #expect(
      try find(Column(.varchar, constant: .text("a"), count: 3)) == [.text("x"), .text("y"), .null])
    #expect(
      try find(Column(.varchar, constant: .text("b"), count: 3)) == [.text("y"), .null, .null])
    #expect(try find(Column(.varchar, constant: .text("c"), count: 3)) == [.null, .null, .null])
    #expect(
      try find(Column(.varchar, values: [.text("b"), .text("a"), .null])) == [
        .text("y"), .text("y"), .null,
      ])
  }
}

struct FunctionRegistryTests {
  @Test func `names are lower case, unique, found, and described`() {
    let names = ScalarFunctions.all.map(\.name)
    #expect(Set(names).count == names.count)
    for function in ScalarFunctions.all {
      #expect(function.name == function.name.lowercased())
      #expect(ScalarFunctions.named(function.name)?.summary == function.summary)
      #expect(!function.overloads.isEmpty && function.summary.hasSuffix("."))
    }
    #expect(ScalarFunctions.named("no_such_function") == nil)
  }

  @Test func `an empty batch and a batch of NULLs give as many rows`() throws {
    for function in ScalarFunctions.all where function.isDeterministic {
      for overload in function.overloads {
        let types = overload.parameters.compactMap(\.sample)
        guard types.count == overload.parameters.count else { continue }
        for count in [0, 3] {
          let arguments = types.map { type in
            Argument.column(Column(type, constant: .null, count: count))
          }
          let context = EvaluationContext(now: 0, rowCount: count)
          #expect(try overload.body(arguments, context).count == count, "\(function.name)")
          let flat = types.map { type in
            Argument.column(Column(type, values: [Value](repeating: .null, count: count)))
          }
          #expect(try overload.body(flat, context).count == count, "\(function.name)")
        }
      }
    }
  }
}

extension ParameterType {
  /// A type that the parameter accepts; nil for lambdas.
  fileprivate var sample: DataType? {
    switch self {
    case .exactly(let type): type
    case .decimal: .decimal(precision: 10, scale: 2)
    case .any, .variable, .orderable: .bigint
    case .array(let element): element.sample.map(DataType.array)
    case .map(let key, let value):
      key.sample.flatMap { key in value.sample.map { .map(key: key, value: $0) } }
    case .lambda: nil
    }
  }
}
