/// What a prefix code of deflate stands for, packed so that one lookup tells all that there is to do.
///
///     31...16 a base: of a length or distance; a literal; a symbol; link: where the subtable begins
///     15      special: neither literal nor length nor distance
///     14      special: link; else literal
///     13      special: the end of the block
///     11...8  bits of the code itself; link: bits that index the subtable
///     5...0   bits to drop: those of the code and the extra bits behind it
///
/// Codes longer than the main table's index go through a link: the main table's bits are dropped, then
/// the subtable is looked up, whose entries count what is left of the code.
struct DeflateEntry: Equatable {
  let bits: UInt32

  private static let special: UInt32 = 1 << 15
  private static let linkOrLiteral: UInt32 = 1 << 14
  private static let end: UInt32 = 1 << 13

  /// The end of the block.
  static let endOfBlock = DeflateEntry(bits: special | end)
  /// A code that the format reserves, or that no symbol has.
  static let invalid = DeflateEntry(bits: special)

  private init(bits: UInt32) { self.bits = bits }

  init(literal: Int) { bits = UInt32(literal) << 16 | Self.linkOrLiteral }

  init(base: Int, extraBits: Int) { bits = UInt32(base) << 16 | UInt32(extraBits) }

  init(subtableAt start: Int, indexBits: Int, mainBits: Int) {
    bits =
      UInt32(start) << 16 | Self.special | Self.linkOrLiteral | UInt32(indexBits) << 8
      | UInt32(mainBits)
  }

  /// The same for a code of a length, or for what is left of it.
  func coded(in length: Int) -> DeflateEntry {
    DeflateEntry(bits: bits &+ UInt32(truncatingIfNeeded: length) &* 0x101)
  }

  @inline(__always) var isSpecial: Bool { bits & Self.special != 0 }
  @inline(__always) var isLink: Bool { isSpecial && bits & Self.linkOrLiteral != 0 }
  @inline(__always) var isLiteral: Bool { !isSpecial && bits & Self.linkOrLiteral != 0 }
  @inline(__always) var isEndOfBlock: Bool { bits & Self.end != 0 }

  @inline(__always) var base: Int { Int(bits &>> 16) }
  @inline(__always) var codeBits: UInt64 { UInt64(bits &>> 8) & 15 }
  @inline(__always) var dropped: UInt64 { UInt64(bits) }

  /// The base plus the extra bits, which follow the code at the front of `stream`.
  @inline(__always)
  func value(in stream: DeflateBits) -> Int { base &+ stream.peek(dropped & 63) &>> Int(codeBits) }
}
