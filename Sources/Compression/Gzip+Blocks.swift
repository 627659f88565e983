import CZlib

extension Gzip {
  /// Inflates members that follow each other to a size that is known, straight to where they stay.
  ///
  /// The zlib wrapping is understood as well, which some writers store for gzip. Memory: `size` bytes
  /// and zlib's window. A larger size than deflate can give is refused before anything is allocated.
  ///
  /// - Throws: `CodecError` unless the members are valid and hold `size` bytes; zeros may follow.
  package static func decompress(
    _ members: RawSpan, size: Int
  ) throws(CodecError) -> [UInt8] {
    guard (0...maximumSize).contains(size), size / largestRatio <= members.byteCount else {
      throw CodecError("\(members.byteCount) bytes cannot hold \(size)")
    }
    return try BlockOutput.fill(members, size: size) { (input, output) throws(CodecError) in
      let inflater = try BlockInflater()
      repeat {
        try inflater.inflateMember(&input, &output)
      } while unsafe input.rest.contains { $0 != 0 }
      try input.skip(input.left)
    }
  }

  /// What one call of `decompress` may give, whatever the members say: 1 GiB.
  package static let maximumSize = 1 << 30

  /// Two bits stand for 258 bytes at most.
  private static let largestRatio = 1032
}

/// One stream of zlib that works on whole members.
@safe
private final class BlockInflater {
  // SAFETY: allocated and initialised in `init`, never moved (zlib keeps its address), released once in
  // `deinit` after inflateEnd; its buffer pointers are set only in `inflateMember` and not read elsewhere.
  private let stream: UnsafeMutablePointer<z_stream>

  init() throws(CodecError) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // The largest window, and 32 for either wrapping, whichever is there.
    let status = unsafe inflateInit2_(
      stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw CodecError("zlib cannot start (status \(status))") }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Appends what the next member holds, its checksum verified, and moves `input` behind it.
  func inflateMember(
    _ input: inout InputReader, _ output: inout BlockOutput
  ) throws(CodecError) {
    _ = unsafe inflateReset(stream)
    let rest = unsafe input.rest
    guard let source = rest.baseAddress else { throw CodecError.cutShort }
    let offered = min(rest.count, Int(Int32.max))
    let room = output.size - output.written
    // SAFETY: zlib reads at most `offered` bytes and writes at most `room`; both are there, and zlib does
    // not write through `next_in`.
    unsafe stream.pointee.next_in = UnsafeMutablePointer(
      mutating: source.assumingMemoryBound(to: UInt8.self))
    unsafe stream.pointee.avail_in = UInt32(offered)
    unsafe stream.pointee.next_out =
      (output.target + output.written).assumingMemoryBound(to: UInt8.self)
    unsafe stream.pointee.avail_out = UInt32(room)
    let status = unsafe inflate(stream, Z_FINISH)
    try input.skip(offered - Int(unsafe stream.pointee.avail_in))
    output.written += room - Int(unsafe stream.pointee.avail_out)
    switch status {
    case Z_STREAM_END: return
    case Z_BUF_ERROR, Z_OK: throw input.left == 0 ? CodecError.cutShort : BlockOutput.tooLarge
    case Z_NEED_DICT: throw CodecError(unsupported: "deflated data with a preset dictionary")
    default:
      // SAFETY: zlib's messages are static NUL-terminated text.
      let reason = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
      throw CodecError(reason ?? "damaged data (status \(status))")
    }
  }
}
