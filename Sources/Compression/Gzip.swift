import Files

/// Gzip (RFC 1952) over whole arrays; ``GzipSource`` and ``GzipWriter`` are for streams.
package enum Gzip {
  /// All members of a gzip file, one after the other.
  ///
  /// - Throws: `FormatError` when damaged or cut short, also when the result would be
  ///   larger than `limit` bytes.
  package static func inflate(
    _ bytes: [UInt8], limit: Int, name: String = "gzip data"
  ) throws -> [UInt8] {
    try inflateAll(GzipSource(MemorySource(bytes, name: name)), limit: limit)
  }

  /// One member, the same bytes each time for the same input: no name, no time.
  ///
  /// - Precondition: `level` lies in 0...9.
  package static func compress(_ bytes: [UInt8], level: Int = 6) -> [UInt8] {
    Zlib.deflate(bytes, format: .gzip, level: level)
  }
}

/// Deflated data in any of its wrappings, over whole arrays.
package enum Zlib {
  /// - Throws: `FormatError` when damaged or cut short, also when the result would be
  ///   larger than `limit` bytes.
  package static func inflate(
    _ bytes: [UInt8], format: DeflateFormat, limit: Int, name: String = "deflated data"
  ) throws -> [UInt8] {
    try inflateAll(
      GzipSource(MemorySource(bytes, name: name), format: format), limit: limit)
  }

  /// - Precondition: `level` lies in 0...9.
  package static func deflate(
    _ bytes: [UInt8], format: DeflateFormat, level: Int = 6
  ) -> [UInt8] {
    var output: [UInt8] = []
    do {
      try Deflater(format, level: level).deflate(bytes, finishing: true, into: &output)
    } catch {
      preconditionFailure("zlib refused its own parameters: \(error.reason)")
    }
    return output
  }
}

/// Reads with steps that never pass the limit by more than a byte, however small the input was.
private func inflateAll(_ source: GzipSource, limit: Int) throws -> [UInt8] {
  var bytes: [UInt8] = []
  while true {
    let room = min(1 << 20, limit - bytes.count + 1)
    if try source.read(into: &bytes, limit: room) == 0 { return bytes }
    if bytes.count > limit {
      throw FormatError(
        source.name, "unpacks to more than the \(limit) bytes allowed here")
    }
  }
}
