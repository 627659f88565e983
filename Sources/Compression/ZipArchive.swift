package import Files

/// A zip file: the list of its entries, and each entry as a source of bytes.
///
/// Stored and deflated entries, with zip64 sizes. Nothing the file says of itself is believed: sizes are
/// checked against the bytes that are there, contents against their CRC-32, and names that could leave a
/// folder are refused.
///
/// Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3 (layout) and 4.5.3 (zip64).
package final class ZipArchive {
  /// A file or folder in the archive.
  package struct Entry: Sendable, Equatable {
    /// A relative path with `/`; a folder's ends in one.
    package let name: String
    /// Bytes when unpacked, as the archive claims.
    package let size: Int
    package var isDirectory: Bool { name.hasSuffix("/") }

    fileprivate let isDeflated: Bool
    fileprivate let crc: UInt32
    fileprivate let compressedSize: Int
    fileprivate let headerOffset: Int
  }

  package let path: String
  package let entries: [Entry]
  private let file: MappedFile

  /// - Throws: `FileError` when the file cannot be read, `FormatError` when it is no sound archive.
  package init(_ path: String) throws {
    self.path = path
    file = try MappedFile(path)
    entries = try CentralDirectory(file).entries()
  }

  /// The contents of an entry.
  ///
  /// - Throws: `FormatError` when the entry is not where the archive says; its source throws it when the
  ///   contents are damaged.
  package func source(_ entry: Entry) throws -> any ByteSource {
    let start = try dataStart(entry)
    guard entry.compressedSize <= file.count - start else {
      throw FormatError(
        path, at: "entry '\(entry.name)'",
        "ends in the middle of its data: the download may be incomplete")
    }
    let stored = MappedRange(
      file, start..<(start + entry.compressedSize), name: "\(path) (\(entry.name))")
    return CheckedEntry(
      entry.isDeflated ? GzipSource(stored, format: .raw) : stored, size: entry.size,
      crc: entry.crc)
  }

  /// Where the bytes of an entry begin: behind its local header, whose two lengths may differ from those
  /// of the central directory.
  private func dataStart(_ entry: Entry) throws(FormatError) -> Int {
    let fixedSize = 30
    guard entry.headerOffset <= file.count - fixedSize else { throw misplaced(entry) }
    let header = file.copy(entry.headerOffset..<(entry.headerOffset + fixedSize))
    guard header.uint32(0) == 0x0403_4B50 else { throw misplaced(entry) }
    let start = entry.headerOffset + fixedSize + header.uint16(26) + header.uint16(28)
    guard start <= file.count else { throw misplaced(entry) }
    return start
  }

  private func misplaced(_ entry: Entry) -> FormatError {
    FormatError(
      path, at: "entry '\(entry.name)'", "is not where the archive's directory says it is")
  }
}

/// Reads the list of entries at the end of an archive.
private struct CentralDirectory {
  private let file: MappedFile
  private let name: String
  /// Directories larger than this are refused; it has room for half a million entries.
  private static let sizeLimit = 64 << 20

  init(_ file: MappedFile) {
    self.file = file
    name = file.path
  }

  func entries() throws(FormatError) -> [ZipArchive.Entry] {
    let (range, count) = try location()
    let bytes = file.copy(range)
    var entries: [ZipArchive.Entry] = []
    var position = 0
    while entries.count < count {
      guard position <= bytes.count - 46, bytes.uint32(position) == 0x0201_4B50 else {
        throw FormatError(
          name,
          "the directory of the archive lists \(entries.count) of \(count) entries, then breaks")
      }
      let end =
        position + 46 + bytes.uint16(position + 28) + bytes.uint16(position + 30)
        + bytes.uint16(position + 32)
      guard end <= bytes.count else {
        throw FormatError(name, "an entry of the archive's directory passes its end")
      }
      entries.append(try entry(Array(bytes[position..<end])))
      position = end
    }
    return entries
  }

  private func entry(_ bytes: [UInt8]) throws(FormatError) -> ZipArchive.Entry {
    let nameEnd = 46 + bytes.uint16(28)
    guard let entryName = String(validating: bytes[46..<nameEnd], as: UTF8.self) else {
      throw FormatError(name, "the name of an entry is not UTF-8")
    }
    let place = "entry '\(entryName.prefix(80))'"
    guard ZipName.isSafe(entryName) else {
      throw FormatError(
        name, at: place, "the name is absolute or climbs out of its folder, which is refused")
    }
    let method = bytes.uint16(10)
    guard method == 0 || method == 8 else {
      throw FormatError(
        name, at: place, "is packed with method \(method); stored and deflated are supported")
    }
    guard bytes.uint16(8) & 1 == 0 else {
      throw FormatError(name, at: place, "is encrypted, which is not supported")
    }
    var sizes = [bytes.uint32(24), bytes.uint32(20), bytes.uint32(42)]
    try readZip64(Array(bytes[nameEnd..<(nameEnd + bytes.uint16(30))]), &sizes, place)
    guard sizes.allSatisfy({ $0 <= Int(Int32.max) << 20 }), method == 8 || sizes[0] == sizes[1]
    else { throw FormatError(name, at: place, "the sizes make no sense") }
    return ZipArchive.Entry(
      name: entryName, size: sizes[0], isDeflated: method == 8,
      crc: UInt32(truncatingIfNeeded: bytes.uint32(16)), compressedSize: sizes[1],
      headerOffset: sizes[2])
  }

  /// Replaces the sizes that are marked as too large for 32 bits by those of the zip64 extra field.
  private func readZip64(
    _ extra: [UInt8], _ sizes: inout [Int], _ place: String
  ) throws(FormatError) {
    guard sizes.contains(0xFFFF_FFFF) else { return }
    var position = 0
    while position + 4 <= extra.count {
      let end = position + 4 + extra.uint16(position + 2)
      guard end <= extra.count else { break }
      if extra.uint16(position) == 1 {
        var field = position + 4
        for index in sizes.indices where sizes[index] == 0xFFFF_FFFF {
          guard field + 8 <= end, let size = extra.uint64(field) else { break }
          sizes[index] = size
          field += 8
        }
        return
      }
      position = end
    }
    throw FormatError(name, at: place, "the zip64 sizes are missing")
  }

  /// Where the directory lies and how many entries it has, from the record at the end of the file.
  private func location() throws(FormatError) -> (Range<Int>, count: Int) {
    let tailStart = max(0, file.count - 22 - 65_535)
    let tail = file.copy(tailStart..<file.count)
    guard
      let end = stride(from: tail.count - 22, through: 0, by: -1).first(where: {
        tail.uint32($0) == 0x0605_4B50
      })
    else {
      throw FormatError(
        name, "has no zip directory at its end: the download may be incomplete")
    }
    var count = tail.uint16(end + 10)
    var size = tail.uint32(end + 12)
    var start = tail.uint32(end + 16)
    if count == 0xFFFF || size == 0xFFFF_FFFF || start == 0xFFFF_FFFF {
      (count, size, start) = try zip64Location(locatorAt: tailStart + end - 20)
    }
    guard size <= CentralDirectory.sizeLimit, start <= file.count, size <= file.count - start,
      count <= size / 46
    else { throw FormatError(name, "the zip directory does not lie within the file") }
    return (start..<(start + size), count)
  }

  private func zip64Location(
    locatorAt position: Int
  ) throws(FormatError) -> (count: Int, size: Int, start: Int) {
    let broken = FormatError(name, "the zip64 directory record is missing or damaged")
    guard position >= 0 else { throw broken }
    let locator = file.copy(position..<(position + 20))
    guard locator.uint32(0) == 0x0706_4B50, let record = locator.uint64(8),
      record <= file.count - 56
    else { throw broken }
    let bytes = file.copy(record..<(record + 56))
    guard bytes.uint32(0) == 0x0606_4B50, let count = bytes.uint64(32),
      let size = bytes.uint64(40), let start = bytes.uint64(48)
    else { throw broken }
    return (count, size, start)
  }
}

/// Names that stay below the folder they are unpacked in.
private enum ZipName {
  static func isSafe(_ name: String) -> Bool {
    guard !name.isEmpty, !name.hasPrefix("/"), !name.utf8.contains(0), !name.contains("\\") else {
      return false
    }
    guard name.dropFirst().first != ":" else { return false }
    return !name.split(separator: "/").contains("..")
  }
}

/// A part of a mapped file as a source.
private final class MappedRange: ByteSource {
  let name: String
  private let file: MappedFile
  private var rest: Range<Int>

  init(_ file: MappedFile, _ range: Range<Int>, name: String) {
    self.file = file
    self.name = name
    rest = range
  }

  func read(into buffer: inout [UInt8], limit: Int) -> Int {
    let part = rest.prefix(limit)
    buffer.append(contentsOf: file.copy(part))
    rest = part.upperBound..<rest.upperBound
    return part.count
  }
}

/// Holds an entry to the size and checksum that the directory promises.
private final class CheckedEntry: ByteSource {
  let name: String
  private let contents: any ByteSource
  private let crc: UInt32
  private var rest: Int
  private var sum = CRC32()

  init(_ contents: any ByteSource, size: Int, crc: UInt32) {
    self.contents = contents
    self.crc = crc
    name = contents.name
    rest = size
  }

  func read(into buffer: inout [UInt8], limit: Int) throws -> Int {
    let start = buffer.count
    let count = try contents.read(into: &buffer, limit: limit)
    guard count <= rest else {
      throw FormatError(name, "is larger than the archive's directory says")
    }
    rest -= count
    sum.update(buffer, from: start)
    if count == 0 && limit > 0 {
      guard rest == 0 else {
        throw FormatError(
          name, "ends \(rest) bytes before the size that the archive's directory gives")
      }
      guard sum.value == crc else {
        throw FormatError(name, "the checksum is wrong: the archive is damaged, fetch it again")
      }
    }
    return count
  }
}

extension [UInt8] {
  fileprivate func uint16(_ position: Int) -> Int {
    Int(self[position]) | Int(self[position + 1]) << 8
  }

  fileprivate func uint32(_ position: Int) -> Int {
    uint16(position) | uint16(position + 2) << 16
  }

  /// Nil where the number does not fit an `Int`.
  fileprivate func uint64(_ position: Int) -> Int? {
    let high = uint32(position + 4)
    return high < 0x8000_0000 ? uint32(position) | high << 32 : nil
  }
}
