package import Files

/// Files that may be compressed, whatever their name says.
package enum PackedFile {
  /// The contents of a file: inflated when its first bytes are those of gzip, the single file inside when
  /// they are those of zip, else as they are.
  ///
  /// - Throws: `FileError` when the file cannot be opened, `FormatError` for a zip that is damaged or has
  ///   none or several files.
  package static func open(_ path: String) throws -> any ByteSource {
    let file = try FileSource(path)
    var start: [UInt8] = []
    while start.count < 4, try file.read(into: &start, limit: 4 - start.count) > 0 {}
    if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) || start.starts(with: [0x50, 0x4B, 0x05, 0x06])
    {
      return InflationLimit(try singleFile(ZipArchive(path)), packedSize: file.size)
    }
    let whole = PrefixedSource(start, file)
    guard start.starts(with: [0x1F, 0x8B]) else { return whole }
    return InflationLimit(GzipSource(whole), packedSize: file.size)
  }

  /// A source that may be gzip: inflated when its first bytes are those of gzip, else as it is.
  ///
  /// - Throws: what the source throws.
  package static func inflatingIfPacked(_ source: any ByteSource) throws -> any ByteSource {
    var start: [UInt8] = []
    while start.count < 2, try source.read(into: &start, limit: 2 - start.count) > 0 {}
    let whole = PrefixedSource(start, source)
    return start.starts(with: [0x1F, 0x8B]) ? GzipSource(whole) : whole
  }

  private static func singleFile(_ archive: ZipArchive) throws -> any ByteSource {
    let files = archive.entries.filter { !$0.isDirectory }
    guard files.count == 1 else {
      let names = files.prefix(3).map { "'\($0.name)'" }.joined(separator: ", ")
      throw FormatError(
        archive.path,
        files.isEmpty
          ? "is a zip archive without a file in it"
          : "is a zip archive with \(files.count) files (\(names)…), expected one: unpack it first")
    }
    return try archive.source(files[0])
  }
}

/// Bytes already taken from a source, then the rest of it.
package final class PrefixedSource: ByteSource {
  package let name: String
  private var prefix: [UInt8]
  private let rest: any ByteSource

  package init(_ prefix: [UInt8], _ rest: any ByteSource) {
    self.prefix = prefix
    self.rest = rest
    name = rest.name
  }

  package func read(into buffer: inout [UInt8], limit: Int) throws -> Int {
    if prefix.isEmpty { return try rest.read(into: &buffer, limit: limit) }
    let count = min(limit, prefix.count)
    buffer += prefix.prefix(count)
    prefix.removeFirst(count)
    return count
  }
}
