/// The padding of SHA-1 and SHA-2: a one bit, zeros, and the length in bits.
enum BlockPadding {
  static func padded(_ message: ArraySlice<UInt8>, block: Int, lengthSize: Int) -> [UInt8] {
    var bytes = Array(message)
    bytes.append(0x80)
    while bytes.count % block != block - lengthSize { bytes.append(0) }
    let bits = UInt64(message.count) &* 8
    let length = (0..<lengthSize).map { position in
      position < 8 ? UInt8(truncatingIfNeeded: bits >> UInt64(8 * position)) : 0
    }
    bytes += length.reversed()
    return bytes
  }

  /// A big-endian word of the message.
  @inline(__always)
  static func word<Word: FixedWidthInteger>(_ bytes: [UInt8], _ at: Int) -> Word {
    var value: Word = 0
    for byte in at..<(at + Word.bitWidth / 8) { value = value << 8 | Word(bytes[byte]) }
    return value
  }

  static func bytes<Word: FixedWidthInteger>(_ words: [Word]) -> [UInt8] {
    words.flatMap { word in
      stride(from: Word.bitWidth - 8, through: 0, by: -8).map {
        UInt8(truncatingIfNeeded: word >> Word($0))
      }
    }
  }
}
