/// Up to two literals, or a length with or without a literal before it, packed as in `DeflateEntry`.
///
///     63      there is a length
///     62      special, alone: link, end of the block, or nothing
///     61, 60  special: link; end of the block
///     49, 48  how many literals there are
///     47...32 the base of a length; link: where the subtable begins
///     31...16 the literals, the first one below
///     13...8  bits of the codes themselves; link: bits that index the subtable
///     5...0   bits to drop: those of the codes and the extra bits behind them
struct LiteralEntry {
  let bits: UInt64

  private static let special: UInt64 = 1 << 62
  private static let link: UInt64 = 1 << 61
  private static let end: UInt64 = 1 << 60
  private static let oneLiteral: UInt64 = 1 << 48

  init(_ entry: DeflateEntry) {
    let codes = entry.dropped & 63 | entry.codeBits << 8
    let base = UInt64(entry.base)
    if entry.isLiteral {
      bits = codes | base << 16 | Self.oneLiteral
    } else if entry.isLink {
      bits = codes | base << 32 | Self.special | Self.link
    } else if entry.isSpecial {
      bits = codes | Self.special | (entry.isEndOfBlock ? Self.end : 0)
    } else {
      bits = codes | base << 32 | 1 << 63
    }
  }

  /// A literal, and the literal or length behind it.
  init(_ literal: DeflateEntry, _ second: DeflateEntry) {
    let second = LiteralEntry(second).bits
    let secondLiteral = (second & 0xFFFF_0000) << 8
    let codes = literal.codeBits &* 0x101
    bits =
      (second & ~0xFFFF_0000 | secondLiteral | UInt64(literal.base) << 16) &+ codes
      &+ Self.oneLiteral
  }

  @inline(__always) var hasLength: Bool { Int64(bitPattern: bits) < 0 }
  @inline(__always) var isSpecial: Bool { bits & Self.special != 0 }
  @inline(__always) var isLink: Bool { bits & Self.link != 0 }
  @inline(__always) var isEndOfBlock: Bool { bits & Self.end != 0 }
  @inline(__always) var hasOnlyLiterals: Bool { bits < Self.special }

  @inline(__always) var base: Int { Int(truncatingIfNeeded: (bits &>> 32) & 0xFFFF) }
  @inline(__always) var codeBits: UInt64 { (bits &>> 8) & 63 }
  @inline(__always) var literals: UInt16 { UInt16(truncatingIfNeeded: bits &>> 16) }
  @inline(__always) var literalCount: Int { Int(truncatingIfNeeded: (bits &>> 48) & 3) }

  /// The length, whose extra bits follow the codes at the front of `stream`.
  @inline(__always)
  func length(in stream: DeflateBits) -> Int {
    let extra = UInt64(truncatingIfNeeded: stream.peek(bits & 63)) &>> codeBits
    return (base & 0x1FF) &+ Int(truncatingIfNeeded: extra)
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
    entries.removeAll(keepingCapacity: true)
    for index in 0..<(1 << single.width) {
      let first = table[index]
      if first.isLiteral {
        // What the bits behind the code begin with; those that are not known are zero here.
        let second = table[index &>> Int(first.codeBits)]
        if !second.isSpecial && first.codeBits &+ second.codeBits <= UInt64(single.width) {
          entries.append(LiteralEntry(first, second))
          continue
        }
      }
      entries.append(LiteralEntry(first))
    }
    for index in (1 << single.width)..<table.count { entries.append(LiteralEntry(table[index])) }
  }
}
