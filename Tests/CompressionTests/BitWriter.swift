/// Writes deflate's bits, the lowest of each byte first.
struct BitWriter {
  private(set) var bytes: [UInt8] = []
  private var used = 8

  /// A number, its lowest bit first.
  mutating func write(_ value: Int, _ count: Int) {
    for bit in 0..<count {
      if used == 8 {
        bytes.append(0)
        used = 0
      }
      bytes[bytes.count - 1] |= UInt8(value >> bit & 1) << UInt8(used)
      used += 1
    }
  }

  /// A prefix code, its highest bit first.
  mutating func writeCode(_ code: Int, _ count: Int) {
    for bit in stride(from: count - 1, through: 0, by: -1) { write(code >> bit, 1) }
  }

  /// Leaves the rest of a byte begun as it is.
  mutating func alignToByte() { used = 8 }

  /// A literal or length, 0...287, in the code of blocks of type 1 (RFC 1951, section 3.2.6).
  mutating func writeFixed(_ symbol: Int) {
    switch symbol {
    case ..<144: writeCode(0x30 + symbol, 8)
    case ..<256: writeCode(0x190 + symbol - 144, 9)
    case ..<280: writeCode(symbol - 256, 7)
    default: writeCode(0xC0 + symbol - 280, 8)
    }
  }

  /// A stored block of bytes.
  mutating func writeStored(_ contents: [UInt8], isLast: Bool) {
    write(isLast ? 1 : 0, 3)
    alignToByte()
    write(contents.count, 16)
    write(contents.count ^ 0xFFFF, 16)
    for byte in contents { write(Int(byte), 8) }
  }

  /// The head of a block of type 2 with codes of these lengths (RFC 1951, section 3.2.7).
  ///
  /// - Parameter literals, distances: 257 to 288 and 1 to 32 lengths of 0 to 15.
  mutating func writeCodes(_ literals: [Int], _ distances: [Int], isLast: Bool) {
    write(isLast ? 1 : 0, 1)
    write(2, 2)
    write(literals.count - 257, 5)
    write(distances.count - 1, 5)
    write(15, 4)
    // Thirteen symbols have codes of four bits, six of five.
    for symbol in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] {
      write(symbol < 13 ? 4 : 5, 3)
    }
    for length in literals + distances {
      if length < 13 { writeCode(length, 4) } else { writeCode(26 + length - 13, 5) }
    }
  }
}

/// Codes by their lengths, as the decoder makes them (RFC 1951, section 3.2.2).
struct CanonicalCode {
  let lengths: [Int]
  private let codes: [Int]

  init(_ lengths: [Int]) {
    self.lengths = lengths
    var codes = [Int](repeating: 0, count: lengths.count)
    var code = 0
    for length in 1...15 {
      for symbol in lengths.indices where lengths[symbol] == length {
        codes[symbol] = code
        code += 1
      }
      code <<= 1
    }
    self.codes = codes
  }

  func write(_ symbol: Int, to bits: inout BitWriter) {
    bits.writeCode(codes[symbol], lengths[symbol])
  }

  /// Lengths of a complete code for some of `count` symbols, among them those in `needed`.
  static func random(_ count: Int, needed: [Int], _ random: inout Random) -> [Int] {
    // Leaves of a tree that grows by splitting one of them.
    var leaves = [0]
    let wanted = max(2, needed.count + random.next(count - needed.count + 1))
    while leaves.count < wanted {
      let leaf = random.next(leaves.count)
      guard leaves[leaf] < 15 else { continue }
      leaves[leaf] += 1
      leaves.append(leaves[leaf])
    }
    var symbols = Array(0..<count)
    for index in symbols.indices { symbols.swapAt(index, random.next(count)) }
    let chosen = needed + symbols.filter { !needed.contains($0) }
    var lengths = [Int](repeating: 0, count: count)
    for (symbol, leaf) in zip(chosen, leaves) { lengths[symbol] = leaf }
    return lengths
  }
}
