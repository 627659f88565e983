extension BlockOutput {
  /// Decodes the sequences of a block and carries them out: literals, then a copy from what is there
  /// (RFC 8878, sections 3.1.1.3.2 and 3.1.1.4).
  ///
  /// - Parameters:
  ///   - count: how many sequences there are, at least one.
  ///   - literals: with `WideCopy.slack` readable bytes behind.
  ///   - limit: what `written` may become, at most `size`.
  /// - Throws: `CodecError` when a sequence reaches outside the frame or the limit, or bits are left.
  mutating func execute(
    _ count: Int, _ stream: BackwardBits, _ tables: SequenceTables,
    _ repeats: inout RepeatOffsets, literals: InputReader, limit: Int
  ) throws(CodecError) {
    guard let lengthTable = tables.literalLengths, let offsetTable = tables.offsets,
      let matchTable = tables.matchLengths
    else { throw Self.damaged }
    let lengths = lengthTable.states.span
    let offsets = offsetTable.states.span
    let matches = matchTable.states.span

    // Locals, so that they live in registers: stores through `target` could alias the fields.
    var bits = stream
    let target = unsafe self.target
    let frameStart = self.frameStart
    var written = self.written
    var literal = unsafe literals.rest.baseAddress ?? UnsafeRawPointer(target)
    var literalsLeft = literals.count
    var first = repeats.first
    var second = repeats.second
    var third = repeats.third

    var lengthState = bits.read(lengthTable.accuracy)
    var offsetState = bits.read(offsetTable.accuracy)
    var matchState = bits.read(matchTable.accuracy)
    var left = count
    while true {
      bits.refill()
      let lengthEntry = lengths[lengthState]
      let offsetEntry = offsets[offsetState]
      let matchEntry = matches[matchState]
      // 31 and 16 bits at most; 57 are there.
      var offset = Int(offsetEntry.baseline) &+ bits.read(Int(offsetEntry.extraBits))
      let matchLength = Int(matchEntry.baseline) &+ bits.read(Int(matchEntry.extraBits))
      // 16 more, and 26 for the next states.
      if lengthEntry.extraBits &+ matchEntry.extraBits &+ offsetEntry.extraBits > 31 {
        bits.refill()
      }
      let literalLength = Int(lengthEntry.baseline) &+ bits.read(Int(lengthEntry.extraBits))

      if offset > 3 {
        offset &-= 3
        third = second
        second = first
        first = offset
      } else {
        // Without literals before it, a repeat of the latest offset makes no sense: all move by one.
        let which = literalLength == 0 ? offset &+ 1 : offset
        switch which {
        case 1: offset = first
        case 2:
          offset = second
          second = first
          first = offset
        default:
          offset = which == 3 ? third : first &- 1
          third = second
          second = first
          first = offset
        }
      }

      guard literalLength <= literalsLeft, literalLength &+ matchLength <= limit &- written,
        offset > 0, offset <= written &+ literalLength &- frameStart
      else { throw Self.damaged }
      // SAFETY: both parts end at or before `limit`, and the copy begins within the frame; up to
      // `slack` bytes may be read behind the literals and written behind `size`.
      unsafe WideCopy.copy(literal, to: target + written, count: literalLength)
      unsafe literal += literalLength
      literalsLeft &-= literalLength
      written &+= literalLength
      unsafe WideCopy.repeatBytes(before: target + written, offset: offset, count: matchLength)
      written &+= matchLength

      left &-= 1
      if left == 0 { break }
      lengthState = Int(lengthEntry.next) &+ bits.read(Int(lengthEntry.nextBits))
      matchState = Int(matchEntry.next) &+ bits.read(Int(matchEntry.nextBits))
      offsetState = Int(offsetEntry.next) &+ bits.read(Int(offsetEntry.nextBits))
    }
    guard bits.isFinished, literalsLeft <= limit - written else { throw Self.damaged }
    unsafe (target + written).copyMemory(from: literal, byteCount: literalsLeft)
    self.written = written + literalsLeft
    repeats = RepeatOffsets(first: first, second: second, third: third)
  }

  private static let damaged = CodecError("the sequences of a block are damaged")
}
