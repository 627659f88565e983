/// Up to two literals, or a length with or without a literal before it, packed as in `DeflateEntry`.
///
///     31      there is a length
///     28...20 the base of a length
///     27...12 the literals, the first one below; special: where a subtable begins
///     11      special, alone: link, end of the block, or nothing
///     10, 9   how many literals there are; special: link; end of the block
///     8...5   bits of the codes themselves; link: bits that index the subtable
///     4...0   bits to drop: those of the codes and the extra bits behind them
struct LiteralEntry {
  let bits: UInt32

  private static let length: UInt32 = 1 << 31
  private static let special: UInt32 = 1 << 11
  private static let link: UInt32 = 1 << 10
  private static let end: UInt32 = 1 << 9
  private static let oneLiteral: UInt32 = 1 << 9

  init(_ entry: DeflateEntry) {
    let codes = UInt32(truncatingIfNeeded: entry.dropped & 31 | entry.codeBits << 5)
    let base = UInt32(truncatingIfNeeded: entry.base)
    if entry.isLiteral {
      bits = codes | base << 12 | Self.oneLiteral
    } else if entry.isLink {
      bits = codes | base << 12 | Self.special | Self.link
    } else if entry.isSpecial {
      bits = codes | Self.special | (entry.isEndOfBlock ? Self.end : 0)
    } else {
      bits = codes | base << 20 | Self.length
    }
  }

  /// A literal, and the literal or length behind it.
  init(_ literal: DeflateEntry, _ second: DeflateEntry) {
    var second = LiteralEntry(second).bits
    if second & Self.length == 0 { second = second & 0xFFF | (second & 0xFF000) << 8 }
    bits =
      (second | UInt32(truncatingIfNeeded: literal.base) << 12)
      &+ UInt32(truncatingIfNeeded: literal.codeBits) &* 33 &+ Self.oneLiteral
  }

  @inline(__always) var hasLength: Bool { Int32(bitPattern: bits) < 0 }
  @inline(__always) var isSpecial: Bool { bits & Self.special != 0 }
  @inline(__always) var isLink: Bool { bits & Self.link != 0 }
  @inline(__always) var isEndOfBlock: Bool { bits & Self.end != 0 }
  @inline(__always) var hasOnlyLiterals: Bool { bits & (Self.length | Self.special) == 0 }

  @inline(__always) var dropped: UInt64 { UInt64(bits & 31) }
  @inline(__always) var subtable: Int { Int((bits &>> 12) & 0xFFFF) }
  @inline(__always) var codeBits: UInt64 { UInt64((bits &>> 5) & 15) }
  @inline(__always) var literals: UInt16 { UInt16(truncatingIfNeeded: bits &>> 12) }
  @inline(__always) var literalCount: Int { Int((bits &>> 9) & 3) }

  /// The length, whose extra bits follow the codes at the front of `stream`.
  @inline(__always)
  func length(in stream: DeflateBits) -> Int {
    Int((bits &>> 20) & 0x1FF) &+ stream.peek(dropped) &>> Int(truncatingIfNeeded: codeBits)
  }
}

/// The table of literals and lengths with two symbols in one entry where the first is a literal and the
/// codes of both fit the index: half of all matches have literals before them.
struct LiteralTable {
  private(set) var entries: [LiteralEntry] = []

  init(_ single: PrefixTable) { build(single) }

  /// Makes the table anew.
  mutating func build(_ single: PrefixTable) {
    let table = single.entries.span
    let width = UInt64(single.width)
    while entries.count < table.count { entries.append(LiteralEntry(.invalid)) }
    var entries = entries.mutableSpan
    for index in table.indices {
      let first = table[index]
      var entry = LiteralEntry(first)
      if first.isLiteral && index < 1 << single.width {
        // What the bits behind the code begin with; those that are not known are zero here.
        let second = table[index &>> Int(first.codeBits)]
        if !second.isSpecial && first.codeBits &+ second.codeBits <= width {
          entry = LiteralEntry(first, second)
        }
      }
      entries[index] = entry
    }
  }
}
