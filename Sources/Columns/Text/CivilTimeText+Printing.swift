/// Dates, timestamps and intervals as text.
extension CivilTimeText {
  /// How many digits of a second follow its point.
  package enum Fraction {
    /// Three, or six where milliseconds do not tell all.
    case always
    /// None where all are zero, else three or six.
    case whereNeeded
    /// None where all are zero, else six.
    case sixWhereNeeded
  }

  /// Appends `2026-09-01`; of a day further away than files can say, its number.
  package static func append(date days: Int64, to out: inout [UInt8]) {
    guard days.magnitude <= 1 << 31 else { return NumberText.append(days, to: &out) }
    let date = CivilDate(daysSinceEpoch: Int(days))
    NumberText.append(Int64(date.year), width: 4, to: &out)
    out.append(UInt8(ascii: "-"))
    NumberText.appendDigits(UInt64(date.month), width: 2, to: &out)
    out.append(UInt8(ascii: "-"))
    NumberText.appendDigits(UInt64(date.day), width: 2, to: &out)
  }

  /// Appends `2026-09-01 00:00:00.000`.
  package static func append(
    timestamp microseconds: Int64, separator: Unicode.Scalar = " ", fraction: Fraction = .always,
    to out: inout [UInt8]
  ) {
    let days = microseconds.floorDivided(by: Microseconds.day)
    append(date: days, to: &out)
    out.append(UInt8(ascii: separator))
    append(clock: microseconds &- days &* Microseconds.day, fraction, to: &out)
  }

  /// Appends `2026-09-01T00:00:00Z`, with three or six digits of a second only where they are not zero.
  package static func append(isoTimestamp microseconds: Int64, to out: inout [UInt8]) {
    append(timestamp: microseconds, separator: "T", fraction: .whereNeeded, to: &out)
    out.append(UInt8(ascii: "Z"))
  }

  /// Appends `1-2` for a year and two months.
  package static func append(months: Int64, to out: inout [UInt8]) {
    if months < 0 { out.append(UInt8(ascii: "-")) }
    NumberText.appendDigits(months.magnitude / 12, width: 1, to: &out)
    out.append(UInt8(ascii: "-"))
    NumberText.appendDigits(months.magnitude % 12, width: 1, to: &out)
  }

  /// Appends `2 03:04:05.000` for two days and some hours in microseconds.
  package static func append(interval microseconds: Int64, to out: inout [UInt8]) {
    if microseconds < 0 { out.append(UInt8(ascii: "-")) }
    let (days, clock) = microseconds.magnitude.quotientAndRemainder(
      dividingBy: Microseconds.day.magnitude)
    NumberText.appendDigits(days, width: 1, to: &out)
    out.append(UInt8(ascii: " "))
    append(clock: Int64(clock), .always, to: &out)
  }

  /// Appends `03:04:05.000` for microseconds since midnight.
  package static func append(time microseconds: Int64, to out: inout [UInt8]) {
    append(clock: microseconds, .always, to: &out)
  }

  /// `2026-09-01`.
  package static func text(date days: Int64) -> String {
    var out: [UInt8] = []
    append(date: days, to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  /// `2026-09-01 00:00:00.000`.
  package static func text(
    timestamp microseconds: Int64, separator: Unicode.Scalar = " ", fraction: Fraction = .always
  ) -> String {
    var out: [UInt8] = []
    append(timestamp: microseconds, separator: separator, fraction: fraction, to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  /// `00:00:00.000` of microseconds within a day.
  private static func append(clock: Int64, _ fraction: Fraction, to out: inout [UInt8]) {
    let (seconds, rest) = clock.magnitude.quotientAndRemainder(
      dividingBy: Microseconds.second.magnitude)
    NumberText.appendDigits(seconds / 3600, width: 2, to: &out)
    out.append(UInt8(ascii: ":"))
    NumberText.appendDigits(seconds / 60 % 60, width: 2, to: &out)
    out.append(UInt8(ascii: ":"))
    NumberText.appendDigits(seconds % 60, width: 2, to: &out)
    if rest == 0 && fraction != .always { return }
    let isShort = rest % 1000 == 0 && fraction != .sixWhereNeeded
    out.append(UInt8(ascii: "."))
    NumberText.appendDigits(isShort ? rest / 1000 : rest, width: isShort ? 3 : 6, to: &out)
  }
}
