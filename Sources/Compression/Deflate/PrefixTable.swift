/// A decoding table for one of deflate's prefix codes (RFC 1951, section 3.2.2).
///
/// The next bits of the stream, as many as the table is wide, index it; longer codes go on in subtables
/// behind it. See ``DeflateEntry``.
struct PrefixTable {
  /// The longest code of deflate.
  static let longestCode = 15

  /// Bits that index the main table.
  let width: Int
  private(set) var entries: [DeflateEntry]

  enum Shape {
    /// Every sequence of bits begins with a code.
    case complete
    /// One code of one bit, whose other value stands for nothing.
    case single
    /// No code at all.
    case empty
    /// Codes are missing, or there are too many.
    case damaged
  }

  init(width: Int) {
    self.width = width
    entries = [DeflateEntry](repeating: .invalid.coded(in: 1), count: 1 << width)
  }

  /// Makes the table anew from the length of each symbol's code, 0 for those without one.
  ///
  /// A damaged description leaves the table as it was. What a symbol stands for is in `meanings`.
  ///
  /// - Complexity: O(`1 << width` + subtables)
  mutating func build(_ lengths: ArraySlice<UInt8>, _ meanings: [DeflateEntry]) -> Shape {
    var counts: [16 of Int] = .init(repeating: 0)
    for length in lengths { counts[Int(length)] += 1 }
    let used = lengths.count - counts[0]
    var space = 1
    for length in 1...Self.longestCode {
      space = space << 1 - counts[length]
      guard space >= 0 else { return .damaged }
    }
    if space > 0 {
      guard used == 0 || (used == 1 && counts[1] == 1) else { return .damaged }
      fillIncomplete(lengths, meanings)
      return used == 0 ? .empty : .single
    }
    fill(sorted(lengths, counts), counts, meanings)
    return .complete
  }

  /// The symbols in the order of their codes: by length, then by number.
  private func sorted(_ lengths: ArraySlice<UInt8>, _ counts: [16 of Int]) -> [UInt16] {
    var next: [16 of Int] = .init(repeating: 0)
    for length in 1..<Self.longestCode { next[length + 1] = next[length] + counts[length] }
    var symbols = [UInt16](repeating: 0, count: next[15] + counts[15])
    for (symbol, length) in lengths.enumerated() where length > 0 {
      symbols[next[Int(length)]] = UInt16(truncatingIfNeeded: symbol)
      next[Int(length)] += 1
    }
    return symbols
  }

  private mutating func fillIncomplete(_ lengths: ArraySlice<UInt8>, _ meanings: [DeflateEntry]) {
    let unused = DeflateEntry.invalid.coded(in: 1)
    let symbol = lengths.firstIndex(of: 1).map { $0 - lengths.startIndex }
    let used = symbol.map { meanings[$0].coded(in: 1) } ?? unused
    for index in 0..<(1 << width) { entries[index] = index & 1 == 0 ? used : unused }
  }

  /// Codes are taken in order, each with its bits turned around, as the stream has them: the first bit
  /// of a code is the lowest of the index. Up to a length the table repeats itself, so it is built
  /// small and doubled with each bit.
  private mutating func fill(
    _ symbols: [UInt16], _ counts: [16 of Int], _ meanings: [DeflateEntry]
  ) {
    var code = 0
    var taken = 0
    var filled = 1
    for length in 1...width {
      for index in 0..<filled { entries[filled + index] = entries[index] }
      filled <<= 1
      for _ in 0..<counts[length] {
        entries[code] = meanings[Int(symbols[taken])].coded(in: length)
        taken += 1
        code = Self.successor(of: code, bits: length)
      }
    }
    if taken < symbols.count { fillSubtables(symbols, taken, code, counts, meanings) }
  }

  private mutating func fillSubtables(
    _ symbols: [UInt16], _ first: Int, _ firstCode: Int, _ counts: [16 of Int],
    _ meanings: [DeflateEntry]
  ) {
    let mask = 1 << width - 1
    var code = firstCode
    var taken = first
    var prefix = -1
    var start = 1 << width
    var end = start
    for length in (width + 1)...Self.longestCode {
      let rest = length - width
      for left in stride(from: counts[length], to: 0, by: -1) {
        if code & mask != prefix {
          prefix = code & mask
          start = end
          let bits = Self.subtableBits(rest, left, counts, width)
          end = start + 1 << bits
          while entries.count < end { entries.append(.invalid) }
          entries[prefix] = DeflateEntry(subtableAt: start, indexBits: bits, mainBits: width)
        }
        let entry = meanings[Int(symbols[taken])].coded(in: rest)
        for index in stride(from: start + code >> width, to: end, by: 1 << rest) {
          entries[index] = entry
        }
        taken += 1
        code = Self.successor(of: code, bits: length)
      }
    }
  }

  /// The bits that index a subtable whose first code has `rest` bits there: codes of that length and
  /// longer ones are taken until they fill it.
  private static func subtableBits(
    _ rest: Int, _ left: Int, _ counts: [16 of Int], _ width: Int
  ) -> Int {
    var bits = rest
    var space = 1 << rest - left
    while space > 0, width + bits < longestCode {
      bits += 1
      space = space << 1 - counts[width + bits]
    }
    return bits
  }

  /// The next code of the same length, both turned around: the highest bit that is not set is, and
  /// those above it are cleared. Behind the last code of all comes zero.
  private static func successor(of code: Int, bits: Int) -> Int {
    let open = code ^ (1 << bits - 1)
    guard open != 0 else { return 0 }
    let bit = 1 << (Int.bitWidth - 1 - open.leadingZeroBitCount)
    return code & (bit - 1) | bit
  }
}
