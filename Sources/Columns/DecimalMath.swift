/// Scales and rounding of DECIMAL values held as unscaled Int128.
package enum DecimalMath {
  /// 10 to the power of 0 ... 38.
  @usableFromInline
  package static let powersOfTen: [Int128] = {
    var powers: [Int128] = [1]
    for _ in 0..<38 { powers.append((powers.last ?? 1) * 10) }
    return powers
  }()

  /// 10 to a power from 0 to 38.
  @inlinable
  package static func powerOfTen(_ exponent: Int) -> Int128 {
    powersOfTen[min(max(exponent, 0), 38)]
  }

  /// The value under another scale, rounded half away from zero; nil when it leaves Int128.
  @inlinable
  package static func rescaled(_ value: Int128, from scale: Int, to newScale: Int) -> Int128? {
    if newScale == scale { return value }
    if newScale > scale {
      if newScale - scale > 38 { return value == 0 ? 0 : nil }
      let (product, overflow) = value.multipliedReportingOverflow(
        by: powerOfTen(newScale - scale))
      return overflow ? nil : product
    }
    if scale - newScale > 38 { return 0 }
    return dividedHalfUp(value, by: powerOfTen(scale - newScale))
  }

  /// `value / divisor` rounded half away from zero, for a positive divisor.
  @inlinable
  package static func dividedHalfUp(_ value: Int128, by divisor: Int128) -> Int128 {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    guard remainder.magnitude >= divisor.magnitude - remainder.magnitude else { return quotient }
    return quotient + (value < 0 ? -1 : 1)
  }

  /// `a × factor / b` rounded half away from zero, with a 256-bit product; nil when it leaves Int128.
  ///
  /// - Precondition: `b` is not 0, `factor` is positive.
  package static func scaledQuotient(_ a: Int128, _ factor: Int128, _ b: Int128) -> Int128? {
    let product = a.magnitude.multipliedFullWidth(by: factor.magnitude)
    let divisor = b.magnitude
    guard product.high < divisor else { return nil }
    let (quotient, remainder) =
      product.high == 0
      ? product.low.quotientAndRemainder(dividingBy: divisor)
      : divisor.dividingFullWidth(product)
    let roundsUp = remainder >= divisor - remainder
    let (magnitude, overflow) = quotient.addingReportingOverflow(roundsUp ? 1 : 0)
    guard !overflow, magnitude <= Int128.max.magnitude else { return nil }
    return (a < 0) != (b < 0) ? -Int128(magnitude) : Int128(magnitude)
  }

  /// Whether a value has at most `precision` digits.
  @inlinable
  package static func fits(_ value: Int128, precision: Int) -> Bool {
    value.magnitude < powerOfTen(precision).magnitude
  }
}
