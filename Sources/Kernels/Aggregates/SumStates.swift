import Columns

/// The exact sum of doubles, rounded once, so that it does not depend on the order of the rows or how
/// they are shared out.
///
/// The sum is kept as two doubles, the second of which takes the rounding errors of the first. When that
/// does not hold them any more, both go to a wide sum and the two begin anew.
///
/// Source: D. E. Knuth, The Art of Computer Programming 2, 4.2.2, theorem B (the error of an addition
/// is itself a double).
struct CompensatedSum: GroupState {
  private var sum = 0.0
  private var error = 0.0
  private(set) var count: Int64 = 0
  private var rest: ExactSum?

  @inline(__always)
  mutating func add(_ value: Double) {
    addExactly(value)
    count &+= 1
  }

  @inline(__always)
  private mutating func addExactly(_ value: Double) {
    let (total, lost) = exactSum(sum, value)
    let (errors, lostError) = exactSum(error, lost)
    // NaN, of infinities and overflow, is not zero either.
    guard lostError == 0 else { return putAside(before: value) }
    sum = total
    error = errors
  }

  @inline(never)
  private mutating func putAside(before value: Double) {
    let rest = rest ?? ExactSum()
    rest.add(sum)
    rest.add(error)
    sum = 0
    error = 0
    if value.isFinite { sum = value } else { rest.add(value) }
    self.rest = rest
  }

  mutating func merge(_ other: CompensatedSum) {
    addExactly(other.sum)
    addExactly(other.error)
    count &+= other.count
    guard let more = other.rest else { return }
    let rest = rest ?? ExactSum()
    rest.add(more)
    self.rest = rest
  }

  /// The double nearest to the sum of all values.
  var total: Double {
    guard let rest else { return sum + error }
    let all = ExactSum(rest)
    all.add(sum)
    all.add(error)
    return all.total
  }
}

/// The exact sum of 64-bit integers.
struct IntegerSum: GroupState {
  private(set) var sum: Int128 = 0
  private(set) var count: Int64 = 0

  @inline(__always)
  mutating func add(_ value: Int64) {
    sum &+= Int128(value)
    count &+= 1
  }

  mutating func merge(_ other: IntegerSum) {
    sum &+= other.sum
    count &+= other.count
  }
}

/// The exact sum of decimals of one scale.
struct DecimalSum: GroupState {
  private(set) var sum: Int128 = 0
  private(set) var count: Int64 = 0
  private(set) var hasOverflow = false

  mutating func add(_ value: Int128) {
    let (total, overflow) = sum.addingReportingOverflow(value)
    sum = total
    hasOverflow = hasOverflow || overflow
    count &+= 1
  }

  mutating func merge(_ other: DecimalSum) {
    let (total, overflow) = sum.addingReportingOverflow(other.sum)
    sum = total
    hasOverflow = hasOverflow || overflow || other.hasOverflow
    count &+= other.count
  }

  /// The largest DECIMAL(38) is 10^38 - 1.
  static let limit: Int128 = (0..<38).reduce(1) { power, _ in power * 10 }

  func checkedSum() throws -> Int128 {
    guard !hasOverflow, sum.magnitude < DecimalSum.limit.magnitude else {
      throw EvaluationError("a sum of decimals needs more than 38 digits")
    }
    return sum
  }
}

/// The accumulators of sum and avg.
enum Sums {
  static func integers(_ type: DataType) -> any Accumulator {
    StateAccumulator<IntegerSum>(loop: { GroupedLoop.int64s(&$0, $1, $2) }) { states in
      .results(
        type,
        .int64(
          try states.map { state in
            guard let sum = Int64(exactly: state.sum) else {
              throw EvaluationError(
                "bigint overflow: a sum is \(state.sum); cast the argument to double or decimal")
            }
            return sum
          }), states.map { $0.count > 0 })
    }
  }

  static func doubles() -> any Accumulator {
    StateAccumulator<CompensatedSum>(loop: { GroupedLoop.doubles(&$0, $1, $2) }) { states in
      .results(.double, .double(states.map(\.total)), states.map { $0.count > 0 })
    }
  }

  static func decimals(scale: Int) -> any Accumulator {
    StateAccumulator<DecimalSum>(loop: { GroupedLoop.decimals(&$0, $1, $2) }) { states in
      .results(
        .decimal(precision: 38, scale: scale), .decimal(try states.map { try $0.checkedSum() }),
        states.map { $0.count > 0 })
    }
  }

  static func averageOfIntegers() -> any Accumulator {
    StateAccumulator<IntegerSum>(loop: { GroupedLoop.int64s(&$0, $1, $2) }) { states in
      .results(
        .double, .double(states.map { $0.count == 0 ? 0 : Double($0.sum) / Double($0.count) }),
        states.map { $0.count > 0 })
    }
  }

  static func averageOfDoubles() -> any Accumulator {
    StateAccumulator<CompensatedSum>(loop: { GroupedLoop.doubles(&$0, $1, $2) }) { states in
      .results(
        .double, .double(states.map { $0.count == 0 ? 0 : $0.total / Double($0.count) }),
        states.map { $0.count > 0 })
    }
  }

  /// The average of intervals in whole units (months, or milliseconds of so many), half up.
  ///
  /// Source: Trino, IntervalYearToMonthAverageAggregation, IntervalDayToSecondAverageAggregation.
  static func averageOfIntervals(_ type: DataType, unit: Int64) -> any Accumulator {
    StateAccumulator<IntegerSum>(loop: { GroupedLoop.int64s(&$0, $1, $2) }) { states in
      .results(
        type,
        .int64(
          states.map { state in
            if state.count == 0 { return 0 }
            let divisor = Int128(state.count) * Int128(unit) * 2
            let double = state.sum * 2 + divisor / 2
            let whole = double / divisor - (double % divisor < 0 ? 1 : 0)
            return Int64(clamping: whole * Int128(unit))
          }),
        states.map { $0.count > 0 })
    }
  }

  /// The average of decimals at their own scale, half away from zero.
  static func averageOfDecimals(_ type: DataType) -> any Accumulator {
    StateAccumulator<DecimalSum>(loop: { GroupedLoop.decimals(&$0, $1, $2) }) { states in
      .results(
        type,
        .decimal(
          try states.map { state in
            if state.count == 0 { return 0 }
            let count = Int128(state.count)
            let (quotient, rest) = try state.checkedSum().quotientAndRemainder(dividingBy: count)
            return rest.magnitude * 2 < count.magnitude
              ? quotient : quotient + (rest < 0 ? -1 : 1)
          }), states.map { $0.count > 0 })
    }
  }
}
