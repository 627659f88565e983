/// A decoding table for literals (RFC 8878, section 4.2).
struct HuffmanTable {
  /// The longest code.
  static let width = 11
  private static let size = 1 << width

  /// For each 11 bits that may come next: the symbol times 256, plus the bits that its code has.
  private(set) var entries = [UInt16](repeating: 0, count: size)
  /// Whether a description was read; a block may use the table of the one before it.
  private(set) var isReady = false

  mutating func forget() { isReady = false }

  /// Reads a description and moves `input` behind it.
  ///
  /// - Throws: `CodecError` when it is damaged.
  mutating func read(_ input: inout InputReader) throws(CodecError) {
    isReady = false
    var weights = try Self.weights(&input)
    let total = weights.reduce(0) { $0 + (1 << $1) >> 1 }
    guard total > 0 else { throw Self.damaged }
    // The last weight is not written: it fills the sum up to a power of two.
    let longest = Int.bitWidth - total.leadingZeroBitCount
    let rest = 1 << longest - total
    guard longest <= Self.width, rest & (rest - 1) == 0 else { throw Self.damaged }
    weights.append(UInt8(rest.trailingZeroBitCount + 1))
    let least = weights.count { $0 == 1 }
    guard least >= 2, least % 2 == 0 else { throw Self.damaged }
    fill(weights, longest: longest)
    isReady = true
  }

  private static let damaged = CodecError("a Huffman table is damaged")

  private mutating func fill(_ weights: [UInt8], longest: Int) {
    var position = 0
    for weight in 1...longest {
      let bits = longest + 1 - weight
      let run = 1 << (Self.width - bits)
      for (symbol, other) in weights.enumerated() where other == weight {
        let entry = UInt16(symbol) << 8 | UInt16(bits)
        for index in position..<position + run { entries[index] = entry }
        position += run
      }
    }
  }

  /// The weights of all symbols but the last, four bits each or coded with FSE.
  private static func weights(_ input: inout InputReader) throws(CodecError) -> [UInt8] {
    let header = try input.number(1)
    guard header < 128 else {
      let count = header - 127
      var weights: [UInt8] = []
      while weights.count < count {
        let pair = UInt8(try input.number(1))
        weights.append(pair >> 4)
        if weights.count < count { weights.append(pair & 15) }
      }
      return weights
    }
    var coded = try input.take(header)
    let counts = try SymbolCounts(reading: &coded, maximumAccuracy: 6, symbolLimit: width + 1)
    let table = FiniteStateTable(counts) { (UInt32($0), 0) }
    return try weights(table, BackwardBits(coded.take(coded.left)))
  }

  /// Two states take turns until the bits run out.
  private static func weights(
    _ table: FiniteStateTable, _ bits: BackwardBits
  ) throws(CodecError) -> [UInt8] {
    var bits = bits
    var weights: [UInt8] = []
    var states = (bits.read(table.accuracy), bits.read(table.accuracy))
    guard !bits.isOverrun else { throw damaged }
    while weights.count < 255 {
      let state = table.states[states.0]
      weights.append(UInt8(truncatingIfNeeded: state.baseline))
      bits.refill()
      let next = Int(state.next) + bits.read(Int(state.nextBits))
      if bits.isOverrun {
        weights.append(UInt8(truncatingIfNeeded: table.states[states.1].baseline))
        guard weights.count <= 255 else { throw damaged }
        return weights
      }
      states = (states.1, next)
    }
    throw damaged
  }
}
