import Columns

extension TimePattern {
  /// Writes a time with a zone as its clocks show it.
  func append(zoned packed: Int64, to out: inout [UInt8]) throws {
    let local = ZonedTime.local(packed)
    let (seconds, _) = local.subtractingReportingOverflow(ZonedTime.microseconds(packed))
    try append(
      local, zone: TimeZones.zone(ZonedTime.zone(packed)).name,
      minutesEast: seconds / Microseconds.minute, to: &out)
  }

  /// Writes a time (microseconds); UTC where it has no zone.
  func append(
    _ timestamp: Int64, zone: String = "UTC", minutesEast: Int64 = 0, to out: inout [UInt8]
  ) throws {
    let parts = CalendarFields(timestamp: timestamp)
    for field in fields {
      switch field {
      case .literal(let bytes): out += bytes
      case .number(let part, let digits):
        NumberText.append(Int64(TimePattern.value(part, parts)), width: digits, to: &out)
      case .twoDigitYear:
        NumberText.append(Int64(parts.year.magnitude % 100), width: 2, to: &out)
      case .monthShort: out += TimePattern.months[parts.date.month - 1].prefix(3)
      case .monthFull: out += TimePattern.months[parts.date.month - 1]
      case .weekdayShort: out += TimePattern.weekdays[Int(parts.dayOfWeek) - 1].prefix(3)
      case .weekdayFull: out += TimePattern.weekdays[Int(parts.dayOfWeek) - 1]
      case .era: out += (parts.year > 0 ? "AD" : "BC").utf8
      case .halfDay: out += (parts.hour < 12 ? "AM" : "PM").utf8
      case .fraction(let digits, _):
        let start = out.count
        NumberText.append(Int64(parts.microsecond), width: 6, to: &out)
        if digits < 6 { out.removeLast(6 - digits) }
        while out.count - start < digits { out.append(0x30) }
      case .zone(let letters):
        guard letters < 3 else {
          // A zone's short names, such as CET and CEST, are not in what is known of it.
          let isPlain = zone == "UTC" || zone.utf8.first == 0x2B || zone.utf8.first == 0x2D
          guard letters != TimePattern.shortZone || isPlain else {
            throw EvaluationError("'z' prints UTC and offsets only; 'ZZZ' prints '\(zone)'")
          }
          out += zone.utf8
          continue
        }
        out.append(minutesEast < 0 ? 0x2D : 0x2B)
        NumberText.append(Int64(minutesEast.magnitude / 60), width: 2, to: &out)
        if letters == 2 { out.append(0x3A) }
        NumberText.append(Int64(minutesEast.magnitude % 60), width: 2, to: &out)
      }
    }
  }

  private static func value(_ part: Part, _ parts: CalendarFields) -> Int64 {
    switch part {
    case .year: parts.year
    case .century: parts.year / 100
    case .month: parts.month
    case .day: Int64(parts.date.day)
    case .dayOfYear: parts.dayOfYear
    case .dayOfWeek: parts.dayOfWeek
    case .week: parts.week
    case .weekYear: parts.weekYear
    case .hour: parts.hour
    case .hourFrom1: parts.hour == 0 ? 24 : parts.hour
    case .halfHour: (parts.hour + 11) % 12 + 1
    case .halfHourFrom0: parts.hour % 12
    case .minute: parts.minute
    case .second: parts.second
    }
  }

  /// Stands for `z` among the numbers of letters of `Z`.
  static let shortZone = Int.max

  /// Reads a local time and its zone; parts that the pattern lacks are those of
  /// 1970-01-01 00:00:00 UTC, and of 2000 where it has a month, week or day without a year.
  ///
  /// Source: Joda-Time, `DateTimeFormatter.withDefaultYear` and `DateTimeParserBucket.computeMillis`.
  ///
  /// - Throws: `EvaluationError` when the text does not follow the pattern or names no time.
  func read(_ text: ArraySlice<UInt8>) throws -> (local: Int64, zone: Int) {
    var cursor = TextCursor(text)
    var reading = Reading()
    for (position, field) in fields.enumerated() {
      let isTight = position + 1 < fields.count && fields[position + 1].startsWithDigit
      guard reading.take(field, from: &cursor, isTight: isTight) else { throw failure(text) }
    }
    guard cursor.isAtEnd, let time = reading.time else { throw failure(text) }
    return (time, reading.zone)
  }

  /// The parts read so far.
  private struct Reading {
    var year: Int?
    var month: Int?
    var day: Int?
    var dayOfYear: Int?
    var week: Int?
    var weekYear: Int?
    var dayOfWeek: Int?
    var hour = 0
    var isAfternoon: Bool?
    var minute = 0
    var second = 0
    var fraction: Int64 = 0
    var zone = 0

    mutating func take(_ field: Field, from cursor: inout TextCursor, isTight: Bool) -> Bool {
      switch field {
      case .literal(let bytes):
        guard cursor.rest.starts(with: bytes) else { return false }
        cursor.advance(bytes.count)
      case .number(let part, let digits):
        let usual = part == .year || part == .weekYear ? 9 : (part == .dayOfYear ? 3 : 2)
        let limit = isTight ? max(digits, 1) : max(usual, digits)
        let isNegative = part == .year && cursor.skip(0x2D)
        guard let value = cursor.number(digits: 1...min(limit, 9)) else { return false }
        return set(part, isNegative ? -value : value)
      case .twoDigitYear:
        guard let value = cursor.number(digits: 1...(isTight ? 2 : 4)) else { return false }
        year = value < 70 ? 2000 + value : (value < 100 ? 1900 + value : value)
      case .monthShort, .monthFull:
        guard let index = TimePattern.name(TimePattern.months, &cursor) else { return false }
        month = index + 1
      case .weekdayShort, .weekdayFull:
        return TimePattern.name(TimePattern.weekdays, &cursor) != nil
      case .era:
        guard cursor.rest.prefix(2).string.lowercased() == "ad" else { return false }
        cursor.advance(2)
      case .halfDay:
        let word = cursor.rest.prefix(2).string.lowercased()
        guard word == "am" || word == "pm" else { return false }
        isAfternoon = word == "pm"
        cursor.advance(2)
      case .fraction(_, let longest):
        guard let value = cursor.fraction(longest: longest) else { return false }
        fraction = value
      case .zone(let letters):
        if letters < 3, let offset = TimeText.zoneOffset(&cursor) {
          guard let number = try? ZonedTimes.zone(minutesEast: offset / Microseconds.minute) else {
            return false
          }
          zone = number
          return true
        }
        let name = cursor.rest.prefix { byte in
          (0x61...0x7A).contains(byte | 0x20) || (0x2B...0x3A).contains(byte) || byte == 0x5F
        }
        guard let number = try? ZonedTimes.zone(name) else { return false }
        zone = number
        cursor.advance(name.count)
      }
      return true
    }

    private mutating func set(_ part: Part, _ value: Int) -> Bool {
      switch part {
      case .year: year = value
      case .century: return false
      case .month: month = value
      case .day: day = value
      case .dayOfYear: dayOfYear = value
      case .dayOfWeek: dayOfWeek = value
      case .week: week = value
      case .weekYear: weekYear = value
      case .hour:
        hour = value
        return value < 24
      case .hourFrom1:
        hour = value % 24
        return (1...24).contains(value)
      case .halfHour:
        hour = value % 12
        isAfternoon = isAfternoon ?? false
        return (1...12).contains(value)
      case .halfHourFrom0:
        hour = value
        isAfternoon = isAfternoon ?? false
        return value < 12
      case .minute:
        minute = value
        return value < 60
      case .second:
        second = value
        return value < 60
      }
      return true
    }

    var time: Int64? {
      guard let days, let midnight = TimeMath.microseconds(day: days) else { return nil }
      let wholeHour = isAfternoon.map { $0 ? hour % 12 + 12 : hour % 12 } ?? hour
      let clock =
        Int64(wholeHour) * Microseconds.hour + Int64(minute) * Microseconds.minute
        + Int64(second) * Microseconds.second + fraction
      let (time, overflow) = midnight.addingReportingOverflow(clock)
      return overflow ? nil : time
    }

    private var days: Int64? {
      let hasDate = [month, day, dayOfYear, week].contains { $0 != nil }
      let year = year ?? (hasDate ? 2000 : 1970)
      guard (-290_000...290_000).contains(year) else { return nil }
      if let dayOfYear {
        guard (1...(CivilDate.isLeap(year) ? 366 : 365)).contains(dayOfYear) else { return nil }
        return CalendarFields.firstDay(of: year) + Int64(dayOfYear) - 1
      }
      if let week {
        let weekYear = weekYear ?? year
        let weekday = dayOfWeek ?? 1
        guard (1...53).contains(week), (1...7).contains(weekday),
          (-290_000...290_000).contains(weekYear)
        else { return nil }
        let fourth = CalendarFields.firstDay(of: weekYear) + 3
        let monday = fourth - CalendarFields.weekday(fourth) + 1
        return monday + Int64(week - 1) * 7 + Int64(weekday) - 1
      }
      let (month, day) = (month ?? 1, day ?? 1)
      guard (1...12).contains(month), (1...CivilDate.daysIn(month: month, of: year)).contains(day)
      else { return nil }
      return Int64(CivilDate(year: year, month: month, day: day).daysSinceEpoch)
    }
  }

  /// A name in full or by its first three letters, in any case; its position.
  private static func name(_ names: [[UInt8]], _ cursor: inout TextCursor) -> Int? {
    for (position, name) in names.enumerated() {
      for candidate in [name[...], name.prefix(3)] {
        let found = cursor.rest.prefix(candidate.count)
        guard found.count == candidate.count,
          zip(found, candidate).allSatisfy({ $0 | 0x20 == $1 | 0x20 })
        else { continue }
        cursor.advance(candidate.count)
        return position
      }
    }
    return nil
  }
}

extension TimePattern.Field {
  fileprivate var startsWithDigit: Bool {
    switch self {
    case .number, .twoDigitYear, .fraction: true
    case .literal(let bytes): bytes.first.map { $0 &- 0x30 <= 9 } ?? false
    case .monthShort, .monthFull, .weekdayShort, .weekdayFull, .halfDay, .era, .zone: false
    }
  }
}
