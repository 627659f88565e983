import Glibc

/// Names that no one else has.
enum UniqueName {
  /// A random UUID, version 4, in the usual form. Source: RFC 9562, section 5.4.
  static func uuid() -> String {
    var generator = SystemRandomNumberGenerator()
    let high = generator.next() & ~0xF000 | 0x4000
    let low = generator.next() >> 2 | 1 << 63
    let digits = hexadecimal(high) + hexadecimal(low)
    var text = ""
    for (position, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(position) { text += "-" }
      text.append(digit)
    }
    return text
  }

  private static func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// The wall clock; what commits are stamped with, whatever `now()` answers.
enum Clock {
  /// Milliseconds since the epoch.
  static func milliseconds() -> Int64 {
    var time = timespec()
    // SAFETY: the call fills exactly the structure it is given.
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
