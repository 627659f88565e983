/// Sign, digits and exponent of a plain number: value = ± magnitude × 10^exponent.
package struct DecimalParts {
  /// At most 38 digits.
  private var magnitude: Int128 = 0
  private var isNegative = false
  /// The power of ten that the mantissa is to be multiplied by, within ±100,000 of the text's length.
  package private(set) var exponent = 0
  /// There are more than 38 digits before the point.
  package private(set) var isTooLong = false
  /// A digit other than zero had no room in the mantissa.
  package private(set) var isCut = false

  /// The digits with their sign.
  package var mantissa: Int128 { isNegative ? -magnitude : magnitude }

  /// Reads all of `bytes[start..<end]`; nil where there is anything but sign, digits, point and exponent.
  package init?(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) {
    var position = start
    guard position < end else { return nil }
    isNegative = bytes[position] == UInt8(ascii: "-")
    if isNegative || bytes[position] == UInt8(ascii: "+") { position += 1 }
    // The first 18 digits are counted in 64 bits, which is several times as fast.
    var small: UInt64 = 0
    var digits = 0
    var hasDigit = false
    var isFraction = false
    while position < end {
      let digit = bytes[position] &- 0x30
      if digit < 10 {
        hasDigit = true
        if digits < 18 {
          small = small &* 10 &+ UInt64(digit)
          if digits > 0 || digit != 0 { digits += 1 }
          if isFraction { exponent -= 1 }
        } else if digits < 38 {
          if digits == 18 { magnitude = Int128(small) }
          magnitude = magnitude &* 10 &+ Int128(digit)
          digits += 1
          if isFraction { exponent -= 1 }
        } else {
          if digit != 0 { isCut = true }
          if !isFraction {
            exponent += 1
            isTooLong = true
          }
        }
      } else if bytes[position] == UInt8(ascii: ".") && !isFraction {
        isFraction = true
      } else {
        break
      }
      position += 1
    }
    if digits <= 18 { magnitude = Int128(small) }
    guard hasDigit else { return nil }
    guard position < end else { return }
    guard let written = NumberText.exponentText(bytes, position, end) else { return nil }
    exponent += written
  }
}

extension NumberText {
  /// The unscaled value of a decimal text at a scale; nil for anything else, for digits beyond the scale
  /// that are not zero, and for more digits than `precision`.
  package static func decimal(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, precision: Int, scale: Int
  ) -> Int128? {
    guard let parts = DecimalParts(bytes, start, end), !parts.isCut else { return nil }
    if parts.mantissa == 0 { return 0 }
    let shift = scale + parts.exponent
    // A mantissa of 38 digits is no multiple of 10^38.
    guard shift > -38 else { return nil }
    if shift < 0, parts.mantissa % DecimalMath.powerOfTen(-shift) != 0 { return nil }
    guard let value = DecimalMath.rescaled(parts.mantissa, from: -parts.exponent, to: scale) else {
      return nil
    }
    return DecimalMath.fits(value, precision: precision) ? value : nil
  }
}
