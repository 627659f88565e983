/// Snappy's raw block format, as Parquet pages have it.
///
/// Source: github.com/google/snappy, format_description.txt.
package enum Snappy {
  /// Inflates one block.
  ///
  /// - Returns: nil unless the block is valid and holds exactly `size` bytes.
  package static func decompress(_ block: RawSpan, size: Int) -> [UInt8]? {
    // Three bytes stand for 64 at most, so a larger size is a lie; do not allocate for it.
    guard size >= 0, size / 22 <= block.byteCount else { return nil }
    var isValid = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size + SnappyInflater.slack) {
      buffer, initialized in
      unsafe block.withUnsafeBytes { source in
        if let target = buffer.baseAddress {
          // SAFETY: the array has `slack` bytes more than `size`, as SnappyInflater asks.
          var inflater = unsafe SnappyInflater(source: source, target: target, size: size)
          isValid = unsafe inflater.run()
        }
      }
      initialized = isValid ? size : 0
    }
    return isValid ? bytes : nil
  }

  /// Inflates one block.
  ///
  /// - Returns: nil unless the block is valid and holds exactly `size` bytes.
  package static func decompress(_ block: [UInt8], size: Int) -> [UInt8]? {
    unsafe decompress(block.span.bytes, size: size)
  }

  /// Deflates bytes to one block.
  ///
  /// - Precondition: fewer than 2^32 bytes.
  /// - Complexity: O(`bytes.count`), memory for the block at its largest.
  package static func compress(_ bytes: [UInt8]) -> [UInt8] {
    precondition(bytes.count <= Int(UInt32.max), "a Snappy block holds fewer than 2^32 bytes")
    let capacity = 32 + bytes.count + bytes.count / 6
    return unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initialized in
      unsafe bytes.withUnsafeBytes { source in
        guard let target = buffer.baseAddress else { return }
        // SAFETY: `capacity` is MaxCompressedLength of the reference implementation.
        var deflater = unsafe SnappyDeflater(source: source, target: target)
        unsafe deflater.run()
        unsafe initialized = deflater.written
      }
    }
  }
}
