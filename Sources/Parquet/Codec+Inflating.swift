import Compression

extension Codec {
  /// Inflates what one page stores.
  ///
  /// - Throws: `CodecError` unless the bytes are valid, hold `size` bytes and the codec is supported.
  func inflate(_ bytes: RawSpan, size: Int) throws(CodecError) -> [UInt8] {
    switch self {
    case .snappy:
      guard let bytes = Snappy.decompress(bytes, size: size) else {
        throw CodecError("the block is damaged")
      }
      return bytes
    case .gzip: return try Gzip.decompress(bytes, size: size)
    case .zstd: return try Zstandard.decompress(bytes, size: size)
    case .lz4: return try LZ4.decompressHadoop(bytes, size: size)
    case .lz4Raw: return try LZ4.decompressBlock(bytes, size: size)
    case .uncompressed:
      guard bytes.byteCount == size else { throw CodecError("it has \(bytes.byteCount)") }
      // SAFETY: the array is filled before the pointer ends.
      return unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
    case .brotli, .lzo:
      throw CodecError(
        unsupported: "\(name) compression; UNCOMPRESSED, SNAPPY, GZIP, LZ4, LZ4_RAW and ZSTD are")
    }
  }
}
