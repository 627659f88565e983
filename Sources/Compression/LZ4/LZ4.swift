/// LZ4, reading only: bare blocks, frames, and the blocks of Hadoop.
///
/// Sources: github.com/lz4/lz4, doc/lz4_Block_format.md and doc/lz4_Frame_format.md; parquet-format,
/// Compression.md, for which of them a codec of Parquet means.
package enum LZ4 {
  /// What one call may give, whatever the data says: 1 GiB.
  package static let maximumSize = 1 << 30

  /// Inflates one bare block, Parquet's LZ4_RAW.
  ///
  /// Memory: `size` bytes. A byte of a block stands for 255 at most, so that a larger size is refused
  /// before anything is allocated.
  ///
  /// - Throws: `CodecError` unless the block is valid and holds `size` bytes.
  package static func decompressBlock(
    _ block: RawSpan, size: Int
  ) throws(CodecError) -> [UInt8] {
    try decompress(block, size: size) { (input, output) throws(CodecError) in
      try LZ4BlockDecoder.decode(input.take(input.left), to: &output)
    }
  }

  /// Inflates what files have whose codec is Parquet's LZ4, which was never specified.
  ///
  /// Parquet's Java writer and newer Arrow store blocks in Hadoop's framing, older Arrow a bare block or
  /// an LZ4 frame; each that is valid and gives just `size` bytes is taken, in this order.
  ///
  /// - Throws: `CodecError` when the bytes are none of these, or do not hold `size` bytes.
  package static func decompressHadoop(
    _ bytes: RawSpan, size: Int
  ) throws(CodecError) -> [UInt8] {
    if let result = try? decompress(bytes, size: size, with: Self.hadoopBlocks) { return result }
    if let result = try? decompress(bytes, size: size, with: LZ4Frame.decodeAll) { return result }
    do throws(CodecError) { return try decompressBlock(bytes, size: size) } catch {
      throw CodecError("neither Hadoop's blocks, nor a frame, nor a bare block hold \(size) bytes")
    }
  }

  /// Inflates frames that follow each other, as the `lz4` program writes them.
  ///
  /// - Throws: `CodecError` unless the frames are valid and hold `size` bytes.
  package static func decompressFrames(
    _ bytes: RawSpan, size: Int
  ) throws(CodecError) -> [UInt8] {
    try decompress(bytes, size: size, with: LZ4Frame.decodeAll)
  }

  /// Groups of blocks, each with the size of what it holds, each block with its own (both big-endian).
  private static func hadoopBlocks(
    _ input: inout InputReader, _ output: inout BlockOutput
  ) throws(CodecError) {
    while input.left > 0 {
      let size = try input.bigEndian32()
      let end = output.written + size
      guard end <= output.size else { throw BlockOutput.tooLarge }
      while output.written < end {
        let block = try input.take(input.bigEndian32())
        let start = output.written
        output.frameStart = start
        try LZ4BlockDecoder.decode(block, to: &output)
        guard output.written > start, output.written <= end else {
          throw CodecError("a block does not hold what its header says")
        }
      }
    }
  }

  /// The largest growth that the format allows: a byte of a match's length adds 255.
  private static let largestRatio = 255

  private static func decompress(
    _ bytes: RawSpan, size: Int,
    with decode: (inout InputReader, inout BlockOutput) throws(CodecError) -> Void
  ) throws(CodecError) -> [UInt8] {
    guard (0...maximumSize).contains(size), size / largestRatio <= bytes.byteCount else {
      throw CodecError("\(bytes.byteCount) bytes cannot hold \(size)")
    }
    return try BlockOutput.fill(bytes, size: size, with: decode)
  }
}
