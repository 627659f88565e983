/// Literals from one or four streams of Huffman codes (RFC 8878, sections 3.1.1.3.1 and 4.2.2).
enum HuffmanDecoder {
  /// Decodes `count` literals to `target`.
  ///
  /// SAFETY: `target` has room for `count` bytes.
  ///
  /// - Throws: `CodecError` unless the streams give just as many.
  static func decode(
    _ bytes: InputReader, streams: Int, _ table: HuffmanTable,
    to target: UnsafeMutablePointer<UInt8>, count: Int
  ) throws(CodecError) {
    let entries = table.entries.span
    guard streams == 4 else {
      var bits = try BackwardBits(bytes)
      return try unsafe finish(&bits, entries, target, from: 0, to: count)
    }
    // Three sizes, then the streams; each gives a quarter, rounded up, and the last one the rest.
    var input = bytes
    let sizes = (try input.number(2), try input.number(2), try input.number(2))
    let quarter = (count + 3) / 4
    guard 3 * quarter <= count else { throw damaged }
    var four = try unsafe FourStreams(
      input.take(sizes.0), input.take(sizes.1), input.take(sizes.2), input.take(input.left))
    let decoded = unsafe four.decode(entries, target, quarter: quarter, last: count - 3 * quarter)
    for stream in 0..<4 {
      let start = stream * quarter
      var bits = unsafe four.bits[stream]
      try unsafe finish(
        &bits, entries, target, from: start + decoded,
        to: stream == 3 ? count : start + quarter)
    }
  }

  fileprivate static let damaged = CodecError("a stream of Huffman codes is damaged")

  /// Decodes what is left of one stream, code by code.
  ///
  /// SAFETY: `target` has room up to `end`.
  private static func finish(
    _ bits: inout BackwardBits, _ entries: Span<UInt16>, _ target: UnsafeMutablePointer<UInt8>,
    from start: Int, to end: Int
  ) throws(CodecError) {
    var position = start
    while position < end {
      bits.refill()
      guard !bits.isOverrun else { throw damaged }
      // Five codes of 11 bits are there after a refill; near the front, what is too much is seen above.
      for _ in 0..<min(5, end - position) {
        let entry = entries[bits.peek(HuffmanTable.width)]
        bits.skip(Int(entry & 0xFF))
        unsafe target[position] = UInt8(truncatingIfNeeded: entry >> 8)
        position &+= 1
      }
    }
    guard bits.isFinished else { throw damaged }
  }
}

/// Four streams decoded side by side, so that the processor has four chains to work on.
@unsafe
private struct FourStreams {
  private(set) var bits: [BackwardBits]
  private let bases: [4 of UnsafeRawPointer?]
  private let sizes: [4 of Int]

  /// SAFETY: the streams must outlive the value.
  init(
    _ first: InputReader, _ second: InputReader, _ third: InputReader, _ fourth: InputReader
  ) throws(CodecError) {
    unsafe bases = [
      first.rest.baseAddress, second.rest.baseAddress, third.rest.baseAddress,
      fourth.rest.baseAddress,
    ]
    unsafe sizes = [first.count, second.count, third.count, fourth.count]
    unsafe bits = [
      try BackwardBits(first), try BackwardBits(second), try BackwardBits(third),
      try BackwardBits(fourth),
    ]
  }

  /// Decodes a number of codes from each stream while all have enough, and returns that number.
  ///
  /// A word holds the bits to come at its top and a single one below them, whose place tells how many
  /// were taken since the word was loaded: five codes of 11 bits fit after a load.
  ///
  /// SAFETY: `target` has room for `3 * quarter + last` bytes.
  mutating func decode(
    _ entries: Span<UInt16>, _ target: UnsafeMutablePointer<UInt8>, quarter: Int, last: Int
  ) -> Int {
    guard let base0 = unsafe bases[0], let base1 = unsafe bases[1], let base2 = unsafe bases[2],
      let base3 = unsafe bases[3]
    else { return 0 }
    for stream in 0..<4 { guard unsafe sizes[stream] >= 8 else { return 0 } }
    var offset0 = unsafe bits[0].offset
    var offset1 = unsafe bits[1].offset
    var offset2 = unsafe bits[2].offset
    var offset3 = unsafe bits[3].offset
    var word0 = unsafe (bits[0].container | 1) << UInt64(bits[0].consumed)
    var word1 = unsafe (bits[1].container | 1) << UInt64(bits[1].consumed)
    var word2 = unsafe (bits[2].container | 1) << UInt64(bits[2].consumed)
    var word3 = unsafe (bits[3].container | 1) << UInt64(bits[3].consumed)
    let target1 = unsafe target + quarter
    let target2 = unsafe target1 + quarter
    let target3 = unsafe target2 + quarter
    var position = 0
    while true {
      // A load moves at most 7 bytes towards the front.
      let steps = min(
        (min(quarter, last) &- position) / 5,
        min(min(offset0, offset1), min(offset2, offset3)) / 7)
      guard steps > 0 else { break }
      for _ in 0..<steps {
        for index in 0..<5 {
          // SAFETY: the top 11 bits are below the 2048 entries; `steps` keeps five bytes per stream.
          let at = position &+ index
          unsafe target[at] = Self.next(&word0, entries)
          unsafe target1[at] = Self.next(&word1, entries)
          unsafe target2[at] = Self.next(&word2, entries)
          unsafe target3[at] = Self.next(&word3, entries)
        }
        position &+= 5
        unsafe Self.load(&word0, base0, &offset0)
        unsafe Self.load(&word1, base1, &offset1)
        unsafe Self.load(&word2, base2, &offset2)
        unsafe Self.load(&word3, base3, &offset3)
      }
    }
    unsafe bits = [
      BackwardBits(base0, offset: offset0, consumed: word0.trailingZeroBitCount),
      BackwardBits(base1, offset: offset1, consumed: word1.trailingZeroBitCount),
      BackwardBits(base2, offset: offset2, consumed: word2.trailingZeroBitCount),
      BackwardBits(base3, offset: offset3, consumed: word3.trailingZeroBitCount),
    ]
    return position
  }

  @inline(__always)
  private static func next(_ word: inout UInt64, _ entries: Span<UInt16>) -> UInt8 {
    let entry = unsafe entries[unchecked: Int(truncatingIfNeeded: word &>> 53)]
    word = word &<< UInt64(entry & 0xFF)
    return UInt8(truncatingIfNeeded: entry &>> 8)
  }

  /// SAFETY: `offset` is at least 7, and eight bytes lie behind it.
  @inline(__always)
  private static func load(
    _ word: inout UInt64, _ base: UnsafeRawPointer, _ offset: inout Int
  ) {
    let taken = word.trailingZeroBitCount
    offset &-= taken &>> 3
    let bytes = unsafe UInt64(
      littleEndian: (base + offset).loadUnaligned(as: UInt64.self))
    word = (bytes | 1) &<< UInt64(taken & 7)
  }
}
