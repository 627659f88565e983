/// Dates and timestamps to and from their text, on bytes.
///
/// Read are the styles that reports have: `2023-11-05T04:00:00Z`, `2023-11-05T04:00:00.000Z`,
/// `2026-05-01 00:00:00+00:00`, `2024-10-01 00:00:00`, `20191201T000000.000Z` and dates alone. Offsets are
/// applied, so that the result is UTC; of a second's fraction six digits are kept.
package enum CivilTimeText {
  /// Microseconds since 1970 of a whole text, nil for anything else.
  package static func timestamp(_ text: [UInt8]) -> Int64? {
    timestamp(text.span, 0, text.count)
  }

  /// The same for `bytes[start..<end]`.
  package static func timestamp(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int64? {
    if end - start == 20, let value = zuluSeconds(bytes.extracting(start..<end)) { return value }
    var reader = FieldReader(position: start, end: end)
    return reader.timestamp(bytes)
  }

  /// Days since 1970 of a date, or of a timestamp at midnight; nil for anything else.
  package static func date(_ text: [UInt8]) -> Int64? { date(text.span, 0, text.count) }

  /// The same for `bytes[start..<end]`.
  package static func date(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int64? {
    guard let value = timestamp(bytes, start, end) else { return nil }
    return value % Microseconds.day == 0 ? value / Microseconds.day : nil
  }

  /// Microseconds of a number of seconds, milliseconds or microseconds since 1970, told apart by size
  /// (below 10^11 seconds, below 10^14 milliseconds); nil beyond that.
  package static func timestamp(epoch number: Double) -> Int64? {
    let magnitude = abs(number)
    let scaled =
      magnitude < 1e11 ? number * 1e6 : magnitude < 1e14 ? number * 1e3 : number
    return abs(scaled) < 1e17 ? Int64(scaled.rounded()) : nil
  }

  /// `YYYY-MM-DDTHH:MM:SSZ` and nothing else: the style of cost reports, without any loop.
  private static func zuluSeconds(_ text: Span<UInt8>) -> Int64? {
    guard text.count == 20 else { return nil }
    let zero = UInt8(ascii: "0")
    let y1 = text[0] &- zero
    let y2 = text[1] &- zero
    let y3 = text[2] &- zero
    let y4 = text[3] &- zero
    let m1 = text[5] &- zero
    let m2 = text[6] &- zero
    let d1 = text[8] &- zero
    let d2 = text[9] &- zero
    let h1 = text[11] &- zero
    let h2 = text[12] &- zero
    let n1 = text[14] &- zero
    let n2 = text[15] &- zero
    let s1 = text[17] &- zero
    let s2 = text[18] &- zero
    var marks = text[4] ^ UInt8(ascii: "-") | text[7] ^ UInt8(ascii: "-")
    marks |= text[10] ^ UInt8(ascii: "T") | text[13] ^ UInt8(ascii: ":")
    marks |= text[16] ^ UInt8(ascii: ":") | text[19] ^ UInt8(ascii: "Z")
    let high1 = max(max(y1, y2), max(y3, y4))
    let high2 = max(max(m1, m2), max(d1, d2))
    let high3 = max(max(h1, h2), max(n1, n2))
    guard marks == 0, max(max(high1, high2), max(high3, max(s1, s2))) < 10 else { return nil }
    return microseconds(
      year: Int(y1) &* 1000 &+ Int(y2) &* 100 &+ Int(y3) &* 10 &+ Int(y4),
      month: Int(m1) &* 10 &+ Int(m2), day: Int(d1) &* 10 &+ Int(d2),
      hour: Int(h1) &* 10 &+ Int(h2), minute: Int(n1) &* 10 &+ Int(n2),
      second: Int(s1) &* 10 &+ Int(s2))
  }

  fileprivate static func microseconds(
    year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int
  ) -> Int64? {
    let date = CivilDate(year: year, month: month, day: day)
    guard date.isValid, hour < 24, minute < 60, second < 60 else { return nil }
    let seconds = ((date.daysSinceEpoch * 24 + hour) * 60 + minute) * 60 + second
    return Int64(seconds) * Microseconds.second
  }
}

/// Reads the parts of a timestamp one after the other.
private struct FieldReader {
  var position: Int
  let end: Int

  mutating func timestamp(_ bytes: Span<UInt8>) -> Int64? {
    guard let year = number(bytes, digits: 4) else { return nil }
    let isDashed = take(bytes, "-")
    guard let month = number(bytes, digits: 2), !isDashed || take(bytes, "-"),
      let day = number(bytes, digits: 2)
    else { return nil }
    if position == end {
      return CivilTimeText.microseconds(
        year: year, month: month, day: day, hour: 0, minute: 0, second: 0)
    }
    guard take(bytes, "T") || take(bytes, " ") || take(bytes, "t"),
      let hour = number(bytes, digits: 2)
    else { return nil }
    let hasColons = take(bytes, ":")
    // ISO 8601 has marks in both parts or in none.
    guard hasColons == isDashed else { return nil }
    guard let minute = number(bytes, digits: 2) else { return nil }
    var second = 0
    var fraction: Int64 = 0
    if hasColons ? take(bytes, ":") : isDigit(bytes) {
      guard let read = number(bytes, digits: 2) else { return nil }
      second = read
      if take(bytes, ".") {
        guard let read = readFraction(bytes) else { return nil }
        fraction = read
      }
    }
    guard let offset = offset(bytes), position == end,
      let value = CivilTimeText.microseconds(
        year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    else { return nil }
    return value + fraction - offset
  }

  private mutating func readFraction(_ bytes: Span<UInt8>) -> Int64? {
    var value: Int64 = 0
    var digits = 0
    while isDigit(bytes) {
      if digits < 6 { value = value * 10 + Int64(bytes[position] &- 0x30) }
      digits += 1
      position += 1
    }
    guard digits > 0 else { return nil }
    while digits < 6 {
      value *= 10
      digits += 1
    }
    return value
  }

  /// `Z`, ` UTC`, `+02:00`, `+0200`, `+02`, or nothing.
  private mutating func offset(_ bytes: Span<UInt8>) -> Int64? {
    if position == end { return 0 }
    _ = take(bytes, " ")
    if take(bytes, "Z") || take(bytes, "z") { return 0 }
    if take(bytes, "U") { return take(bytes, "T") && take(bytes, "C") ? 0 : nil }
    let isNegative = take(bytes, "-")
    guard isNegative || take(bytes, "+"), let hours = number(bytes, digits: 2), hours <= 18 else {
      return nil
    }
    var minutes = 0
    if position < end {
      _ = take(bytes, ":")
      guard let read = number(bytes, digits: 2), read < 60 else { return nil }
      minutes = read
    }
    let offset = Int64(hours) * Microseconds.hour + Int64(minutes) * Microseconds.minute
    return isNegative ? -offset : offset
  }

  private func isDigit(_ bytes: Span<UInt8>) -> Bool {
    position < end && bytes[position] &- 0x30 < 10
  }

  private mutating func number(_ bytes: Span<UInt8>, digits: Int) -> Int? {
    guard position + digits <= end else { return nil }
    var value = 0
    for _ in 0..<digits {
      guard isDigit(bytes) else { return nil }
      value = value * 10 + Int(bytes[position] &- 0x30)
      position += 1
    }
    return value
  }

  private mutating func take(_ bytes: Span<UInt8>, _ byte: Unicode.Scalar) -> Bool {
    guard position < end, bytes[position] == UInt8(ascii: byte) else { return false }
    position += 1
    return true
  }
}
