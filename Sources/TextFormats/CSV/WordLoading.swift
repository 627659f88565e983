/// Eight bytes at a time, the unit in which the hot loops look at text.
extension Span<UInt8> {
  /// The eight bytes from `position`, the first in the lowest bits.
  ///
  /// - Precondition: eight bytes are there; checked, in one comparison.
  @inline(__always)
  func word(at position: Int) -> UInt64 {
    // SAFETY: any eight bytes are a UInt64, and unsafeLoadUnaligned checks that they lie in the span.
    let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
    return UInt64(littleEndian: word)
  }
}

extension MutableSpan<UInt8> {
  /// Writes eight bytes from `position` on, as ``Span/word(at:)`` reads them.
  ///
  /// - Precondition: there is room for eight bytes; checked, in one comparison.
  @inline(__always)
  mutating func store(_ word: UInt64, at position: Int) {
    // SAFETY: any bytes are UInt8s, and storeBytes checks that they lie in the span.
    var bytes = unsafe mutableBytes
    bytes.storeBytes(of: word.littleEndian, toByteOffset: position, as: UInt64.self)
  }
}

/// Arithmetic on eight bytes within one word.
///
/// Source: Henry S. Warren, "Hacker's Delight", 2nd edition, section 6-1.
enum Bytewise {
  private static let low7: UInt64 = 0x7F7F_7F7F_7F7F_7F7F

  @inline(__always)
  static func repeated(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

  /// Zero in the highest bit of each byte that equals that of the pattern, one in the others; the other
  /// bits mean nothing. Exact, without false hits above a true one.
  @inline(__always)
  static func differences(_ word: UInt64, _ pattern: UInt64) -> UInt64 {
    let x = word ^ pattern
    return ((x & low7) &+ low7) | x
  }

  /// One in the highest bit of each byte for which all differences have a zero there.
  @inline(__always)
  static func hits(_ differences: UInt64) -> UInt64 { ~(differences | low7) }

  /// The two words multiplied, and the halves of the product folded into one: a step of a hash.
  ///
  /// Source: the mixing step of wyhash (Wang Yi, "wyhash", public domain).
  @inline(__always)
  static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = (a ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: b ^ 0xE703_7ED1_A0B4_28DB)
    return product.high ^ product.low
  }

  /// All bytes of a word together.
  @inline(__always)
  static func sum(_ word: UInt64) -> Int {
    let pairs = (word & 0x00FF_00FF_00FF_00FF) &+ (word >> 8 & 0x00FF_00FF_00FF_00FF)
    return Int(truncatingIfNeeded: (pairs &* 0x0001_0001_0001_0001) >> 48)
  }
}
