import CZlib

/// Checksums of bytes that lie in memory.
package enum Checksum {
  /// The CRC-32 of gzip, zip and Parquet pages.
  ///
  /// Source: RFC 1952, section 8.
  ///
  /// - Complexity: O(`bytes.byteCount`)
  package static func crc32(_ bytes: RawSpan) -> UInt32 {
    // SAFETY: zlib reads exactly the bytes of the span.
    unsafe bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return 0 }
      return unsafe UInt32(
        crc32_z(0, base.assumingMemoryBound(to: UInt8.self), bytes.count))
    }
  }

  /// The same of an array.
  package static func crc32(_ bytes: [UInt8]) -> UInt32 { unsafe crc32(bytes.span.bytes) }
}
