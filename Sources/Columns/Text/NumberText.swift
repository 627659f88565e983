/// Numbers to and from their text, on bytes.
///
/// What the places that read text want differs; the digits are read here alone. Reports and logs take
/// ``double(_:)`` and ``decimal(_:_:_:precision:scale:)``, which accept a number in range and nothing
/// else; SQL's casts have doors of their own over ``nearestDouble(_:_:_:)`` and ``DecimalParts``.
package enum NumberText {
  /// The double that a whole text spells: `12`, `-0.5`, `4E-8`, `.5`, `1e10`; nil for anything else, also for
  /// NaN and infinities and for what is beyond the range.
  package static func double(_ text: [UInt8]) -> Double? {
    double(text.span, 0, text.count)
  }

  /// The same for `bytes[start..<end]`, up to 4096 of them.
  package static func double(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Double? {
    guard end - start <= 4096, let value = nearestDouble(bytes, start, end), value.isFinite else {
      return nil
    }
    return value
  }

  /// The double nearest to the number that `bytes[start..<end]` spells, an infinity beyond the range; nil
  /// where there is anything but sign, digits, point and exponent.
  ///
  /// Source: W. D. Clinger, "How to Read Floating Point Numbers Accurately", PLDI 1990: a mantissa below
  /// 2^53 times or over a power of ten up to 10^22 is exact in one operation. The rest goes to the
  /// standard library.
  package static func nearestDouble(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Double? {
    var position = start
    guard position < end else { return nil }
    let isNegative = bytes[position] == UInt8(ascii: "-")
    if isNegative || bytes[position] == UInt8(ascii: "+") { position += 1 }
    var mantissa: UInt64 = 0
    let digitsStart = position
    while position < end {
      let digit = bytes[position] &- 0x30
      guard digit < 10 else { break }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      position += 1
    }
    var digitCount = position - digitsStart
    var exponent = 0
    if position < end && bytes[position] == UInt8(ascii: ".") {
      position += 1
      let fractionStart = position
      while position < end {
        let digit = bytes[position] &- 0x30
        guard digit < 10 else { break }
        mantissa = mantissa &* 10 &+ UInt64(digit)
        position += 1
      }
      exponent = fractionStart - position
      digitCount -= exponent
    }
    guard digitCount > 0 else { return nil }
    if position < end {
      guard let written = exponentText(bytes, position, end) else { return nil }
      exponent += written
    }
    if digitCount <= 19 {
      if mantissa == 0 { return isNegative ? -0.0 : 0 }
      if mantissa <= 1 << 53 && exponent >= -22 && exponent <= 22 {
        let value = Double(mantissa)
        let scaled =
          exponent < 0 ? value / powersOfTen[-exponent] : value * powersOfTen[exponent]
        return isNegative ? -scaled : scaled
      }
      if exponent < 0 && exponent >= -19 {
        let value = quotient(mantissa, bySmallPowerOfTen: -exponent)
        return isNegative ? -value : value
      }
    }
    return slowDouble(bytes, start, end)
  }

  /// `mantissa / 10^places`, correctly rounded, for up to 19 places: what a price with 17 digits needs.
  ///
  /// The long division gives 64 bits and more of the quotient, and whether anything is left over; that bit
  /// set at the end, the conversion to 53 bits rounds as the exact value would.
  private static func quotient(_ mantissa: UInt64, bySmallPowerOfTen places: Int) -> Double {
    var divisor: UInt64 = 1
    for _ in 0..<places { divisor *= 10 }
    let shift = mantissa.leadingZeroBitCount
    let normalised = mantissa << UInt64(shift)
    let (high, rest) = normalised.quotientAndRemainder(dividingBy: divisor)
    let (low, remainder) = divisor.dividingFullWidth((rest, 0))
    var bits = UInt64(high)
    var exponent = -shift
    if high.leadingZeroBitCount > 0 {
      let lead = UInt64(high.leadingZeroBitCount)
      bits = lead == 64 ? low : high << lead | low >> (64 - lead)
      exponent -= Int(lead)
      let lost = lead == 64 ? 0 : low << lead
      if lost != 0 || remainder != 0 { bits |= 1 }
    } else if low != 0 || remainder != 0 {
      bits |= 1
    }
    return Double(sign: .plus, exponent: exponent, significand: Double(bits))
  }

  /// The number behind an `e`, nil where there is something else. Held within ±100,000, far beyond what
  /// a double has.
  static func exponentText(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    guard bytes[start] | 0x20 == UInt8(ascii: "e") else { return nil }
    var position = start + 1
    guard position < end else { return nil }
    let isNegative = bytes[position] == UInt8(ascii: "-")
    if isNegative || bytes[position] == UInt8(ascii: "+") { position += 1 }
    guard position < end else { return nil }
    var value = 0
    while position < end {
      let digit = bytes[position] &- 0x30
      guard digit < 10 else { return nil }
      value = min(100_000, value * 10 + Int(digit))
      position += 1
    }
    return isNegative ? -value : value
  }

  /// Any text whose grammar was checked before, correctly rounded by the standard library.
  private static func slowDouble(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Double? {
    Double(String(decoding: (start..<end).map { bytes[$0] }, as: UTF8.self))
  }

  /// `NaN`, `Infinity` or `inf` with or without a sign, whatever the case; nil for anything else.
  package static func nonFinite(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Double? {
    guard end - start <= 9 else { return nil }
    let text = String(decoding: (start..<end).map { bytes[$0] }, as: UTF8.self).lowercased()
    switch text {
    case "nan": return .nan
    case "inf", "infinity", "+inf", "+infinity": return .infinity
    case "-inf", "-infinity": return -.infinity
    default: return nil
    }
  }

  /// The 64-bit integer that a whole text spells, nil for anything else and beyond the range.
  package static func int64(_ text: [UInt8]) -> Int64? { int64(text.span, 0, text.count) }

  /// The same for a part of a text.
  package static func int64(_ text: ArraySlice<UInt8>) -> Int64? { int64(text.span, 0, text.count) }

  /// The same for `bytes[start..<end]`.
  package static func int64(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int64? {
    var position = start
    guard position < end else { return nil }
    let isNegative = bytes[position] == UInt8(ascii: "-")
    if isNegative || bytes[position] == UInt8(ascii: "+") { position += 1 }
    guard position < end else { return nil }
    var value: UInt64 = 0
    let isShort = end - position <= 18
    while position < end {
      let digit = bytes[position] &- 0x30
      guard digit < 10 else { return nil }
      if isShort {
        value = value &* 10 &+ UInt64(digit)
      } else {
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
        guard !overflow && !carry else { return nil }
        value = sum
      }
      position += 1
    }
    if isNegative {
      return value <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- value) : nil
    }
    return Int64(exactly: value)
  }

  /// 10^0 to 10^22, all exact in a double.
  package static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}
