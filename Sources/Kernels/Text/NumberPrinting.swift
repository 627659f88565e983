/// Numbers as text, in the spellings of Trino's casts.
package enum NumberPrinting {
  package static func append(_ value: Int64, to out: inout [UInt8]) {
    if value < 0 { out.append(0x2D) }
    append(magnitude: value.magnitude, to: &out)
  }

  /// The unscaled value of a decimal: `-12.50` for −1250 at scale 2.
  package static func append(_ value: Int128, scale: Int, to out: inout [UInt8]) {
    if value < 0 { out.append(0x2D) }
    let (whole, fraction) = value.magnitude.quotientAndRemainder(
      dividingBy: DecimalMath.powerOfTen(scale).magnitude)
    append(magnitude: whole, to: &out)
    guard scale > 0 else { return }
    out.append(0x2E)
    let start = out.count
    append(magnitude: fraction, to: &out)
    let missing = scale - (out.count - start)
    if missing > 0 { out.insert(contentsOf: repeatElement(0x30, count: missing), at: start) }
  }

  /// A double as Java prints it: plain from 10^-3 up to 10^7, else `1.0E10`; always with a point.
  package static func append(_ value: Double, to out: inout [UInt8]) {
    if value.isNaN { return out.append(contentsOf: "NaN".utf8) }
    if value.sign == .minus { out.append(0x2D) }
    if value.isInfinite { return out.append(contentsOf: "Infinity".utf8) }
    let magnitude = value.magnitude
    if magnitude < 1e7, let whole = UInt64(exactly: magnitude) {
      append(magnitude: whole, to: &out)
      out.append(contentsOf: [0x2E, 0x30])
      return
    }
    let shortest = ShortestDigits(magnitude)
    if magnitude >= 1e-3 && magnitude < 1e7 {
      shortest.appendPlain(to: &out)
    } else {
      shortest.appendScientific(to: &out)
    }
  }

  private static func append<Number: FixedWidthInteger & UnsignedInteger>(
    magnitude: Number, to out: inout [UInt8]
  ) {
    if magnitude < 10 { return out.append(0x30 + UInt8(magnitude)) }
    let start = out.count
    var rest = magnitude
    while rest > 0 {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      out.append(0x30 + UInt8(digit))
      rest = quotient
    }
    out[start...].reverse()
  }
}

/// The fewest digits that read back as the same double: value = 0.d1d2d3… × 10^pointPosition.
struct ShortestDigits {
  private(set) var digits: [UInt8] = []
  private(set) var pointPosition = 0

  /// Takes the digits from `Double.description`, which is the shortest text that reads back.
  ///
  /// - Precondition: `magnitude` is finite and positive.
  init(_ magnitude: Double) {
    var isFraction = false
    var exponent = 0
    var exponentSign = 1
    var inExponent = false
    for byte in magnitude.description.utf8 {
      switch byte {
      case 0x2E: isFraction = true
      case 0x65: inExponent = true
      case 0x2D: exponentSign = -1
      case 0x2B: break
      default:
        if inExponent {
          exponent = exponent * 10 + Int(byte - 0x30)
        } else if digits.isEmpty && byte == 0x30 {
          if isFraction { pointPosition -= 1 }
        } else {
          digits.append(byte)
          if !isFraction { pointPosition += 1 }
        }
      }
    }
    while digits.last == 0x30 { digits.removeLast() }
    pointPosition += exponent * exponentSign
  }

  func appendPlain(to out: inout [UInt8]) {
    if pointPosition <= 0 {
      out.append(contentsOf: [0x30, 0x2E])
      out.append(contentsOf: repeatElement(0x30, count: -pointPosition))
      out.append(contentsOf: digits)
    } else if digits.count <= pointPosition {
      out.append(contentsOf: digits)
      out.append(contentsOf: repeatElement(0x30, count: pointPosition - digits.count))
      out.append(contentsOf: [0x2E, 0x30])
    } else {
      out.append(contentsOf: digits[..<pointPosition])
      out.append(0x2E)
      out.append(contentsOf: digits[pointPosition...])
    }
  }

  func appendScientific(to out: inout [UInt8]) {
    out.append(digits.first ?? 0x30)
    out.append(0x2E)
    if digits.count > 1 { out.append(contentsOf: digits[1...]) } else { out.append(0x30) }
    out.append(0x45)
    NumberPrinting.append(Int64(pointPosition - 1), to: &out)
  }

  /// The value at a decimal scale, rounded half away from zero on its shortest digits; nil when it
  /// leaves 38 digits.
  func decimal(scale: Int) -> Int128? {
    var unscaled: Int128 = 0
    for digit in digits { unscaled = unscaled * 10 + Int128(digit - 0x30) }
    return DecimalMath.rescaled(unscaled, from: digits.count - pointPosition, to: scale)
  }
}
