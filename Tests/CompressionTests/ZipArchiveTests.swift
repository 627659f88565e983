import Compression
import Files
import Glibc
import Testing

/// Builds archives by hand, so that every field can be wrong.
private struct ZipBuilder {
  var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  mutating func add(
    _ name: String, _ contents: [UInt8], isDeflated: Bool, crc: UInt32? = nil, size: Int? = nil
  ) {
    let data = isDeflated ? Zlib.deflate(contents, format: .raw) : contents
    // The checksum is the one that a gzip trailer has.
    let trailer = Gzip.compress(contents).suffix(8)
    let sum = crc.map { littleEndian(Int($0), 4) } ?? Array(trailer.prefix(4))
    let fields =
      littleEndian(20, 2) + littleEndian(0, 2) + littleEndian(isDeflated ? 8 : 0, 2)
      + littleEndian(0, 4) + sum + littleEndian(data.count, 4)
      + littleEndian(size ?? contents.count, 4) + littleEndian(name.utf8.count, 2)
      + littleEndian(0, 2)
    let offset = bytes.count
    bytes += [0x50, 0x4B, 3, 4] + fields + Array(name.utf8) + data
    directory += [0x50, 0x4B, 1, 2] + littleEndian(20, 2) + fields + littleEndian(0, 10)
    directory += littleEndian(offset, 4) + Array(name.utf8)
    count += 1
  }

  func finished() -> [UInt8] {
    bytes + directory + [0x50, 0x4B, 5, 6] + littleEndian(0, 4) + littleEndian(count, 2)
      + littleEndian(count, 2) + littleEndian(directory.count, 4) + littleEndian(bytes.count, 4)
      + littleEndian(0, 2)
  }

  private func littleEndian(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: $0 < 8 ? value >> ($0 * 8) : 0) }
  }
}

@discardableResult
private func withFile<R>(_ bytes: [UInt8], _ body: (String) throws -> R) throws -> R {
  let directory = Path.join(temporaryDirectory(), "kakeibo-zip-\(UInt64.random(in: 0 ... .max))")
  try Directory.create(directory)
  defer { try? Directory.removeTree(directory) }
  let path = Path.join(directory, "file")
  let file = try OutputFile(path)
  try file.write(bytes)
  try file.finish()
  return try body(path)
}

private func temporaryDirectory() -> String {
  unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
}

@Suite struct ZipArchiveTests {
  private let report = Array("a,b\n1,2\n".utf8) + [UInt8](repeating: 65, count: 400_000)

  @Test(arguments: [false, true])
  func `a zip with one file is that file`(isDeflated: Bool) throws {
    var zip = ZipBuilder()
    zip.add("folder/", [], isDeflated: false)
    zip.add("folder/report.csv", report, isDeflated: isDeflated)
    try withFile(zip.finished()) { path in
      #expect(try PackedFile.open(path).readAll() == report)
      let entries = try ZipArchive(path).entries
      #expect(entries.map(\.name) == ["folder/", "folder/report.csv"])
      #expect(entries[1].size == report.count)
    }
  }

  @Test func `plain and gzip files are told apart by their bytes`() throws {
    for (bytes, expected) in [(report, report), (Gzip.compress(report), report), ([], [])] {
      let contents = try withFile(bytes) { try PackedFile.open($0).readAll() }
      #expect(contents == expected)
    }
    let source = MemorySource(Gzip.compress(report), name: "pipe")
    #expect(try PackedFile.inflatingIfPacked(source).readAll() == report)
  }

  @Test(arguments: ["../x", "/etc/passwd", "a/../../x", "C:/x", "a\\..\\x"])
  func `names that leave the folder are refused`(name: String) throws {
    var zip = ZipBuilder()
    zip.add(name, report, isDeflated: true)
    try withFile(zip.finished()) { path in
      #expect(throws: FormatError.self) { try ZipArchive(path) }
    }
  }

  @Test func `several files in one zip are refused by name`() throws {
    var zip = ZipBuilder()
    zip.add("a.csv", report, isDeflated: true)
    zip.add("b.csv", report, isDeflated: true)
    try withFile(zip.finished()) { path in
      let error = #expect(throws: FormatError.self) { try PackedFile.open(path) }
      #expect(error?.message.contains("'a.csv', 'b.csv'") == true)
    }
  }

  @Test func `a wrong checksum or size is found`() throws {
    for (crc, size) in [(UInt32(1), nil), (nil, 17), (nil, 1_000_000)] {
      var zip = ZipBuilder()
      zip.add("a.csv", report, isDeflated: true, crc: crc, size: size)
      try withFile(zip.finished()) { path in
        #expect(throws: FormatError.self) { try PackedFile.open(path).readAll() }
      }
    }
  }

  @Test(arguments: 0..<120)
  func `damaged archives throw or give the right bytes`(seed: Int) throws {
    var zip = ZipBuilder()
    zip.add("a.csv", Array(report.prefix(300)), isDeflated: seed % 2 == 0)
    var bytes = zip.finished()
    if seed < 60 {
      bytes[seed * bytes.count / 60] ^= UInt8(1 << (seed % 8))
    } else {
      bytes.removeLast(1 + (seed - 60) * (bytes.count - 1) / 60)
    }
    try withFile(bytes) { path in
      guard let archive = try? ZipArchive(path), let entry = archive.entries.first else { return }
      guard let contents = try? archive.source(entry).readAll() else { return }
      #expect(contents == Array(report.prefix(300)))
    }
  }
}
