import Columns

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

  /// Keeps at most `count` digits, rounded half to even.
  mutating func round(to count: Int) {
    guard digits.count > count else { return }
    let dropped = digits[count...]
    let isTie = dropped.first == 0x35 && dropped.count == 1
    let isUp = isTie ? digits[count - 1] & 1 == 1 : (dropped.first ?? 0x30) >= 0x35
    digits.removeSubrange(count...)
    if isUp {
      while digits.last == 0x39 { digits.removeLast() }
      if let last = digits.last {
        digits[digits.count - 1] = last + 1
      } else {
        digits = [0x31]
        pointPosition += 1
      }
    }
    while digits.last == 0x30 { digits.removeLast() }
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
    NumberText.append(Int64(pointPosition - 1), to: &out)
  }

  /// The value at a decimal scale, rounded half away from zero on its shortest digits; nil when it
  /// leaves 38 digits.
  func decimal(scale: Int) -> Int128? {
    var unscaled: Int128 = 0
    for digit in digits { unscaled = unscaled * 10 + Int128(digit - 0x30) }
    return DecimalMath.rescaled(unscaled, from: digits.count - pointPosition, to: scale)
  }
}
