import Columns

/// Dates and timestamps from text, as Trino's casts read them: looser than reports, see `CivilTimeText`.
package enum TimeText {
  /// `2026-9-01`: year, month and day, blanks around dropped; nil for anything else.
  package static func date(_ text: ArraySlice<UInt8>) -> Int64? {
    var reader = TextCursor(NumberText.trimmed(text))
    guard let day = day(&reader), reader.isAtEnd else { return nil }
    return day
  }

  /// A date, then optionally a blank or `T` and `hh:mm`, seconds and fraction, then optionally `Z`,
  /// `UTC` or an offset, which is taken off so that the result is UTC.
  package static func timestamp(_ text: ArraySlice<UInt8>) -> Int64? {
    var reader = TextCursor(NumberText.trimmed(text))
    guard let (midnight, time) = dayAndClock(&reader) else { return nil }
    guard !reader.isAtEnd else { return midnight + time }
    guard let offset = zoneOffset(&reader), reader.isAtEnd else { return nil }
    let (result, overflow) = midnight.subtractingReportingOverflow(offset - time)
    return overflow ? nil : result
  }

  /// `h:mm[:ss[.fraction]]` as microseconds since midnight.
  package static func time(_ text: ArraySlice<UInt8>) -> Int64? {
    var reader = TextCursor(NumberText.trimmed(text))
    guard let time = clock(&reader), reader.isAtEnd else { return nil }
    return time == Microseconds.day ? 0 : time
  }

  /// A local time, and the name of its zone where the text has one.
  static func timestampAndZone(_ text: ArraySlice<UInt8>) -> (Int64, zone: ArraySlice<UInt8>?)? {
    var reader = TextCursor(NumberText.trimmed(text))
    guard let (midnight, time) = dayAndClock(&reader) else { return nil }
    return (midnight + time, reader.isAtEnd ? nil : reader.rest)
  }

  /// A date as microseconds, then optionally a blank or `T` and a time of day; blanks behind it dropped.
  private static func dayAndClock(_ reader: inout TextCursor) -> (midnight: Int64, time: Int64)? {
    guard let day = day(&reader), let midnight = TimeMath.microseconds(day: day) else {
      return nil
    }
    if reader.isAtEnd { return (midnight, 0) }
    guard reader.skip(0x20) || reader.skip(0x54) else { return nil }
    while reader.skip(0x20) {}
    var time: Int64 = 0
    if let byte = reader.peek, byte &- 0x30 <= 9 {
      guard let clock = clock(&reader) else { return nil }
      time = clock
    }
    while reader.skip(0x20) {}
    return (midnight, time)
  }

  /// `Z`, `UTC`, `GMT`, `+02:00`, `-0730`, `+02` as microseconds east of UTC.
  static func zoneOffset(_ reader: inout TextCursor) -> Int64? {
    if reader.skip(0x5A) || reader.skip(0x7A) { return 0 }
    if reader.skip("UTC") || reader.skip("GMT") {
      if reader.isAtEnd { return 0 }
    }
    let isNegative = reader.peek == 0x2D
    guard reader.skip(0x2D) || reader.skip(0x2B) else { return nil }
    guard let hours = reader.number(digits: 1...2), hours <= 18 else { return nil }
    var minutes = 0
    if reader.skip(0x3A) || reader.peek.map({ $0 &- 0x30 <= 9 }) == true {
      guard let value = reader.number(digits: 2...2), value < 60 else { return nil }
      minutes = value
    }
    let offset = Int64(hours) * Microseconds.hour + Int64(minutes) * Microseconds.minute
    return isNegative ? -offset : offset
  }

  private static func day(_ reader: inout TextCursor) -> Int64? {
    guard let year = reader.number(digits: 4...6), reader.skip(0x2D),
      let month = reader.number(digits: 1...2), reader.skip(0x2D),
      let day = reader.number(digits: 1...2), (1...12).contains(month),
      (1...CivilDate.daysIn(month: month, of: year)).contains(day)
    else { return nil }
    return Int64(CivilDate(year: year, month: month, day: day).daysSinceEpoch)
  }

  /// `h:mm[:ss[.fraction]]` as microseconds; over six digits of a second round half up.
  static func clock(_ reader: inout TextCursor) -> Int64? {
    guard let hour = reader.number(digits: 1...2), hour < 24, reader.skip(0x3A),
      let minute = reader.number(digits: 1...2), minute < 60
    else { return nil }
    var time = Int64(hour) * Microseconds.hour + Int64(minute) * Microseconds.minute
    guard reader.skip(0x3A) else { return time }
    guard let second = reader.number(digits: 1...2), second < 60 else { return nil }
    time += Int64(second) * Microseconds.second
    guard reader.skip(0x2E) || reader.skip(0x2C) else { return time }
    guard let fraction = reader.fraction() else { return nil }
    return time + fraction
  }
}

/// A place in a short text being read.
struct TextCursor {
  let text: ArraySlice<UInt8>
  private(set) var at: Int

  init(_ text: ArraySlice<UInt8>) {
    self.text = text
    at = text.startIndex
  }

  var isAtEnd: Bool { at >= text.endIndex }
  var peek: UInt8? { at < text.endIndex ? text[at] : nil }
  var rest: ArraySlice<UInt8> { text[at...] }

  mutating func skip(_ byte: UInt8) -> Bool {
    guard at < text.endIndex, text[at] == byte else { return false }
    at += 1
    return true
  }

  mutating func advance(_ count: Int) { at = min(at + count, text.endIndex) }

  mutating func skip(_ word: StaticString) -> Bool {
    let word = Array("\(word)".utf8)
    guard text[at...].starts(with: word) else { return false }
    at += word.count
    return true
  }

  /// Digits, as many as allowed; nil when there are fewer than the least.
  mutating func number(digits: ClosedRange<Int>) -> Int? {
    var value = 0
    var count = 0
    while count < digits.upperBound, at < text.endIndex, text[at] &- 0x30 <= 9 {
      value = value * 10 + Int(text[at] - 0x30)
      at += 1
      count += 1
    }
    return count >= digits.lowerBound ? value : nil
  }

  /// Digits after a point, as many as allowed, as microseconds, rounded half up.
  mutating func fraction(longest: Int = .max) -> Int64? {
    var value: Int64 = 0
    var count = 0
    while count < longest, at < text.endIndex, text[at] &- 0x30 <= 9 {
      let digit = Int64(text[at] - 0x30)
      if count < 6 { value = value * 10 + digit } else if count == 6 && digit >= 5 { value += 1 }
      at += 1
      count += 1
    }
    guard count > 0 else { return nil }
    while count < 6 {
      value *= 10
      count += 1
    }
    return value
  }
}
