import Columns
import Synchronization

/// A time zone: when its clocks are how far from UTC.
///
/// Fixed offsets are computed; IANA names are read from the system's zone files.
struct TimeZoneRules: Sendable {
  /// Seconds since 1970 at which an offset begins, increasing.
  private let transitions: [Int64]
  /// Seconds east of UTC from each transition on.
  private let offsets: [Int64]
  /// Before the first transition.
  private let initialOffset: Int64
  /// After the last transition, where clocks change every year.
  private let rule: YearlyRule?

  init(transitions: [Int64], offsets: [Int64], initialOffset: Int64, rule: YearlyRule?) {
    self.transitions = transitions
    self.offsets = offsets
    self.initialOffset = initialOffset
    self.rule = rule
  }

  /// The zone of that name: `UTC`, `+02:00`, `Europe/Berlin`.
  ///
  /// - Throws: `EvaluationError` when there is none.
  static func named(_ name: ArraySlice<UInt8>) throws -> TimeZoneRules {
    if let known = cache.withLock({ $0[Array(name)] }) { return known }
    let rules = try make(name)
    cache.withLock { known in
      if known.count < 1000 { known[Array(name)] = rules }
    }
    return rules
  }

  private static let cache = Mutex<[[UInt8]: TimeZoneRules]>([:])

  private static func make(_ name: ArraySlice<UInt8>) throws -> TimeZoneRules {
    var cursor = TextCursor(name)
    if let offset = TimeText.zoneOffset(&cursor), cursor.isAtEnd {
      return TimeZoneRules(
        transitions: [], offsets: [], initialOffset: offset / Microseconds.second, rule: nil)
    }
    guard let bytes = ZoneFile.read(name), let rules = ZoneFile.rules(bytes) else {
      throw EvaluationError(
        "no time zone named '\(name.prefix(40).string)'; expected UTC, an offset such as +02:00, "
          + "or an IANA name such as Europe/Berlin")
    }
    return rules
  }

  /// Seconds east of UTC of a zone whose clocks never change.
  var fixedOffset: Int64? { transitions.isEmpty && rule == nil ? initialOffset : nil }

  /// The local time of a UTC time, both in microseconds.
  func local(_ time: Int64) throws -> Int64 {
    try shifted(time, by: offset(at: time.floorDivided(by: Microseconds.second)))
  }

  /// The UTC time of a local time; of two, the earlier offset's.
  func utc(_ local: Int64) throws -> Int64 {
    let seconds = local.floorDivided(by: Microseconds.second)
    let guess = offset(at: seconds - offset(at: seconds))
    return try shifted(local, by: -offset(at: seconds - guess))
  }

  private func shifted(_ time: Int64, by seconds: Int64) throws -> Int64 {
    let (result, overflow) = time.addingReportingOverflow(seconds * Microseconds.second)
    guard !overflow else { throw EvaluationError("timestamp out of range") }
    return result
  }

  /// Seconds east of UTC at a time in seconds since 1970.
  func offset(at time: Int64) -> Int64 {
    guard let first = transitions.first, time >= first else {
      return transitions.isEmpty ? rule?.offset(at: time) ?? initialOffset : initialOffset
    }
    if let rule, let last = transitions.last, time >= last { return rule.offset(at: time) }
    var low = 0
    var high = transitions.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if transitions[middle] <= time { low = middle } else { high = middle - 1 }
    }
    return offsets[low]
  }
}

/// Clock changes that recur every year, from the last line of a zone file.
///
/// Source: POSIX.1-2017, Base Definitions 8.3, TZ; RFC 8536 section 3.3.
struct YearlyRule: Sendable {
  private let standard: Int64
  private let summer: Int64
  private let start: ChangeDay?
  private let end: ChangeDay?

  struct ChangeDay: Sendable {
    var month = 1
    var week = 1
    var weekday = 0
    /// Day of the year for the `J` and plain forms.
    var dayOfYear: Int?
    var skipsLeapDay = false
    var seconds: Int64 = 7200
  }

  /// `CET-1CEST,M3.5.0,M10.5.0/3`
  init?(_ text: ArraySlice<UInt8>) {
    var cursor = TextCursor(text)
    guard YearlyRule.skipName(&cursor), let standard = YearlyRule.clock(&cursor) else {
      return nil
    }
    self.standard = -standard
    guard YearlyRule.skipName(&cursor) else {
      summer = -standard
      start = nil
      end = nil
      return
    }
    var summer = self.standard + 3600
    if cursor.peek != 0x2C, let value = YearlyRule.clock(&cursor) { summer = -value }
    self.summer = summer
    guard cursor.skip(0x2C), let start = YearlyRule.changeDay(&cursor), cursor.skip(0x2C),
      let end = YearlyRule.changeDay(&cursor)
    else { return nil }
    self.start = start
    self.end = end
  }

  func offset(at time: Int64) -> Int64 {
    guard let start, let end else { return standard }
    let year = CalendarFields(day: (time + standard).floorDivided(by: 86_400)).date.year
    let begin = YearlyRule.seconds(start, year) - standard
    let finish = YearlyRule.seconds(end, year) - summer
    let isSummer =
      begin < finish ? (begin..<finish).contains(time) : !(finish..<begin).contains(time)
    return isSummer ? summer : standard
  }

  private static func seconds(_ change: ChangeDay, _ year: Int) -> Int64 {
    let first = CalendarFields.firstDay(of: year)
    if let dayOfYear = change.dayOfYear {
      let leap = change.skipsLeapDay && CivilDate.isLeap(year) && dayOfYear >= 60 ? 1 : 0
      return (first + Int64(dayOfYear - (change.skipsLeapDay ? 1 : 0) + leap)) * 86_400
        + change.seconds
    }
    let firstOfMonth = Int64(
      CivilDate(year: year, month: change.month, day: 1).daysSinceEpoch)
    let firstWeekday = CalendarFields.weekday(firstOfMonth) % 7
    var day = firstOfMonth + (Int64(change.weekday) - firstWeekday + 7) % 7
    day += Int64(change.week - 1) * 7
    let length = Int64(CivilDate.daysIn(month: change.month, of: year))
    while day >= firstOfMonth + length { day -= 7 }
    return day * 86_400 + change.seconds
  }

  private static func skipName(_ cursor: inout TextCursor) -> Bool {
    if cursor.skip(0x3C) {
      while let byte = cursor.peek, byte != 0x3E { _ = cursor.skip(byte) }
      return cursor.skip(0x3E)
    }
    var count = 0
    while let byte = cursor.peek, (0x61...0x7A).contains(byte | 0x20) {
      _ = cursor.skip(byte)
      count += 1
    }
    return count >= 3
  }

  /// `[+-]h[h][:mm[:ss]]` in seconds.
  private static func clock(_ cursor: inout TextCursor) -> Int64? {
    let isNegative = cursor.peek == 0x2D
    if !cursor.skip(0x2D) { _ = cursor.skip(0x2B) }
    guard let hours = cursor.number(digits: 1...3) else { return nil }
    var seconds = Int64(hours) * 3600
    if cursor.skip(0x3A) {
      guard let minutes = cursor.number(digits: 2...2) else { return nil }
      seconds += Int64(minutes) * 60
      if cursor.skip(0x3A) {
        guard let rest = cursor.number(digits: 2...2) else { return nil }
        seconds += Int64(rest)
      }
    }
    return isNegative ? -seconds : seconds
  }

  private static func changeDay(_ cursor: inout TextCursor) -> ChangeDay? {
    var change = ChangeDay()
    if cursor.skip(0x4D) {
      guard let month = cursor.number(digits: 1...2), (1...12).contains(month), cursor.skip(0x2E),
        let week = cursor.number(digits: 1...1), (1...5).contains(week), cursor.skip(0x2E),
        let weekday = cursor.number(digits: 1...1), weekday < 7
      else { return nil }
      change.month = month
      change.week = week
      change.weekday = weekday
    } else {
      change.skipsLeapDay = cursor.skip(0x4A)
      guard let day = cursor.number(digits: 1...3), day <= 366 else { return nil }
      change.dayOfYear = day
    }
    if cursor.skip(0x2F) {
      guard let seconds = clock(&cursor) else { return nil }
      change.seconds = seconds
    }
    return change
  }
}
