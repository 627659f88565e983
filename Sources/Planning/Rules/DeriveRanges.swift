import Columns
import Kernels
import SQL

extension Rule {
  /// Turns conditions on a function of a column into ranges of the column, which statistics can
  /// answer: `date_trunc('month', t) = DATE '2026-09-01'` becomes two comparisons of `t`.
  static let deriveRanges = Rule("DeriveRanges") { plan, _ in derive(plan) }

  private static func derive(_ plan: LogicalPlan) -> LogicalPlan {
    guard case .scan(var scan) = plan else { return plan.mapInputs(derive) }
    var seen: Set<Expression> = []
    scan.filters = scan.filters.flatMap { RangeDerivation.rewrite($0).conjuncts }.filter {
      seen.insert($0).inserted
    }
    return .scan(scan)
  }
}

/// Exact rewrites of comparisons; anything else stays as it is.
enum RangeDerivation {
  /// Longer lists are left alone: one range per entry costs more than the function.
  private static let longestList = 8

  static func rewrite(_ condition: Expression) -> Expression {
    switch condition {
    case .and(let operands): return .and(operands.map(rewrite))
    case .or(let operands): return .or(operands.map(rewrite))
    case .compare(let operation, let operand, .literal(let value, let type)) where !value.isNull:
      return compare(operation, operand, value, type) ?? condition
    case .compare(let operation, .literal(let value, let type), let operand) where !value.isNull:
      return compare(operation.mirrored, operand, value, type) ?? condition
    case .inValues(let operand, let values, containsNull: false)
    where values.count <= longestList:
      let ranges = values.compactMap { compare(.equal, operand, $0, operand.type) }
      return ranges.count == values.count && !ranges.isEmpty ? .or(ranges) : condition
    default: return condition
    }
  }

  private static func compare(
    _ operation: ComparisonOperator, _ operand: Expression, _ value: Value, _ type: DataType
  ) -> Expression? {
    switch operand {
    case .cast(let column, .bigint, _) where column.isColumn && column.type == .integer:
      guard let number = value.int64, Int32(exactly: number) != nil else { return nil }
      return .compare(operation, column, .literal(value, .integer))
    case .cast(let column, .timestamp, _) where column.isColumn && column.type == .date:
      guard let time = value.int64 else { return nil }
      return range(operation, column, time, Step(of: .day))
    case .cast(let column, .date, _) where column.isColumn && column.type == .timestamp:
      return day(operation, column, value)
    case .call(let call): return functionCall(operation, call, value)
    default: return nil
    }
  }

  private static func functionCall(
    _ operation: ComparisonOperator, _ call: FunctionCall, _ value: Value
  ) -> Expression? {
    let arguments = call.arguments.compactMap { argument -> Expression? in
      if case .expression(let expression) = argument { expression } else { nil }
    }
    switch (call.function.name, arguments.count) {
    case ("date", 1) where arguments[0].isColumn && arguments[0].type == .timestamp:
      return day(operation, arguments[0], value)
    case ("date_trunc", 2) where arguments[1].isColumn:
      guard case .literal(let name, _) = arguments[0],
        let unit = name.string.flatMap({ IntervalUnit(rawValue: $0.lowercased()) }),
        let number = value.int64, call.type == arguments[1].type
      else { return nil }
      return range(operation, arguments[1], microseconds(number, call.type), Step(of: unit))
    case ("year", 1) where arguments[0].isColumn:
      guard let year = value.int64, (1...9998).contains(year) else { return nil }
      let start = Step.time(year: Int(year), month: 1)
      return range(operation, arguments[0], start, Step(of: .year))
    case ("date_format", 2) where arguments[0].isColumn:
      guard case .literal(let format, _) = arguments[1] else { return nil }
      return formatted(operation, .call(call), arguments[0], value, format: format.string)
    default: return nil
    }
  }

  /// `CAST(t AS DATE) = d`.
  private static func day(_ operation: ComparisonOperator, _ column: Expression, _ value: Value)
    -> Expression?
  {
    guard let day = value.int64 else { return nil }
    return range(operation, column, microseconds(day, .date), Step(of: .day))
  }

  /// `date_format(t, '%Y-%m') = '2026-09'`. Text and time order agree up to the year 9999 only, so
  /// lower bounds are added to the condition rather than put in its place.
  private static func formatted(
    _ operation: ComparisonOperator, _ call: Expression, _ column: Expression, _ value: Value,
    format: String?
  ) -> Expression? {
    let units: [String: (IntervalUnit, Int)] = [
      "%Y": (.year, 1), "%Y-%m": (.month, 2), "%Y-%m-%d": (.day, 3),
    ]
    guard let (unit, count) = format.flatMap({ units[$0] }), let text = value.string else {
      return nil
    }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let widths = [4, 2, 2]
    guard parts.count == count,
      zip(parts, widths).allSatisfy({ part, width in
        part.utf8.count == width && part.utf8.allSatisfy { (48...57).contains($0) }
      })
    else { return nil }
    let numbers = parts.compactMap { Int($0) } + [1, 1]
    let date = CivilDate(year: numbers[0], month: numbers[1], day: numbers[2])
    guard date.isValid else { return nil }
    let time = Int64(date.daysSinceEpoch) * Microseconds.day
    guard let range = range(operation, column, time, Step(of: unit)) else { return nil }
    switch operation {
    case .equal: return range
    case .greater, .greaterOrEqual:
      return .and([.compare(operation, call, .literal(value, .varchar)), range])
    case .less, .lessOrEqual, .notEqual: return nil
    }
  }

  private static func microseconds(_ number: Int64, _ type: DataType) -> Int64? {
    guard type == .date else { return number }
    let (time, overflow) = number.multipliedReportingOverflow(by: Microseconds.day)
    return overflow ? nil : time
  }

  /// The range of `column` for which `floor(column) operation bound` holds, `floor` going down to the
  /// start of a step. A column of days is one whose steps are whole.
  private static func range(
    _ operation: ComparisonOperator, _ column: Expression, _ bound: Int64?, _ step: Step?
  ) -> Expression? {
    guard let bound, let step, column.type == .date || column.type == .timestamp,
      let (floor, next) = step.around(bound)
    else { return nil }
    let isStart = floor == bound
    func at(_ time: Int64) -> Expression {
      column.type == .date
        ? .literal(.int64(time.floorDivided(by: Microseconds.day)), .date)
        : .literal(.int64(time), .timestamp)
    }
    // Steps shorter than a day do not begin at days.
    guard column.type == .timestamp || step.isWholeDays else { return nil }
    switch operation {
    case .equal:
      guard isStart else { return nil }
      return .and([
        .compare(.greaterOrEqual, column, at(floor)), .compare(.less, column, at(next)),
      ])
    case .greaterOrEqual: return .compare(.greaterOrEqual, column, at(isStart ? floor : next))
    case .greater: return .compare(.greaterOrEqual, column, at(next))
    case .less: return .compare(.less, column, at(isStart ? floor : next))
    case .lessOrEqual: return .compare(.less, column, at(next))
    case .notEqual: return nil
    }
  }
}

/// The steps of `date_trunc`.
private struct Step {
  private let unit: IntervalUnit

  init(of unit: IntervalUnit) {
    self.unit = unit
  }

  var isWholeDays: Bool {
    switch unit {
    case .year, .quarter, .month, .week, .day: true
    case .hour, .minute, .second: false
    }
  }

  static func time(year: Int, month: Int) -> Int64 {
    Int64(CivilDate(year: year, month: month, day: 1).daysSinceEpoch) * Microseconds.day
  }

  /// The start of the step that a time lies in, and of the next one; nil far outside of history.
  func around(_ time: Int64) -> (Int64, Int64)? {
    let day = time.floorDivided(by: Microseconds.day)
    let date = CivilDate(daysSinceEpoch: Int(day))
    guard (1...9998).contains(date.year) else { return nil }
    switch unit {
    case .year: return months(12, date)
    case .quarter: return months(3, date)
    case .month: return months(1, date)
    case .week:
      // Weeks begin on Monday; 1970-01-01 was a Thursday.
      let start = (day + 3).floorDivided(by: 7) * 7 - 3
      return (start * Microseconds.day, (start + 7) * Microseconds.day)
    case .day: return fixed(Microseconds.day, time)
    case .hour: return fixed(Microseconds.hour, time)
    case .minute: return fixed(Microseconds.minute, time)
    case .second: return fixed(Microseconds.second, time)
    }
  }

  private func fixed(_ size: Int64, _ time: Int64) -> (Int64, Int64) {
    let start = time.floorDivided(by: size) * size
    return (start, start + size)
  }

  private func months(_ count: Int, _ date: CivilDate) -> (Int64, Int64) {
    let first = (date.month - 1) / count * count + 1
    let next = CivilDate(year: date.year, month: first, day: 1).adding(months: count)
    return (
      Self.time(year: date.year, month: first), Self.time(year: next.year, month: next.month)
    )
  }
}

extension Expression {
  var isColumn: Bool {
    if case .column = self { true } else { false }
  }
}
