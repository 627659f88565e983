/// Snappy's raw block format, as Parquet pages have it.
///
/// Source: github.com/google/snappy, format_description.txt.
package enum Snappy {
  /// Inflates one block.
  ///
  /// - Returns: nil unless the block is valid and holds exactly `size` bytes.
  package static func decompress(_ block: RawSpan, size: Int) -> [UInt8]? {
    preconditionFailure("not built yet")
  }

  /// Deflates bytes to one block.
  package static func compress(_ bytes: [UInt8]) -> [UInt8] {
    preconditionFailure("not built yet")
  }
}
