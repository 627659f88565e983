extension Gzip {
  /// Inflates members that follow each other to a size that is known, straight to where they stay.
  ///
  /// The zlib wrapping is understood as well, which some writers store for gzip. Memory: `size` bytes
  /// and a copy of `members`. A larger size than deflate can give is refused before anything is allocated.
  ///
  /// - Throws: `CodecError` unless the members are valid and hold `size` bytes; zeros may follow.
  package static func decompress(
    _ members: RawSpan, size: Int
  ) throws(CodecError) -> [UInt8] {
    guard (0...maximumSize).contains(size), size / largestRatio <= members.byteCount else {
      throw CodecError("\(members.byteCount) bytes cannot hold \(size)")
    }
    return try BlockOutput.fill(members, size: size, slack: DeflateDecoder.slack) {
      (input, output) throws(CodecError) in
      var padded = PaddedInput(try input.take(input.left))
      repeat {
        var member = MemberDecoder(padded.nextByte == 0x1F ? .gzip : .zlib)
        output.frameStart = output.written
        guard try member.decode(&padded, to: &output) == .hasEnded, output.written <= size
        else { throw BlockOutput.tooLarge }
      } while !padded.skipZeros()
    }
  }

  /// What one call of `decompress` may give, whatever the members say: 1 GiB.
  package static let maximumSize = 1 << 30

  /// Two bits stand for 258 bytes at most.
  private static let largestRatio = 1032
}
