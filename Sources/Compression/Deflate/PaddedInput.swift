import Files

/// Compressed bytes that are in memory, with room behind them to read too far, and the next bit.
@safe
struct PaddedInput {
  /// The bytes, then `DeflateBits.padding` zeros.
  private var bytes: [UInt8]
  /// The place of the next bit.
  private var bit = 0
  /// Whether no more bytes will come.
  private(set) var isAtEnd: Bool

  /// Nothing yet.
  init() {
    bytes = [UInt8](repeating: 0, count: DeflateBits.padding)
    isAtEnd = false
  }

  /// All that there is.
  init(_ whole: InputReader) {
    bytes = []
    bytes.reserveCapacity(whole.left + DeflateBits.padding)
    // SAFETY: the bytes are copied while whoever made the reader keeps them.
    unsafe bytes.append(contentsOf: whole.rest)
    bytes.append(contentsOf: repeatElement(0, count: DeflateBits.padding))
    isAtEnd = true
  }

  private var end: Int { bytes.count - DeflateBits.padding }

  /// How many bytes have not been used at all.
  var left: Int { end - (bit + 7) / 8 }

  /// The next whole byte, nil where there is none.
  var nextByte: UInt8? { left > 0 ? bytes[end - left] : nil }

  /// Skips zeros; returns whether nothing else was left.
  mutating func skipZeros() -> Bool {
    guard bytes[(end - left)...].allSatisfy({ $0 == 0 }) else { return false }
    bit = end * 8
    return true
  }

  /// Adds up to `limit` bytes of a source behind those that are left, and returns how many.
  ///
  /// - Throws: what the source throws.
  mutating func refill(from source: any ByteSource, limit: Int) throws -> Int {
    bytes.removeLast(DeflateBits.padding)
    bytes.removeFirst(bit >> 3)
    bit &= 7
    defer { bytes.append(contentsOf: repeatElement(0, count: DeflateBits.padding)) }
    let count = try source.read(into: &bytes, limit: limit)
    if count == 0 { isAtEnd = true }
    return count
  }

  /// Reads bits from where it stands, and goes on behind what was read.
  mutating func withBits<Result>(
    _ body: (inout DeflateBits) throws(CodecError) -> Result
  ) throws(CodecError) -> Result {
    // SAFETY: the padding lies behind `end`; neither pointer nor bits leave the closure.
    let end = end
    var bit = bit
    defer { self.bit = min(bit, end * 8) }
    return unsafe try bytes.withUnsafeBufferPointer { bytes throws(CodecError) in
      var bits = unsafe DeflateBits(
        UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped), count: end, bit: bit)
      defer { bit = bits.bit }
      return try body(&bits)
    }
  }

  /// Reads whole bytes, first dropping what is left of one begun, and goes on behind them.
  mutating func withBytes<Result>(
    _ body: (inout InputReader) throws(CodecError) -> Result
  ) throws(CodecError) -> Result {
    // SAFETY: the bytes are there; neither pointer nor reader leave the closure.
    let end = end
    let start = end - left
    var position = start
    defer { bit = position * 8 }
    return unsafe try bytes.withUnsafeBufferPointer { bytes throws(CodecError) in
      var input = unsafe InputReader(
        UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[start..<end])))
      defer { position = start + input.position }
      return try body(&input)
    }
  }
}
