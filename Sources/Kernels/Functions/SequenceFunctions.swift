import Columns

/// Arrays of equally spaced numbers, dates and timestamps.
enum SequenceFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "sequence", summary: "The values from a start to a stop, both included, by a step.",
      overloads: [
        .values([.exactly(.bigint), .exactly(.bigint)], result: { .array($0[0]) }) { values, _ in
          let (start, stop) = bounds(values)
          return try build(start, stop, by: start <= stop ? 1 : -1)
        },
        .values(
          [.exactly(.bigint), .exactly(.bigint), .exactly(.bigint)], result: { .array($0[0]) }
        ) { values, _ in
          let (start, stop) = bounds(values)
          return try build(start, stop, by: values[2].int64 ?? 1)
        },
        .values([.exactly(.date), .exactly(.date)], result: { .array($0[0]) }) { values, _ in
          let (start, stop) = bounds(values)
          return try build(start, stop, by: start <= stop ? 1 : -1)
        },
        .values(
          [.exactly(.date), .exactly(.date), .exactly(.intervalDayToSecond)],
          result: { .array($0[0]) }
        ) { values, _ in
          let (start, stop) = bounds(values)
          let step = values[2].int64 ?? 0
          guard step % Microseconds.day == 0 else {
            throw EvaluationError("a sequence of dates steps by whole days")
          }
          return try build(start, stop, by: step / Microseconds.day)
        },
        .values(
          [.exactly(.timestamp), .exactly(.timestamp), .exactly(.intervalDayToSecond)],
          result: { .array($0[0]) }
        ) { values, _ in
          let (start, stop) = bounds(values)
          return try build(start, stop, by: values[2].int64 ?? 0)
        },
        months(.date) { TimeMath.addMonths(toDay: $0, $1) },
        months(.timestamp) { TimeMath.addMonths(toMicroseconds: $0, $1) },
      ]),
    ScalarFunction(
      "$sequence", summary: "The numbers of the table function sequence.",
      overloads: [
        FunctionOverload(
          [.exactly(.bigint), .exactly(.bigint), .exactly(.bigint)],
          result: { _ in .array(.bigint) }
        ) { arguments, context in
          let numbers = arguments.map { argument in
            context.rowCount > 0 ? argument.columnOrEmpty.value(0).int64 : nil
          }
          guard let start = numbers[0], let stop = numbers[1], let step = numbers[2] else {
            return Column(.array(.bigint), constant: .null, count: context.rowCount)
          }
          return try rows(start, stop, by: step, context.rowCount)
        }
      ]),
  ]

  /// Rows of a table function that one statement may ask for.
  private static let rowLimit: Int128 = 10_000_000

  /// The same numbers for each of `count` rows, stored once.
  private static func rows(_ start: Int64, _ stop: Int64, by step: Int64, _ count: Int) throws
    -> Column
  {
    try check(step, start, stop)
    let length = (Int128(stop) - Int128(start)) / Int128(step) + 1
    guard length <= rowLimit else {
      throw EvaluationError("the table function sequence gives at most \(rowLimit) rows")
    }
    let numbers = (0..<Int64(length)).map { start &+ $0 &* step }
    let list = ListVector(offsets: [0, Int32(length)], elements: Column(.bigint, .int64(numbers)))
    return Column(
      codes: [UInt32](repeating: 0, count: count),
      ColumnDictionary(Column(.array(.bigint), .array(list))))
  }

  private static func bounds(_ values: [Value]) -> (Int64, Int64) {
    (values[0].int64 ?? 0, values[1].int64 ?? 0)
  }

  private static func build(_ start: Int64, _ stop: Int64, by step: Int64) throws -> Value {
    try check(step, start, stop)
    let count = (Int128(stop) - Int128(start)) / Int128(step) + 1
    guard count <= Int128(CallLimits.arrayEntries) else { throw ArrayFunctions.tooMany }
    // The product may pass the largest number on the way; the sums lie between start and stop.
    return .array((0..<Int64(count)).map { .int64(start &+ $0 &* step) })
  }

  private static func months(
    _ type: DataType, _ add: @escaping @Sendable (Int64, Int64) -> Int64?
  ) -> FunctionOverload {
    .values(
      [.exactly(type), .exactly(type), .exactly(.intervalYearToMonth)], result: { .array($0[0]) }
    ) { values, _ in
      let (start, stop) = bounds(values)
      let step = values[2].int64 ?? 0
      try check(step, start, stop)
      var elements: [Value] = []
      var total: Int64 = 0
      while let next = add(start, total), step > 0 ? next <= stop : next >= stop {
        elements.append(.int64(next))
        guard Int64(elements.count) <= CallLimits.arrayEntries else { throw ArrayFunctions.tooMany }
        let (sum, overflow) = total.addingReportingOverflow(step)
        if overflow { break }
        total = sum
      }
      return .array(elements)
    }
  }

  private static func check(_ step: Int64, _ start: Int64, _ stop: Int64) throws {
    guard step != 0 else { throw EvaluationError("the step of a sequence is 0") }
    guard start == stop || (step > 0) == (stop > start) else {
      throw EvaluationError("the step of a sequence leads away from its stop")
    }
  }
}
