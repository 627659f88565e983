import CZlib

/// Checksums of bytes that lie in memory.
package enum Checksum {
  /// The CRC-32 of gzip, zip and Parquet pages.
  ///
  /// Source: RFC 1952, section 8.
  ///
  /// - Complexity: O(`bytes.byteCount`)
  package static func crc32(_ bytes: RawSpan) -> UInt32 {
    var sum = CRC32()
    // SAFETY: the pointer is not kept.
    unsafe bytes.withUnsafeBytes { unsafe sum.update(InputReader($0)) }
    return sum.value
  }

  /// The same of an array.
  package static func crc32(_ bytes: [UInt8]) -> UInt32 { unsafe crc32(bytes.span.bytes) }
}

/// The CRC-32 of bytes that arrive in parts.
struct CRC32 {
  private(set) var value: UInt32 = 0

  mutating func update(_ bytes: InputReader) {
    let bytes = unsafe bytes.rest
    guard let base = bytes.baseAddress else { return }
    if bytes.count >= Self.leastFolded {
      value = unsafe Self.folded(base, count: bytes.count, after: value)
      return
    }
    // SAFETY: zlib reads exactly these bytes.
    value = unsafe UInt32(
      crc32_z(UInt(value), base.assumingMemoryBound(to: UInt8.self), bytes.count))
  }

  /// The bytes of an array from `start` to its end.
  mutating func update(_ bytes: [UInt8], from start: Int) {
    guard start < bytes.count else { return }
    // SAFETY: the pointer is not kept.
    unsafe bytes[start...].withUnsafeBytes { unsafe update(InputReader($0)) }
  }
}

/// The Adler-32 of bytes that arrive in parts (RFC 1950, section 8.2).
struct Adler32 {
  private(set) var value: UInt32 = 1

  mutating func update(_ bytes: InputReader) {
    let bytes = unsafe bytes.rest
    guard let base = bytes.baseAddress else { return }
    // SAFETY: zlib reads exactly these bytes.
    value = unsafe UInt32(
      adler32_z(UInt(value), base.assumingMemoryBound(to: UInt8.self), bytes.count))
  }
}
