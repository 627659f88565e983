/// Hashes of raw fields.
enum CSVHash {
  /// Multiply and fold, sixteen bytes at a time; eight more bytes must follow.
  @inline(__always)
  static func hash(_ bytes: Span<UInt8>, _ start: Int, _ length: Int) -> UInt32 {
    var state = UInt64(truncatingIfNeeded: length) &* 0x9E37_79B9_7F4A_7C15
    var at = start
    var rest = length
    if rest >= 2 &* ByteBlock.size {
      // Long text goes by the block; the rotation makes the order of the blocks count.
      var blocks = SIMD8<UInt64>(repeating: state)
      while rest >= ByteBlock.size {
        blocks = (blocks &<< 5 | blocks &>> 59) ^ bytes.block(at: at).words
        at &+= ByteBlock.size
        rest &-= ByteBlock.size
      }
      for word in 0..<4 { state = Bytewise.mix(blocks[2 &* word], blocks[2 &* word &+ 1] ^ state) }
    }
    while rest > 16 {
      state = Bytewise.mix(bytes.word(at: at), bytes.word(at: at &+ 8) ^ state)
      at &+= 16
      rest &-= 16
    }
    if rest > 8 {
      // The last eight may have been seen in part.
      state = Bytewise.mix(bytes.word(at: at), bytes.word(at: at &+ rest &- 8) ^ state)
    } else if rest > 0 {
      let shift = UInt64(truncatingIfNeeded: 64 &- 8 &* rest)
      state = Bytewise.mix(bytes.word(at: at) << shift, state)
    }
    return UInt32(truncatingIfNeeded: state ^ (state >> 32))
  }
}
