/// The three wrappings of the same compressed data (RFC 1951, 1950 and 1952).
package enum DeflateFormat: Sendable {
  /// Bare deflate, as zip entries have it: no checksum.
  case raw
  /// Two bytes of header and an Adler-32.
  case zlib
  /// A header that may carry a name, a CRC-32 and the length.
  case gzip
}
