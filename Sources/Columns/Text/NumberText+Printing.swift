/// Numbers as text.
extension NumberText {
  /// Appends a whole number with at least `width` digits, zeros in front.
  package static func append(_ value: Int64, width: Int = 1, to out: inout [UInt8]) {
    if value < 0 { out.append(UInt8(ascii: "-")) }
    appendDigits(value.magnitude, width: width, to: &out)
  }

  /// Appends a decimal with all digits of its scale: 150 at scale 2 is `1.50`.
  package static func append(_ unscaled: Int128, scale: Int, to out: inout [UInt8]) {
    if unscaled < 0 { out.append(UInt8(ascii: "-")) }
    let (whole, fraction) = unscaled.magnitude.quotientAndRemainder(
      dividingBy: DecimalMath.powerOfTen(scale).magnitude)
    append(magnitude: whole, width: 1, to: &out)
    guard scale > 0 else { return }
    out.append(UInt8(ascii: "."))
    append(magnitude: fraction, width: scale, to: &out)
  }

  /// Appends the shortest text that reads back as the same 32-bit number.
  package static func append(real value: Double, to out: inout [UInt8]) {
    guard value.isFinite, let shortest = Double(Float(value).description) else {
      return append(value, to: &out)
    }
    append(shortest, to: &out)
  }

  /// Appends the shortest text that reads back as the same double: `4064.4831315379`, `5.0`, `1.0E-7`,
  /// `NaN`, `-Infinity`.
  package static func append(_ value: Double, to out: inout [UInt8]) {
    guard value.isFinite else {
      out += (value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity").utf8
      return
    }
    if value.magnitude < 0x1p53, let whole = UInt64(exactly: value.magnitude) {
      if value.sign == .minus { out.append(UInt8(ascii: "-")) }
      appendDigits(whole, width: 1, to: &out)
      out.append(UInt8(ascii: "."))
      out.append(UInt8(ascii: "0"))
      return
    }
    var hasPoint = false
    let text = value.description.utf8
    var position = text.startIndex
    while position < text.endIndex {
      let byte = text[position]
      position = text.index(after: position)
      guard byte == UInt8(ascii: "e") else {
        hasPoint = hasPoint || byte == UInt8(ascii: ".")
        out.append(byte)
        continue
      }
      if !hasPoint { out += ".0".utf8 }
      out.append(UInt8(ascii: "E"))
      if text[position] == UInt8(ascii: "-") { out.append(UInt8(ascii: "-")) }
      out += text[text.index(after: position)...].drop { $0 == UInt8(ascii: "0") }
      return
    }
  }

  /// A finite double as JSON has it: integral values without a fraction as long as they are exact.
  package static func json(_ value: Double) -> [UInt8] {
    var out: [UInt8] = []
    if let whole = Int64(exactly: value), abs(value) < 0x1p53, !(value == 0 && value.sign == .minus)
    {
      append(whole, to: &out)
    } else {
      append(value, to: &out)
    }
    return out
  }

  /// Appends at least `width` digits, zeros in front.
  package static func appendDigits(_ value: UInt64, width: Int, to out: inout [UInt8]) {
    append(magnitude: value, width: width, to: &out)
  }

  @inline(__always)
  private static func append<Number: FixedWidthInteger & UnsignedInteger>(
    magnitude: Number, width: Int, to out: inout [UInt8]
  ) {
    let start = out.count
    var rest = magnitude
    repeat {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      out.append(0x30 + UInt8(truncatingIfNeeded: digit))
      rest = quotient
    } while rest > 0 || out.count - start < width
    out[start...].reverse()
  }
}
