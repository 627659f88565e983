import Columns
import Kernels
import Testing

/// The result of an aggregate over some rows, one group, computed whole and in two merged halves.
private func result(
  _ name: String, _ arguments: [(DataType, [Value])], overload: Int = 0,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> Value {
  let function = try #require(AggregateFunctions.named(name), sourceLocation: sourceLocation)
  let make = function.overloads[overload].makeAccumulator
  let types = arguments.map(\.0)
  let columns = arguments.map { Column($0.0, values: $0.1) }
  let count = columns.first?.count ?? 0

  func part(_ range: Range<Int>) throws -> any Accumulator {
    let accumulator = make(types)
    accumulator.resize(groups: 1)
    try accumulator.update(
      groups: nil, arguments: columns.map { $0.sliced(range) }, rowCount: range.count)
    return accumulator
  }

  let whole = try part(0..<count).finish().value(0)
  let first = try part(0..<count / 2)
  try first.merge(try part(count / 2..<count), mapping: [0])
  let merged = try first.finish().value(0)
  if case .double(let a) = whole, case .double(let b) = merged, a.isFinite {
    #expect(abs(a - b) <= 1e-12 * max(1, abs(a)), sourceLocation: sourceLocation)
  } else {
    #expect("\(whole)" == "\(merged)", sourceLocation: sourceLocation)
  }
  return whole
}

private func numbers(_ values: Double?...) -> (DataType, [Value]) {
  (.double, values.map { $0.map(Value.double) ?? .null })
}

private func integers(_ values: Int64?...) -> (DataType, [Value]) {
  (.bigint, values.map { $0.map(Value.int64) ?? .null })
}

private func texts(_ values: String?...) -> (DataType, [Value]) {
  (.varchar, values.map { $0.map(Value.text) ?? .null })
}

private func isClose(_ value: Value, _ expected: Double) -> Bool {
  value.double.map { abs($0 - expected) < 1e-9 } ?? false
}

@Suite struct AggregateKernelTests {
  @Test func `sums leave NULL out and are NULL without values`() throws {
    #expect(try result("sum", [integers(1, nil, 4)]) == .int64(5))
    #expect(try result("sum", [integers(nil, nil)]) == .null)
    #expect(try result("sum", [numbers(1e100, 1, -1e100, 1)], overload: 2) == .double(2))
    #expect(try result("avg", [integers(1, 2, nil, 6)]) == .double(3))
    let decimal = DataType.decimal(precision: 4, scale: 2)
    #expect(
      try result("sum", [(decimal, [.decimal(150), .decimal(-25)])], overload: 1) == .decimal(125))
    #expect(
      try result("avg", [(decimal, [.decimal(1), .decimal(2)])], overload: 1) == .decimal(2))
    #expect(
      try result("avg", [(decimal, [.decimal(-1), .decimal(-2)])], overload: 1) == .decimal(-2))
  }

  @Test func `sums that do not fit are errors`() {
    #expect(throws: EvaluationError.self) { try result("sum", [integers(.max, 1)]) }
    let largest = (0..<38).reduce(Int128(1)) { power, _ in power * 10 } - 1
    #expect(throws: EvaluationError.self) {
      try result(
        "sum", [(.decimal(precision: 38, scale: 0), [.decimal(largest), .decimal(1)])], overload: 1)
    }
  }

  @Test func `infinities and NaN stay what they are`() throws {
    #expect(try result("sum", [numbers(.infinity, 1)], overload: 2) == .double(.infinity))
    let nan = try result("sum", [numbers(.infinity, -.infinity)], overload: 2)
    #expect(nan.double?.isNaN == true)
  }

  @Test func `counts and booleans`() throws {
    #expect(try result("count", [texts("a", nil, "b")], overload: 1) == .int64(2))
    let flags: (DataType, [Value]) = (.boolean, [.boolean(true), .null, .boolean(false)])
    #expect(try result("count_if", [flags]) == .int64(1))
    #expect(try result("bool_and", [flags]) == .boolean(false))
    #expect(try result("every", [(.boolean, [.null])]) == .null)
    #expect(try result("bool_or", [flags]) == .boolean(true))
  }

  @Test func `extremes of every layout`() throws {
    #expect(try result("min", [integers(3, nil, -2)]) == .int64(-2))
    #expect(try result("max", [numbers(3, .nan, 2)]) == .double(3))
    #expect(try result("max", [numbers(.nan, .nan)]).double?.isNaN == true)
    #expect(try result("min", [numbers(3, .nan, 2)]) == .double(2))
    #expect(try result("max", [texts("b", "abc", nil, "")]) == .text("b"))
    #expect(try result("min", [texts("b", "abc", nil, "")]) == .text(""))
    #expect(try result("max", [(.boolean, [.boolean(false), .boolean(true)])]) == .boolean(true))
    #expect(
      try result("min_by", [texts("x", "y", "z"), integers(2, nil, 1)]) == .text("z"))
    #expect(
      try result("max_by", [texts("x", nil, "z"), integers(2, 9, 1)]) == .null)
    #expect(try result("arbitrary", [texts(nil, "y", "z")]) == .text("y"))
  }

  @Test func `text extremes of groups over a dictionary`() throws {
    let function = try #require(AggregateFunctions.named("max"))
    let accumulator = function.overloads[0].makeAccumulator([.varchar])
    accumulator.resize(groups: 3)
    let dictionary = ColumnDictionary(
      Column(.varchar, values: [.text("m"), .null, .text("z"), .text("a")]))
    try accumulator.update(
      groups: [0, 0, 1, 1, 2], arguments: [Column(codes: [3, 0, 1, 2, 1], dictionary)], rowCount: 5)
    #expect(try accumulator.finish().allValues() == [.text("m"), .text("z"), .null])
  }

  @Test func `statistics agree with their definitions`() throws {
    let values = numbers(2, 4, 4, 4, 5, 5, 7, 9)
    #expect(isClose(try result("stddev_pop", [values]), 2))
    #expect(isClose(try result("variance", [values]), 32.0 / 7))
    #expect(isClose(try result("var_pop", [values]), 4))
    #expect(isClose(try result("skewness", [values]), 0.65625))
    #expect(try result("stddev", [numbers(1)]) == .null)
    let x = numbers(1, 2, 3, nil)
    let y = numbers(3, 5, 7, 1)
    #expect(isClose(try result("corr", [y, x]), 1))
    #expect(isClose(try result("regr_slope", [y, x]), 2))
    #expect(isClose(try result("regr_intercept", [y, x]), 1))
    #expect(isClose(try result("covar_samp", [y, x]), 2))
    #expect(isClose(try result("covar_pop", [y, x]), 4.0 / 3))
    #expect(isClose(try result("geometric_mean", [numbers(1, 4, 16)]), 4))
  }

  @Test func `collections keep the order of rows`() throws {
    #expect(
      try result("array_agg", [integers(2, nil, 1)]) == .array([.int64(2), .null, .int64(1)]))
    #expect(try result("set_agg", [integers(2, 1, 2)]) == .array([.int64(2), .int64(1)]))
    #expect(
      try result("listagg", [texts("a", nil, "b"), texts(", ", ", ", ", ")]) == .text("a, b"))
    #expect(
      try result("map_agg", [texts("a", "b", "a", nil), integers(1, 2, 3, 4)])
        == .map([
          MapEntry(key: .text("a"), value: .int64(1)), MapEntry(key: .text("b"), value: .int64(2)),
        ]))
    #expect(
      try result("histogram", [texts("a", nil, "b", "a")])
        == .map([
          MapEntry(key: .text("a"), value: .int64(2)), MapEntry(key: .text("b"), value: .int64(1)),
        ]))
    #expect(
      try result("multimap_agg", [texts("a", "a"), integers(1, 2)])
        == .map([MapEntry(key: .text("a"), value: .array([.int64(1), .int64(2)]))]))
  }

  @Test func `percentiles are exact, and a fraction beyond 1 is an error`() throws {
    let values = integers(5, 1, 4, 2, 3)
    #expect(
      try result("approx_percentile", [values, numbers(0.5, 0.5, 0.5, 0.5, 0.5)]) == .int64(3))
    #expect(throws: EvaluationError.self) {
      try result("approx_percentile", [integers(1), numbers(1.5)])
    }
  }

  @Test func `approx_distinct is exact for few values and close for many`() throws {
    #expect(try result("approx_distinct", [texts("a", "b", nil, "a")]) == .int64(2))
    let many: (DataType, [Value]) = (.bigint, (0..<40_000).map { .int64($0 % 20_000) })
    let estimate = try #require(try result("approx_distinct", [many]).int64)
    #expect(abs(estimate - 20_000) < 1200)
  }

  @Test func `bits and checksums`() throws {
    #expect(try result("bitwise_and_agg", [integers(6, 3)]) == .int64(2))
    #expect(try result("bitwise_or_agg", [integers(6, nil, 1)]) == .int64(7))
    #expect(
      try result("checksum", [texts("a", "b", "c")]) == result("checksum", [texts("c", "a", "b")]))
    #expect(
      try result("checksum", [texts("a", "b")]) != result("checksum", [texts("a", "c")]))
    #expect(
      try result("checksum", [texts("a", nil)]) != result("checksum", [texts("a", nil, nil)]))
  }

  @Test func `every aggregate is found by its name once`() {
    let names = AggregateFunctions.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(AggregateFunctions.named("SUM") == nil)
    #expect(AggregateFunctions.named("no_such") == nil)
  }
}
