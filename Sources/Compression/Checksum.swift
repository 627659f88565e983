extension Gzip {
  /// The CRC-32 of some bytes, as gzip, zip and the pages of Parquet have it.
  package static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum = CRC32()
    sum.update(bytes, from: 0)
    return sum.value
  }
}
