/// Blocks of LZ4: literals, then a copy from at most 65,535 bytes before, again and again; the last
/// literals have no copy (lz4_Block_format.md).
enum LZ4BlockDecoder {
  /// Appends what a block holds; copies may reach back to the output's `frameStart`.
  ///
  /// - Throws: `CodecError` when the block is damaged or holds more than there is room for.
  static func decode(
    _ block: InputReader, to output: inout BlockOutput
  ) throws(CodecError) {
    guard let source = unsafe block.rest.baseAddress, block.count > 0 else { throw damaged }
    let end = block.count
    // Locals, so that they live in registers: stores through `target` could alias the fields.
    let target = unsafe output.target
    let size = output.size
    let frameStart = output.frameStart
    var written = output.written
    var position = 0
    while true {
      guard position < end else { throw damaged }
      let token = unsafe Int(source.load(fromByteOffset: position, as: UInt8.self))
      position &+= 1
      var literals = token &>> 4
      if literals == 15 { try unsafe extend(&literals, source, &position, end) }
      guard literals <= end &- position, literals <= size &- written else { throw damaged }
      // SAFETY: both parts lie within their buffers; the wide copy needs `slack` bytes behind, which the
      // output always has.
      if end &- position &- literals >= WideCopy.slack {
        unsafe WideCopy.copy(source + position, to: target + written, count: literals)
      } else {
        unsafe (target + written).copyMemory(from: source + position, byteCount: literals)
      }
      position &+= literals
      written &+= literals
      if position == end { break }

      guard end &- position >= 2 else { throw damaged }
      let offset = unsafe Int(
        UInt16(littleEndian: source.loadUnaligned(fromByteOffset: position, as: UInt16.self)))
      position &+= 2
      var length = token & 15
      if length == 15 { try unsafe extend(&length, source, &position, end) }
      length &+= 4
      guard offset > 0, offset <= written &- frameStart, length <= size &- written else {
        throw damaged
      }
      // SAFETY: the copy begins behind `frameStart` and ends within `size`, with `slack` behind it.
      unsafe WideCopy.repeatBytes(before: target + written, offset: offset, count: length)
      written &+= length
    }
    output.written = written
  }

  private static let damaged = CodecError("a block is damaged")

  /// Adds the bytes of a long length, of which all but the last are 255.
  ///
  /// SAFETY: `source` has `end` bytes.
  @inline(__always)
  private static func extend(
    _ length: inout Int, _ source: UnsafeRawPointer, _ position: inout Int, _ end: Int
  ) throws(CodecError) {
    var byte = 255
    while byte == 255 {
      guard position < end else { throw damaged }
      byte = unsafe Int(source.load(fromByteOffset: position, as: UInt8.self))
      position &+= 1
      length &+= byte
    }
  }
}
