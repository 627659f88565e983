import Columns

/// ISO 8601 dates and times as from_iso8601_date and from_iso8601_timestamp accept them.
enum ISO8601 {
  /// `2026`, `2026-09`, `2026-09-01`, `2026-W36`, `2026-W36-2`, `2026-244`.
  static func date(_ text: ArraySlice<UInt8>) throws -> Int64 {
    var cursor = TextCursor(text)
    guard let day = day(&cursor), cursor.isAtEnd else { throw failure(text, "date") }
    return day
  }

  /// A date, then optionally `T`, a time and an offset, which becomes the zone of the result.
  static func timestamp(_ text: ArraySlice<UInt8>) throws -> Int64 {
    var zone = 0
    var cursor = TextCursor(text)
    guard let day = day(&cursor), var time = TimeMath.microseconds(day: day) else {
      throw failure(text, "timestamp")
    }
    if cursor.skip(0x54) || cursor.skip(0x74) {
      if let byte = cursor.peek, byte &- 0x30 <= 9 {
        guard let clock = clock(&cursor) else { throw failure(text, "timestamp") }
        time += clock
      }
      if !cursor.isAtEnd {
        guard let offset = TimeText.zoneOffset(&cursor) else { throw failure(text, "timestamp") }
        zone = try ZonedTimes.zone(minutesEast: offset / Microseconds.minute)
      }
    }
    guard cursor.isAtEnd else { throw failure(text, "timestamp") }
    return try ZonedTimes.make(local: time, zone: zone)
  }

  /// `2026-09-01T10:11:12.345`.
  static func append(timestamp: Int64, to out: inout [UInt8]) {
    CivilTimeText.append(timestamp: timestamp, separator: "T", to: &out)
  }

  /// `2026-09-01T10:11:12.345+02:00`, with `Z` for UTC.
  static func append(zoned packed: Int64, to out: inout [UInt8]) {
    let local = ZonedTime.local(packed)
    append(timestamp: local, to: &out)
    let minutes = (local &- ZonedTime.microseconds(packed)) / Microseconds.minute
    guard minutes != 0 else {
      out.append(UInt8(ascii: "Z"))
      return
    }
    out.append(UInt8(ascii: minutes < 0 ? "-" : "+"))
    NumberText.append(Int64(minutes.magnitude / 60), width: 2, to: &out)
    out.append(UInt8(ascii: ":"))
    NumberText.append(Int64(minutes.magnitude % 60), width: 2, to: &out)
  }

  private static func clock(_ cursor: inout TextCursor) -> Int64? {
    var ahead = cursor
    if let hour = ahead.number(digits: 2...2), ahead.peek != 0x3A {
      cursor = ahead
      return hour < 24 ? Int64(hour) * Microseconds.hour : nil
    }
    return TimeText.clock(&cursor)
  }

  private static func day(_ cursor: inout TextCursor) -> Int64? {
    guard let year = cursor.number(digits: 4...4) else { return nil }
    guard cursor.skip(0x2D) else { return CalendarFields.firstDay(of: year) }
    if cursor.skip(0x57) { return weekDay(year, &cursor) }
    var ahead = cursor
    if let ordinal = ahead.number(digits: 3...3) {
      cursor = ahead
      guard (1...(CivilDate.isLeap(year) ? 366 : 365)).contains(ordinal) else { return nil }
      return CalendarFields.firstDay(of: year) + Int64(ordinal) - 1
    }
    guard let month = cursor.number(digits: 1...2), (1...12).contains(month) else { return nil }
    var day = 1
    if cursor.skip(0x2D) {
      guard let value = cursor.number(digits: 1...2),
        (1...CivilDate.daysIn(month: month, of: year)).contains(value)
      else { return nil }
      day = value
    }
    return Int64(CivilDate(year: year, month: month, day: day).daysSinceEpoch)
  }

  private static func weekDay(_ year: Int, _ cursor: inout TextCursor) -> Int64? {
    guard let week = cursor.number(digits: 2...2), (1...53).contains(week) else { return nil }
    var weekday = 1
    if cursor.skip(0x2D) {
      guard let value = cursor.number(digits: 1...1), (1...7).contains(value) else { return nil }
      weekday = value
    }
    let fourth = CalendarFields.firstDay(of: year) + 3
    return fourth - CalendarFields.weekday(fourth) + Int64((week - 1) * 7 + weekday)
  }

  private static func failure(_ text: ArraySlice<UInt8>, _ kind: String) -> EvaluationError {
    EvaluationError(
      "expected an ISO 8601 \(kind) such as 2026-09-01\(kind == "date" ? "" : "T10:11:12Z"), "
        + "found '\(text.prefix(40).string)'")
  }
}
