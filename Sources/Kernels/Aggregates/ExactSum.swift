/// A sum of doubles without any rounding: a fixed-point number as wide as the whole range of doubles.
///
///     digit   0 … 67, each of 32 bits with room for carries; digit i counts multiples of 2^(32 i - 1074)
///
/// Source: R. M. Neal, "Fast Exact Summation Using Small and Large Superaccumulators", 2015, section 2.
final class ExactSum {
  private static let digitCount = 68
  /// Additions after which a digit might no longer have room.
  private static let additionsPerCarry = 1 << 30

  private var digits = [Int64](repeating: 0, count: ExactSum.digitCount)
  private var additions = 0
  private var hasNaN = false
  private var hasInfinity = false
  private var hasNegativeInfinity = false

  init() {}

  init(_ other: ExactSum) {
    digits = other.digits
    additions = other.additions
    hasNaN = other.hasNaN
    hasInfinity = other.hasInfinity
    hasNegativeInfinity = other.hasNegativeInfinity
  }

  func add(_ value: Double) {
    guard value.isFinite else { return addSpecial(value) }
    let exponent = Int(value.exponentBitPattern)
    let fraction = value.significandBitPattern
    // Numbers below the normal ones count from the same place as the least of those.
    let significand = exponent == 0 ? fraction : fraction | 1 << 52
    let position = max(0, exponent - 1)
    let wide = UInt128(significand) << UInt128(position & 31)
    let first = position >> 5
    let low = Int64(truncatingIfNeeded: wide & 0xFFFF_FFFF)
    let middle = Int64(truncatingIfNeeded: (wide >> 32) & 0xFFFF_FFFF)
    let high = Int64(truncatingIfNeeded: wide >> 64)
    let sign: Int64 = value.sign == .minus ? -1 : 1
    digits[first] &+= sign &* low
    digits[first + 1] &+= sign &* middle
    digits[first + 2] &+= sign &* high
    countAddition()
  }

  private func addSpecial(_ value: Double) {
    if value.isNaN {
      hasNaN = true
    } else if value < 0 {
      hasNegativeInfinity = true
    } else {
      hasInfinity = true
    }
  }

  func add(_ other: ExactSum) {
    let others = ExactSum(other)
    others.carry()
    for digit in digits.indices { digits[digit] &+= others.digits[digit] }
    hasNaN = hasNaN || other.hasNaN
    hasInfinity = hasInfinity || other.hasInfinity
    hasNegativeInfinity = hasNegativeInfinity || other.hasNegativeInfinity
    countAddition()
  }

  private func countAddition() {
    additions += 1
    if additions >= ExactSum.additionsPerCarry { carry() }
  }

  /// Brings all digits but the last into 0 ..< 2^32; the last has the sign.
  private func carry() {
    for digit in 0..<(ExactSum.digitCount - 1) {
      let over = digits[digit] >> 32
      digits[digit] -= over << 32
      digits[digit + 1] &+= over
    }
    additions = 0
  }

  /// The double nearest to the sum, of two equally near ones the even one.
  var total: Double {
    if hasNaN || hasInfinity && hasNegativeInfinity { return .nan }
    if hasInfinity { return .infinity }
    if hasNegativeInfinity { return -.infinity }
    let sum = ExactSum(self)
    sum.carry()
    guard let last = sum.digits.last, last < 0 else { return sum.magnitude }
    for digit in sum.digits.indices { sum.digits[digit] = -sum.digits[digit] }
    sum.carry()
    return -sum.magnitude
  }

  /// The value of digits that are carried and not negative.
  private var magnitude: Double {
    guard let top = digits.lastIndex(where: { $0 != 0 }) else { return 0 }
    var window: UInt128 = 0
    for digit in stride(from: top, through: top - 2, by: -1) {
      window = window << 32 | (digit >= 0 ? UInt128(UInt64(bitPattern: digits[digit])) : 0)
    }
    // The highest 64 bits, of which the last also says whether anything follows: enough to round right.
    let shift = 64 - window.leadingZeroBitCount
    let hasMore =
      window & (1 << UInt128(shift) - 1) != 0
      || digits.prefix(max(0, top - 2)).contains { $0 != 0 }
    let leading = UInt64(truncatingIfNeeded: window >> UInt128(shift)) | (hasMore ? 1 : 0)
    return Double(
      sign: .plus, exponent: 32 * (top - 2) - 1074 + shift, significand: Double(leading))
  }
}
