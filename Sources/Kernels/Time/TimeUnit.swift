import Columns

/// The units of date_trunc, date_add and date_diff.
enum TimeUnit: String, CaseIterable {
  case millisecond, second, minute, hour, day, week, month, quarter, year

  /// - Throws: `EvaluationError` naming the units there are.
  init(_ text: ArraySlice<UInt8>) throws {
    guard let unit = TimeUnit(rawValue: text.string.lowercased()) else {
      let names = TimeUnit.allCases.map(\.rawValue).joined(separator: ", ")
      throw EvaluationError("expected a unit of time, one of \(names), found '\(text.string)'")
    }
    self = unit
  }

  /// Microseconds, for units of fixed length.
  var length: Int64? {
    switch self {
    case .millisecond: 1000
    case .second: Microseconds.second
    case .minute: Microseconds.minute
    case .hour: Microseconds.hour
    case .day: Microseconds.day
    case .week: 7 * Microseconds.day
    case .month, .quarter, .year: nil
    }
  }

  /// Months, for units that are made of them.
  private var months: Int64 {
    switch self {
    case .month: 1
    case .quarter: 3
    case .year: 12
    case .millisecond, .second, .minute, .hour, .day, .week: 0
    }
  }

  /// Whether a DATE can be asked in the unit.
  private func checkDate() throws {
    switch self {
    case .millisecond, .second, .minute, .hour:
      throw EvaluationError("'\(rawValue)' is not a unit of a date; cast it to timestamp")
    case .day, .week, .month, .quarter, .year: break
    }
  }

  /// Whether a TIME can be asked in the unit.
  func checkTime() throws {
    guard let length, length < Microseconds.day else {
      throw EvaluationError("'\(rawValue)' is not a unit of a time of day")
    }
  }

  // MARK: Truncation

  func truncated(time: Int64) throws -> Int64 {
    try checkTime()
    return truncated(timestamp: time)
  }

  func truncated(zoned packed: Int64) throws -> Int64 {
    let local = ZonedTime.local(packed)
    let start = truncated(timestamp: local)
    // Within an hour the clocks do not change, so that an hour that comes twice stays the same one.
    if let length, length <= Microseconds.hour {
      guard let result = ZonedTimes.add(start &- local, to: packed) else {
        throw TimeUnit.outOfRange("timestamp")
      }
      return result
    }
    return try ZonedTimes.with(local: start, of: packed)
  }

  func truncated(day: Int64) throws -> Int64 {
    try checkDate()
    return startDay(day)
  }

  func truncated(timestamp: Int64) -> Int64 {
    switch self {
    case .millisecond, .second, .minute, .hour, .day:
      let unit = length ?? 1
      let past = timestamp % unit
      return timestamp &- (past < 0 ? past + unit : past)
    case .week, .month, .quarter, .year:
      let day = startDay(timestamp.floorDivided(by: Microseconds.day))
      return TimeMath.microseconds(day: day) ?? timestamp
    }
  }

  private func startDay(_ day: Int64) -> Int64 {
    switch self {
    case .millisecond, .second, .minute, .hour, .day: return day
    case .week: return day - CalendarFields.weekday(day) + 1
    case .month, .quarter, .year:
      let date = CalendarFields(day: day).date
      let month = self == .month ? date.month : (self == .year ? 1 : (date.month - 1) / 3 * 3 + 1)
      return Int64(CivilDate(year: date.year, month: month, day: 1).daysSinceEpoch)
    }
  }

  // MARK: Steps

  func add(_ count: Int64, toDay day: Int64) throws -> Int64 {
    try checkDate()
    guard months == 0 else {
      let (total, overflow) = months.multipliedReportingOverflow(by: count)
      guard !overflow, let result = TimeMath.addMonths(toDay: day, total) else {
        throw TimeUnit.outOfRange("date")
      }
      return result
    }
    let (steps, first) = count.multipliedReportingOverflow(by: self == .week ? 7 : 1)
    let (result, second) = day.addingReportingOverflow(steps)
    guard !first, !second, result.magnitude <= TimeMath.dayLimit else {
      throw TimeUnit.outOfRange("date")
    }
    return result
  }

  func add(_ count: Int64, toTimestamp time: Int64) throws -> Int64 {
    let (total, first) = (length ?? months).multipliedReportingOverflow(by: count)
    guard !first else { throw TimeUnit.outOfRange("timestamp") }
    guard length != nil else {
      guard let result = TimeMath.addMonths(toMicroseconds: time, total) else {
        throw TimeUnit.outOfRange("timestamp")
      }
      return result
    }
    let (result, second) = time.addingReportingOverflow(total)
    guard !second else { throw TimeUnit.outOfRange("timestamp") }
    return result
  }

  func add(_ count: Int64, toTime time: Int64) throws -> Int64 {
    try checkTime()
    let steps = (length ?? 0).multipliedReportingOverflow(by: count % Microseconds.day)
    let sum = time + steps.partialValue % Microseconds.day
    return sum - sum.floorDivided(by: Microseconds.day) * Microseconds.day
  }

  /// Units up to hours pass in real time, longer ones on the zone's clocks.
  func add(_ count: Int64, toZoned packed: Int64) throws -> Int64 {
    if let length, length < Microseconds.day {
      let (total, overflow) = length.multipliedReportingOverflow(by: count)
      guard !overflow, let result = ZonedTimes.add(total, to: packed) else {
        throw TimeUnit.outOfRange("timestamp")
      }
      return result
    }
    return try ZonedTimes.with(
      local: add(count, toTimestamp: ZonedTime.local(packed)), of: packed)
  }

  // MARK: Differences

  /// On the clocks of the first time's zone.
  func difference(zoned a: Int64, _ b: Int64) throws -> Int64 {
    if let length, length < Microseconds.day {
      return try difference(ZonedTime.microseconds(a), ZonedTime.microseconds(b))
    }
    let second = try ZonedTimes.make(ZonedTime.microseconds(b), zone: ZonedTime.zone(a))
    return try difference(ZonedTime.local(a), ZonedTime.local(second))
  }

  func differenceOfDays(_ a: Int64, _ b: Int64) throws -> Int64 {
    try checkDate()
    guard let first = TimeMath.microseconds(day: a), let second = TimeMath.microseconds(day: b)
    else { throw TimeUnit.outOfRange("date") }
    return try difference(first, second)
  }

  /// Whole units from `a` to `b`, rounded toward zero.
  func difference(_ a: Int64, _ b: Int64) throws -> Int64 {
    if let length {
      let (difference, overflow) = b.subtractingReportingOverflow(a)
      guard !overflow else { throw TimeUnit.outOfRange("timestamp") }
      return difference / length
    }
    let first = CalendarFields(timestamp: a)
    let second = CalendarFields(timestamp: b)
    var count = (second.year - first.year) * 12 + second.month - first.month
    let reached = TimeMath.addMonths(toMicroseconds: a, count) ?? b
    if a <= b && reached > b { count -= 1 }
    if a > b && reached < b { count += 1 }
    return count / months
  }

  private static func outOfRange(_ type: String) -> EvaluationError {
    EvaluationError("\(type) out of range")
  }
}
