import Compression
import Files

/// Files that hold deletion vectors one after the other.
///
///     version: 1 byte    then for each vector    size: 4 bytes, vector, CRC-32: 4 bytes
///
/// Source: Delta PROTOCOL.md, "Deletion Vector File Storage Format"; numbers are big-endian.
enum DeletionVectorFile {
  /// - Throws: `FileError`; `FormatError` when the file has no whole vector of that size there.
  static func read(_ path: String, at offset: Int64, byteCount: Int) throws -> [UInt8] {
    let file = try MappedFile(path)
    guard file.count > 0, file.copy(0..<1) == [1] else {
      throw FormatError(path, "not supported: expected deletion vectors of version 1")
    }
    guard offset <= file.count, byteCount <= file.count - Int(offset) - 8 else {
      throw FormatError(
        path, at: "byte \(offset)",
        "expected a deletion vector of \(byteCount) bytes, but the file has only \(file.count)")
    }
    let start = Int(offset)
    let size = number(file.copy(start..<start + 4))
    guard size == byteCount else {
      throw FormatError(
        path, at: "byte \(offset)",
        "expected a deletion vector of \(byteCount) bytes as the log says, found one of \(size)")
    }
    let place = start + 4..<start + 4 + byteCount
    let stated = number(file.copy(start + 4 + byteCount..<start + 8 + byteCount))
    guard file.withBytes({ Int(Checksum.crc32($0.extracting(place))) }) == stated else {
      throw FormatError(
        path, at: "byte \(offset)", "the deletion vector is damaged: its checksum does not match")
    }
    return file.copy(place)
  }

  private static func number(_ bytes: [UInt8]) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}
