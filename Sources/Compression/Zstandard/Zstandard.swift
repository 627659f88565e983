/// Zstandard, reading only: frames of every kind except those that need a dictionary.
///
/// Source: RFC 8878, "Zstandard Compression and the application/zstd Media Type".
package enum Zstandard {
  /// What one call may give, whatever the frames say: 1 GiB.
  package static let maximumSize = 1 << 30

  /// Inflates frames that follow each other; skippable ones are skipped, checksums are verified.
  ///
  /// Memory: `size` bytes, at most 128 KiB of literals and 24 KiB of tables. What the headers of all
  /// blocks can give is added up first, so that a small block that claims much is refused before
  /// anything is allocated; what is allocated is touched only as it fills.
  ///
  /// - Throws: `CodecError` unless the frames are valid, need no dictionary and hold `size` bytes.
  /// - Complexity: O(`size` + number of blocks).
  package static func decompress(
    _ frames: RawSpan, size: Int
  ) throws(CodecError) -> [UInt8] {
    guard (0...maximumSize).contains(size) else {
      throw CodecError("\(size) bytes are more than the \(maximumSize) allowed")
    }
    let promised = try sizes(of: frames)
    guard promised.contains(size) else {
      throw CodecError(
        promised.count == 1
          ? "the data holds \(promised.lowerBound) bytes, not \(size)"
          : "the data holds at most \(promised.upperBound) bytes, not \(size)")
    }
    return try BlockOutput.fill(frames, size: size) { (input, output) throws(CodecError) in
      try ZstandardDecoder.decode(&input, to: &output)
    }
  }

  /// Inflates frames that follow each other, as the other form does.
  ///
  /// - Throws: `CodecError` unless the frames are valid, need no dictionary and hold `size` bytes.
  package static func decompress(
    _ frames: [UInt8], size: Int
  ) throws(CodecError) -> [UInt8] {
    try decompress(unsafe frames.span.bytes, size: size)
  }

  /// How many bytes the frames can hold.
  private static func sizes(of frames: RawSpan) throws(CodecError) -> ClosedRange<Int> {
    // SAFETY: the reader does not outlive the call.
    try unsafe frames.withUnsafeBytes { (source) throws(CodecError) in
      try unsafe ZstandardFrame.sizes(in: InputReader(source))
    }
  }
}
