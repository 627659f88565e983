/// Up to two literals, or a length with or without a literal before it; packed so that one lookup tells
/// all that there is to do.
///
///     31      there is a length
///     28...20 the base of the length
///     27...12 the literals, the first one below; link: where the subtable begins
///     11      special: link, end of the block, or nothing
///     10, 9   how many literals there are; special: link; end of the block
///     8...5   bits of the codes themselves; link: bits that index the subtable
///     4...0   bits to drop: those of the codes and the extra bits behind them
struct LiteralEntry: PrefixEntry {
  private let bits: UInt32

  private static let length: UInt32 = 1 << 31
  private static let special: UInt32 = 1 << 11
  private static let link: UInt32 = 1 << 10
  private static let end: UInt32 = 1 << 9
  private static let oneLiteral: UInt32 = 1 << 9
  private static let firstLiteral: UInt32 = 0xFF << 12

  static let invalid = LiteralEntry(bits: special)
  static let endOfBlock = LiteralEntry(bits: special | end)

  private init(bits: UInt32) { self.bits = bits }

  init(literal: Int) { bits = UInt32(literal) << 12 | Self.oneLiteral }

  init(length: Int, extraBits: Int) {
    bits = Self.length | UInt32(length) << 20 | UInt32(extraBits)
  }

  init(subtableAt start: Int, indexBits: Int, mainBits: Int) {
    bits =
      UInt32(start) << 12 | Self.special | Self.link | UInt32(indexBits) << 5 | UInt32(mainBits)
  }

  func coded(in length: Int) -> LiteralEntry {
    LiteralEntry(bits: bits &+ UInt32(truncatingIfNeeded: length) &* 33)
  }

  /// This literal and what follows it, where both codes together have at most `width` bits; else this
  /// entry as it is. Both have one symbol so far.
  @inline(__always)
  func joined(with next: LiteralEntry, width: UInt64) -> LiteralEntry {
    // Numbers of bits and of literals add up, once a literal behind has made room for the first.
    let moved = next.bits & ~Self.firstLiteral | (next.bits & Self.firstLiteral) &<< 8
    let mayJoin =
      (bits & (Self.length | Self.special) | next.bits & Self.special == 0)
      && codeBits &+ next.codeBits <= width
    return LiteralEntry(bits: bits &+ (mayJoin ? moved : 0))
  }

  @inline(__always) var hasLength: Bool { Int32(bitPattern: bits) < 0 }
  @inline(__always) var hasOnlyLiterals: Bool { bits & (Self.length | Self.special) == 0 }
  @inline(__always) var isSpecial: Bool { bits & Self.special != 0 }
  /// Of those that are special.
  @inline(__always) var isLink: Bool { bits & Self.link != 0 }
  /// Of those that are special.
  @inline(__always) var isEndOfBlock: Bool { bits & Self.end != 0 }

  @inline(__always) var dropped: UInt64 { UInt64(bits & 31) }
  @inline(__always) var codeBits: UInt64 { UInt64((bits &>> 5) & 15) }
  @inline(__always) var subtable: Int { Int((bits &>> 12) & 0xFFFF) }
  @inline(__always) var literals: UInt16 { UInt16(truncatingIfNeeded: bits &>> 12) }
  @inline(__always) var literalCount: Int { Int((bits &>> 9) & 3) }

  /// The length, whose extra bits follow the codes at the front of `stream`.
  @inline(__always)
  func length(in stream: DeflateBits) -> Int {
    Int((bits &>> 20) & 0x1FF) &+ stream.peek(dropped) &>> Int(codeBits)
  }
}

extension PrefixTable<LiteralEntry> {
  /// Puts two symbols in one entry where the first is a literal and the codes of both fit the index:
  /// half of all lengths come behind literals.
  mutating func joinLiterals() {
    let width = self.width
    // From the last one down, so that what follows a literal, which stands before it, is still single.
    // The bits of it that are not known are taken for zeros: where they matter, it does not fit.
    changeEntries { entries in
      for index in stride(from: 1 << width - 1, through: 0, by: -1) {
        let first = entries[index]
        let next = entries[index &>> Int(first.codeBits)]
        entries[index] = first.joined(with: next, width: UInt64(width))
      }
    }
  }
}
