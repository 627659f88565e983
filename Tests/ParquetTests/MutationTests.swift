import Columns
import Files
import Glibc
import Parquet
import Testing
import TestSupport

/// Files of several writers, cut, spliced and overwritten at random: each is read or refused, and
/// takes neither long nor much memory.
struct MutationTests {
  /// What the process may have grown to by the end of a test, other tests beside it included.
  private static let memoryBound = 1 << 30

  private static let names = [
    "delta-v2", "dictionary-given-up", "dictionary-v1-snappy", "dictionary-v2-gzip",
    "int96-old-lists", "plain-v1",
  ]

  private static func seeds() throws -> [[UInt8]] {
    let directory = Path.join(Path.split(Path.split(#filePath).directory).directory, "ParquetFiles")
    var seeds = try names.map {
      try FileSource(Path.join(directory, $0 + ".parquet")).readAll()
    }
    let texts = (0..<50).map { "text \($0 / 3)" }
    let text = HandmadeNode.leaf("s", .required, .byteArray, converted: 0)
    seeds += [
      HandmadeFile(
        text, rows: 50, [.v1(50, prefixedTexts(texts.map { Array($0.utf8) }), encoding: 7)]
      ).bytes,
      HandmadeFile(text, rows: 50, [.v2(50, deltaTexts(texts), encoding: 6).checked()]).bytes,
      HandmadeFile(
        .leaf("n", .optional, .int64), rows: 60,
        [
          .dictionary(3, plain([Int64(1), 2, 3])),
          .v1(
            30, codes((0..<20).map { $0 % 3 }, width: 2), encoding: 8,
            definitions: (0..<30).map { $0 % 3 == 0 ? 0 : 1 }, levels: .packed),
          .dictionary(1, plain([Int64(9)])),
          .v2(
            30, codes([Int](repeating: 0, count: 30), width: 1), encoding: 8,
            definitions: [Int](repeating: 1, count: 30)),
        ]
      ).bytes,
      HandmadeFile(
        .group(
          "l", .optional, converted: 3,
          [
            .group(
              "list", .repeated,
              [.group("element", .optional, converted: 3, [.leaf("array", .repeated, .int32)])])
          ]), rows: 2,
        [
          .v1(
            4, plain([Int32(1), 2, 3]), repetitions: [0, 2, 1, 0], definitions: [4, 4, 3, 4],
            maxRepetition: 2, maxDefinition: 4)
        ]
      ).bytes,
    ]
    return seeds
  }

  @Test(arguments: 0..<12)
  func `any damage is refused or read, quickly and in bounded memory`(seed: UInt64) throws {
    let scratch = try ScratchDirectory()
    let seeds = try MutationTests.seeds()
    var random = SplitMix64(seed: seed)
    var refused = 0
    for _ in 0..<150 {
      let path = try scratch.write(random.mutation(of: seeds), "damaged")
      let start = ContinuousClock.now
      do {
        let file = try ParquetFile(path)
        for group in file.rowGroups.indices {
          let reader = try file.reader(
            rowGroup: group, columns: Array(0..<file.schema.count), batchSize: 64)
          while let batch = try reader.next() { _ = batch.row(batch.count - 1) }
        }
      } catch is FormatError { refused += 1 }
      // Far above what it takes, as tests share the machine.
      #expect(ContinuousClock.now - start < .seconds(20))
    }
    #expect(refused > 0)
    var usage = rusage()
    #expect(unsafe getrusage(0, &usage) == 0)
    #expect(usage.ru_maxrss * 1024 < MutationTests.memoryBound)
  }
}

extension SplitMix64 {
  /// One of the files with a few places changed.
  fileprivate mutating func mutation(of seeds: [[UInt8]]) -> [UInt8] {
    guard var bytes = seeds.randomElement(using: &self) else { return [] }
    for _ in 0..<Int.random(in: 1...4, using: &self) where bytes.count > 24 {
      let end = bytes.count
      let footer = Int(bytes[end - 8]) | Int(bytes[end - 7]) << 8
      let isFooter = chance(50) && (1..<end - 16).contains(footer)
      let place = Int.random(in: (isFooter ? end - 8 - footer : 0)..<end - 8, using: &self)
      let length = Int.random(in: 1...24, using: &self)
      let cut = place..<min(place + length, end - 8)
      switch Int.random(in: 0..<6, using: &self) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
      case 1: bytes[place] = UInt8.random(in: 0...255, using: &self)
      // A large number in place of a byte.
      case 2: bytes.replaceSubrange(place...place, with: [0xFE, 0xFF, 0xFF, 0xFF, 0x0F])
      case 3: bytes.removeSubrange(cut)
      case 4: bytes.insert(contentsOf: Array(bytes[cut]), at: place)
      default:
        let other = seeds.randomElement(using: &self) ?? []
        let start = Int.random(in: 0..<max(1, other.count - 24), using: &self)
        bytes.replaceSubrange(cut, with: other[start..<min(other.count, start + length)])
      }
      // Most changes of the footer would else be seen by its length alone.
      if isFooter && chance(80) {
        let length = UInt32(footer + bytes.count - end)
        bytes.replaceSubrange(bytes.count - 8..<bytes.count - 4, with: littleEndian(length))
      }
    }
    return bytes
  }
}
