/// What a code of distances stands for, or one of the lengths of codes; packed so that one lookup tells
/// all that there is to do.
///
///     31...16 the base of the distance; the symbol; link: where the subtable begins
///     15      special: link, or nothing
///     14      link
///     11...8  bits of the code itself; link: bits that index the subtable
///     5...0   bits to drop: those of the code and the extra bits behind it
struct DistanceEntry: PrefixEntry {
  private let bits: UInt32

  private static let special: UInt32 = 1 << 15
  private static let link: UInt32 = 1 << 14

  static let invalid = DistanceEntry(bits: special)

  private init(bits: UInt32) { self.bits = bits }

  init(base: Int, extraBits: Int) { bits = UInt32(base) << 16 | UInt32(extraBits) }

  init(subtableAt start: Int, indexBits: Int, mainBits: Int) {
    bits =
      UInt32(start) << 16 | Self.special | Self.link | UInt32(indexBits) << 8 | UInt32(mainBits)
  }

  func coded(in length: Int) -> DistanceEntry {
    DistanceEntry(bits: bits &+ UInt32(truncatingIfNeeded: length) &* 0x101)
  }

  @inline(__always) var isSpecial: Bool { bits & Self.special != 0 }
  @inline(__always) var isLink: Bool { bits & Self.link != 0 }
  @inline(__always) var base: Int { Int(bits &>> 16) }
  @inline(__always) var codeBits: UInt64 { UInt64(bits &>> 8) & 15 }
  @inline(__always) var dropped: UInt64 { UInt64(bits & 63) }

  /// The base plus the extra bits, which follow the code at the front of `stream`.
  @inline(__always)
  func distance(in stream: DeflateBits) -> Int { base &+ stream.peek(dropped) &>> Int(codeBits) }
}
