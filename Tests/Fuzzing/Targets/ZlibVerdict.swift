import CZlib

/// What the system's zlib makes of bare deflated bytes; what follows them it does not look at.
enum ZlibVerdict {
  case contents([UInt8])
  /// Damaged, or without an end.
  case damaged
  case tooLarge

  init(_ bytes: [UInt8], limit: Int) {
    var bytes = bytes
    var contents = [UInt8](repeating: 0, count: limit + 1)
    // Zlib keeps the address of its stream, so that it must not move.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    defer { unsafe stream.deallocate() }
    unsafe inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer { unsafe inflateEnd(stream) }
    // SAFETY: zlib reads the bytes of the one buffer and writes to the other while both are held.
    let status = unsafe bytes.withUnsafeMutableBufferPointer { source in
      unsafe contents.withUnsafeMutableBufferPointer { target in
        unsafe stream.pointee.next_in = source.baseAddress
        unsafe stream.pointee.avail_in = UInt32(source.count)
        unsafe stream.pointee.next_out = target.baseAddress
        unsafe stream.pointee.avail_out = UInt32(target.count)
        return unsafe inflate(stream, Z_FINISH)
      }
    }
    let count = Int(unsafe stream.pointee.total_out)
    if count > limit {
      self = .tooLarge
    } else if status == Z_STREAM_END {
      self = .contents(Array(contents[..<count]))
    } else {
      self = .damaged
    }
  }
}
