import Columns

/// Dates, timestamps and intervals: days, microseconds, months or microseconds.
extension Arithmetic {
  /// time + interval or interval + time.
  static func addTimes(_ a: Column, _ b: Column, as type: DataType) throws -> Column {
    b.type.isInterval
      ? try shift(a, by: b, as: type, sign: 1) : try shift(b, by: a, as: type, sign: 1)
  }

  /// time − interval or time − time.
  static func subtractTimes(_ a: Column, _ b: Column, as type: DataType) throws -> Column {
    if b.type.isInterval { return try shift(a, by: b, as: type, sign: -1) }
    if a.type == .timestampWithZone {
      return try combineChecked(a.int64Operand, b.int64Operand) { x, y in
        let (length, overflow) = ZonedTime.microseconds(x).subtractingReportingOverflow(
          ZonedTime.microseconds(y))
        return (length, overflow)
      } error: { _, _ in
        outOfRange(type)
      }.column(type, count: a.count)
    }
    let unit = a.type == .date ? Microseconds.day : 1
    return try combineChecked(a.int64Operand, b.int64Operand) { x, y in
      let (difference, first) = x.subtractingReportingOverflow(y)
      let (scaled, second) = difference.multipliedReportingOverflow(by: unit)
      return (scaled, first || second)
    } error: { _, _ in
      outOfRange(type)
    }.column(type, count: a.count)
  }

  static func multiplyInterval(_ a: Column, _ b: Column, as type: DataType) throws -> Column {
    let (interval, number) = a.type.isInterval ? (a, b) : (b, a)
    if number.type.physical == .int64 {
      return try integers(interval, number, as: type, "multiplication", "*") {
        $0.multipliedReportingOverflow(by: $1)
      }
    }
    let factor = try Cast.cast(number, to: .double, isTry: false)
    return try combineChecked(interval.int64Operand, factor.doubleOperand) { x, y in
      whole(Double(x) * y)
    } error: { _, _ in
      outOfRange(type)
    }.column(type, count: a.count)
  }

  static func divideInterval(_ a: Column, _ b: Column, as type: DataType) throws -> Column {
    let divisor = try Cast.cast(b, to: .double, isTry: false)
    return try combineChecked(a.int64Operand, divisor.doubleOperand) { x, y in
      y == 0 ? (0, true) : whole(Double(x) / y)
    } error: { _, y in
      y == 0 ? divisionByZero : outOfRange(type)
    }.column(type, count: a.count)
  }

  private static func shift(
    _ time: Column, by interval: Column, as type: DataType, sign: Int64
  ) throws -> Column {
    if time.type == .timestampWithZone || time.type == .time {
      return try shiftZoned(time, by: interval, as: type, sign: sign)
    }
    let isDate = time.type == .date
    if interval.type == .intervalYearToMonth {
      return try combineChecked(time.int64Operand, interval.int64Operand) { x, months in
        let shifted =
          isDate
          ? TimeMath.addMonths(toDay: x, months.multipliedReportingOverflow(by: sign).partialValue)
          : TimeMath.addMonths(
            toMicroseconds: x, months.multipliedReportingOverflow(by: sign).partialValue)
        return (shifted ?? 0, shifted == nil)
      } error: { _, _ in
        outOfRange(type)
      }.column(type, count: time.count)
    }
    if isDate {
      return try combineChecked(time.int64Operand, interval.int64Operand) { x, length in
        let (day, overflow) = x.addingReportingOverflow(length / Microseconds.day * sign)
        return (day, overflow || length % Microseconds.day != 0)
      } error: { _, length in
        length % Microseconds.day != 0
          ? EvaluationError("cannot add hours, minutes or seconds to a date; cast it to timestamp")
          : outOfRange(type)
      }.column(type, count: time.count)
    }
    return try combineChecked(time.int64Operand, interval.int64Operand) { x, length in
      let (result, overflow) =
        sign > 0 ? x.addingReportingOverflow(length) : x.subtractingReportingOverflow(length)
      return (result, overflow)
    } error: { _, _ in
      outOfRange(type)
    }.column(type, count: time.count)
  }

  /// Times of a zone move by months on its clocks, by seconds in real time; times of day turn over
  /// at midnight.
  private static func shiftZoned(
    _ time: Column, by interval: Column, as type: DataType, sign: Int64
  ) throws -> Column {
    let isClock = time.type == .time
    let isMonths = interval.type == .intervalYearToMonth
    return try combineChecked(time.int64Operand, interval.int64Operand) { x, length in
      if isClock {
        let sum = x + length % Microseconds.day * sign
        return (sum - sum.floorDivided(by: Microseconds.day) * Microseconds.day, isMonths)
      }
      let (step, overflow) = length.multipliedReportingOverflow(by: sign)
      let moved =
        overflow
        ? nil : isMonths ? ZonedTimes.add(months: step, to: x) : ZonedTimes.add(step, to: x)
      return (moved ?? 0, moved == nil)
    } error: { _, _ in
      isClock ? EvaluationError("cannot add months to a time") : outOfRange(type)
    }.column(type, count: time.count)
  }

  @inline(__always)
  private static func whole(_ value: Double) -> (Int64, failed: Bool) {
    guard let result = Int64(exactly: value.rounded(.towardZero)) else { return (0, true) }
    return (result, false)
  }

  private static func outOfRange(_ type: DataType) -> EvaluationError {
    EvaluationError("\(type) out of range")
  }
}
