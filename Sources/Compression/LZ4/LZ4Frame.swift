/// LZ4's frames, with checksums of header, blocks and contents verified where they are
/// (lz4_Frame_format.md).
enum LZ4Frame {
  private static let magic = 0x184D_2204

  /// Appends what all frames hold; skippable ones are skipped.
  ///
  /// - Throws: `CodecError` when a frame is damaged, needs a dictionary, or there is none at all.
  static func decodeAll(
    _ input: inout InputReader, _ output: inout BlockOutput
  ) throws(CodecError) {
    repeat {
      let magic = try input.number(4)
      if magic & ~15 == 0x184D_2A50 {
        try input.skip(input.number(4))
      } else if magic == Self.magic {
        try decode(&input, &output)
      } else {
        throw CodecError("a frame does not begin as LZ4 does")
      }
    } while input.left > 0
  }

  private static func decode(
    _ input: inout InputReader, _ output: inout BlockOutput
  ) throws(CodecError) {
    var header = input
    let flags = try input.number(1)
    let sizes = try input.number(1)
    guard flags >> 6 == 1, flags & 0x02 == 0, sizes & 0x8F == 0, sizes >> 4 >= 4 else {
      throw CodecError("a frame's header has reserved bits set")
    }
    let blockLimit = 1 << (8 + 2 * (sizes >> 4))
    let contentSize = flags & 0x08 != 0 ? try input.number(8) : nil
    if flags & 0x01 != 0 {
      throw CodecError(
        unsupported: "LZ4 with dictionary \(try input.number(4)); frames without one are")
    }
    let described = try header.take(input.position - header.position)
    let sum = XXHash32.hash(described) >> 8 & 255
    guard try input.number(1) == sum else { throw checksum }
    let start = output.written
    while true {
      let word = try input.number(4)
      guard word != 0 else { break }
      let bytes = try input.take(word & 0x7FFF_FFFF)
      let before = output.written
      // Blocks of a linked frame may copy from those before; others begin anew.
      output.frameStart = flags & 0x20 == 0 ? start : before
      if word >> 31 != 0 {
        try output.append(bytes)
      } else {
        try LZ4BlockDecoder.decode(bytes, to: &output)
      }
      guard output.written - before <= blockLimit else {
        throw CodecError("a block is larger than its frame allows")
      }
      if flags & 0x10 != 0 { try verify(bytes, &input) }
    }
    output.frameStart = start
    if let contentSize, contentSize != output.written - start {
      throw CodecError("a frame holds \(output.written - start) bytes, not \(contentSize)")
    }
    if flags & 0x04 != 0 { try verify(output.frameBytes, &input) }
  }

  private static func verify(
    _ bytes: InputReader, _ input: inout InputReader
  ) throws(CodecError) {
    let sum = Int(XXHash32.hash(bytes))
    guard try input.number(4) == sum else { throw checksum }
  }

  private static let checksum = CodecError("a checksum of a frame is wrong")
}
