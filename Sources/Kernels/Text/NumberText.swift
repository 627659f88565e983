/// Numbers from text, without allocation for the usual ones.
package enum NumberText {
  /// A signed whole number; nil for anything else, blanks included, and for what needs over 64 bits.
  package static func integer(_ text: ArraySlice<UInt8>) -> Int64? {
    let bytes = text.span
    var at = 0
    var isNegative = false
    if at < bytes.count, bytes[at] == 0x2D || bytes[at] == 0x2B {
      isNegative = bytes[at] == 0x2D
      at += 1
    }
    guard at < bytes.count else { return nil }
    var value: Int64 = 0
    while at < bytes.count {
      let digit = bytes[at] &- 0x30
      guard digit <= 9 else { return nil }
      let (tens, first) = value.multipliedReportingOverflow(by: 10)
      let (next, second) = tens.subtractingReportingOverflow(Int64(digit))
      if first || second { return nil }
      value = next
      at += 1
    }
    if isNegative { return value }
    return value == Int64.min ? nil : -value
  }

  /// A floating-point number as Java's `Double.parseDouble` reads it (without type suffixes): blanks
  /// around it are dropped, `NaN` and `Infinity` are numbers. Correctly rounded.
  ///
  /// Up to 19 digits whose value is below 2^53 with a power of ten up to 22 need one exact operation
  /// (Clinger, "How to read floating point numbers accurately", 1990); the rest goes to `strtod`.
  package static func double(_ text: ArraySlice<UInt8>) -> Double? {
    let text = trimmed(text)
    guard let parts = Parts(text) else { return special(text) }
    if parts.isExact, parts.mantissa < 1 << 53, -22...22 ~= parts.exponent {
      let magnitude = Double(parts.mantissa)
      let scaled =
        parts.exponent < 0
        ? magnitude / exactPowers[-parts.exponent] : magnitude * exactPowers[parts.exponent]
      return parts.isNegative ? -scaled : scaled
    }
    return Double(String(decoding: text, as: UTF8.self))
  }

  /// A decimal as an unscaled value of that scale, rounded half away from zero; nil when the text is
  /// no number or leaves 38 digits.
  package static func decimal(_ text: ArraySlice<UInt8>, scale: Int) -> Int128? {
    guard let parts = Parts(text) else { return nil }
    let mantissa = parts.isNegative ? -parts.wideMantissa : parts.wideMantissa
    guard !parts.isTooLong else { return nil }
    return DecimalMath.rescaled(mantissa, from: -parts.exponent, to: scale)
  }

  static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var start = text.startIndex
    var end = text.endIndex
    while start < end && text[start] <= 0x20 { start += 1 }
    while end > start && text[end - 1] <= 0x20 { end -= 1 }
    return text[start..<end]
  }

  /// The powers of ten that a double holds exactly.
  static let exactPowers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  private static func special(_ text: ArraySlice<UInt8>) -> Double? {
    switch text {
    case Array("NaN".utf8)[...], Array("+NaN".utf8)[...], Array("-NaN".utf8)[...]: .nan
    case Array("Infinity".utf8)[...], Array("+Infinity".utf8)[...]: .infinity
    case Array("-Infinity".utf8)[...]: -.infinity
    default: nil
    }
  }

  /// Sign, digits and exponent of a plain number: value = ± mantissa × 10^exponent.
  private struct Parts {
    var isNegative = false
    var wideMantissa: Int128 = 0
    var exponent = 0
    /// Every digit is in the mantissa.
    var isExact = true
    /// More digits before the point than a mantissa holds.
    var isTooLong = false

    var mantissa: UInt64 { UInt64(clamping: wideMantissa) }

    init?(_ text: ArraySlice<UInt8>) {
      let bytes = text.span
      var at = 0
      if at < bytes.count, bytes[at] == 0x2D || bytes[at] == 0x2B {
        isNegative = bytes[at] == 0x2D
        at += 1
      }
      var small: UInt64 = 0
      var digits = 0
      var hasDigit = false
      var isFraction = false
      while at < bytes.count {
        let byte = bytes[at]
        let digit = byte &- 0x30
        if digit <= 9 {
          hasDigit = true
          if digits < 18 {
            small = small &* 10 &+ UInt64(digit)
            if digits > 0 || digit != 0 { digits += 1 }
            if isFraction { exponent -= 1 }
          } else if digits < 37 {
            if digits == 18 { wideMantissa = Int128(small) }
            wideMantissa = wideMantissa &* 10 &+ Int128(digit)
            digits += 1
            if isFraction { exponent -= 1 }
          } else if digits == 37 && wideMantissa <= Parts.lastRoom {
            wideMantissa = wideMantissa &* 10 &+ Int128(digit)
            digits += 1
            if isFraction { exponent -= 1 }
          } else {
            isExact = false
            if !isFraction {
              exponent += 1
              isTooLong = true
            }
          }
        } else if byte == 0x2E && !isFraction {
          isFraction = true
        } else {
          break
        }
        at += 1
      }
      if digits <= 18 { wideMantissa = Int128(small) }
      guard hasDigit else { return nil }
      guard at < bytes.count else { return }
      guard bytes[at] | 0x20 == 0x65,
        let power = Parts.exponent(bytes, from: at + 1)
      else { return nil }
      exponent += power
    }

    /// Up to here another digit fits below 10^38.
    private static let lastRoom = DecimalMath.powerOfTen(37) - 1

    private static func exponent(_ bytes: Span<UInt8>, from start: Int) -> Int? {
      var at = start
      var isNegative = false
      if at < bytes.count, bytes[at] == 0x2D || bytes[at] == 0x2B {
        isNegative = bytes[at] == 0x2D
        at += 1
      }
      guard at < bytes.count else { return nil }
      var value = 0
      while at < bytes.count {
        let digit = bytes[at] &- 0x30
        guard digit <= 9 else { return nil }
        value = min(value * 10 + Int(digit), 100_000)
        at += 1
      }
      return isNegative ? -value : value
    }
  }
}
