package import Columns

/// Numbers from and to text as Trino's casts have them.
extension NumberText {
  /// A floating-point number as Java's `Double.parseDouble` reads it: blanks
  /// around it and a type's letter behind it are dropped, `NaN` and `Infinity` are numbers, and so is what lies beyond the range.
  package static func double(casting text: ArraySlice<UInt8>) -> Double? {
    var text = trimmed(text)
    if let last = text.last, text.count > 1, [0x64, 0x66].contains(last | 0x20),
      text[text.endIndex - 2] &- 0x30 <= 9 || text[text.endIndex - 2] == 0x2E
    {
      text = text.dropLast()
    }
    return nearestDouble(text.span, 0, text.count) ?? special(text)
  }

  /// A decimal as an unscaled value of that scale, rounded half away from zero; nil when the text is
  /// no number or leaves 38 digits.
  package static func decimal(casting text: ArraySlice<UInt8>, scale: Int) -> Int128? {
    guard let parts = DecimalParts(text.span, 0, text.count), !parts.isTooLong else { return nil }
    return DecimalMath.rescaled(parts.mantissa, from: -parts.exponent, to: scale)
  }

  /// A double as Java prints it: plain from 10^-3 up to 10^7, else `1.0E10`; always with a point.
  package static func append(casting value: Double, to out: inout [UInt8]) {
    let magnitude = value.magnitude
    if !value.isFinite || magnitude == 0 || (magnitude >= 1e-3 && magnitude < 1e7) {
      return append(value, to: &out)
    }
    if value < 0 { out.append(0x2D) }
    ShortestDigits(magnitude).appendScientific(to: &out)
  }

  /// A double or real as SQL's cast to text prints it: one digit, the point, the fewest digits that read
  /// back and an exponent: `3.77E1`, `-1.0E-7`, and `0E0`, `-0E0`, `NaN`, `-Infinity`.
  ///
  /// Source: Trino follows the SQL standard here ("Follow the SQL standard in cast from
  /// double or real to varchar", pull request 10657 of January 2022; Athena's engine version 3 of October
  /// 2022 is younger), as TestDoubleOperators and TestRealOperators expect it. A real has seven digits.
  static func append(scientific value: Double, isReal: Bool, to out: inout [UInt8]) {
    guard value.isFinite else { return append(value, to: &out) }
    if value.sign == .minus { out.append(UInt8(ascii: "-")) }
    guard value != 0 else { return out += "0E0".utf8 }
    var digits = ShortestDigits(value.magnitude)
    if isReal { digits.round(to: 7) }
    digits.appendScientific(to: &out)
  }

  /// The double with the fewest digits among those that round to the same 32-bit number.
  static func shortestReal(_ value: Double) -> Double {
    value.isFinite ? Double(Float(value).description) ?? value : value
  }

  static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var start = text.startIndex
    var end = text.endIndex
    while start < end && text[start] <= 0x20 { start += 1 }
    while end > start && text[end - 1] <= 0x20 { end -= 1 }
    return text[start..<end]
  }

  private static func special(_ text: ArraySlice<UInt8>) -> Double? {
    switch text {
    case Array("NaN".utf8)[...], Array("+NaN".utf8)[...], Array("-NaN".utf8)[...]: .nan
    case Array("Infinity".utf8)[...], Array("+Infinity".utf8)[...]: .infinity
    case Array("-Infinity".utf8)[...]: -.infinity
    default: nil
    }
  }
}
