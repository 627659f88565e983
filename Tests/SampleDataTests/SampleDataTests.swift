import Compression
import Files
import Foundation
import SampleData
import Testing

@Suite struct SampleDataTests {
  /// A directory that goes with the test.
  private final class Scratch {
    let path: String

    init() throws {
      var generator = SystemRandomNumberGenerator()
      path =
        FileManager.default.temporaryDirectory.path
        + "/kakeibo-sample-\(String(generator.next(), radix: 36))"
      try Directory.create(path)
    }

    deinit { try? Directory.removeTree(path) }
  }

  /// The sample that is in the repository.
  private static let committed: String = {
    let tests = Path.split(#filePath).directory
    return Path.join(Path.split(Path.split(tests).directory).directory, "sample-data")
  }()

  /// Contents by path within a folder; packed files unpacked, since packing may differ between
  /// versions of zlib.
  private static func contents(of folder: String) throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for path in try Directory.files(below: folder) {
      let bytes = try FileSource(path).readAll()
      contents[String(path.dropFirst(folder.count + 1))] =
        path.hasSuffix(".gz") ? try Gzip.inflate(bytes, limit: 64 << 20) : bytes
    }
    return contents
  }

  @Test func `the same files come out each time`() throws {
    let (one, two) = (try Scratch(), try Scratch())
    try SampleData.write(to: one.path)
    try SampleData.write(to: two.path)
    let first = try Directory.files(below: one.path).map { $0.dropFirst(one.path.count) }
    #expect(try Directory.files(below: two.path).map { $0.dropFirst(two.path.count) } == first)
    for name in first {
      let bytes = try FileSource(one.path + name).readAll()
      #expect(try FileSource(two.path + name).readAll() == bytes, "\(name)")
    }
  }

  @Test func `what is in the repository is what is written`() throws {
    let scratch = try Scratch()
    try SampleData.write(to: scratch.path)
    let written = try SampleDataTests.contents(of: scratch.path)
    var committed = try SampleDataTests.contents(of: SampleDataTests.committed)
    // The only file there that a person writes.
    #expect(committed.removeValue(forKey: "README.md") != nil)
    #expect(committed.keys.sorted() == written.keys.sorted())
    for (name, bytes) in written { #expect(committed[name] == bytes, "\(name)") }
  }

  @Test func `its guide names every folder`() throws {
    let guide = String(
      decoding: try FileSource(Path.join(SampleDataTests.committed, "README.md")).readAll(),
      as: UTF8.self)
    for name in [
      "cur/", "inventory/ec2/", "inventory/ssm/", "inventory/config/", "metrics/",
      "budgets/", "nightly.json",
    ] {
      #expect(guide.contains("`\(name)"), "\(name)")
    }
  }

  @Test func `it is small enough for a repository`() throws {
    let sizes = try Directory.files(below: SampleDataTests.committed).map {
      try Directory.attributes($0).size
    }
    #expect(sizes.reduce(0, +) < 4 << 20)
  }

  @Test func `no account, address or key in it is anybody's`() throws {
    // Accounts of the sample are 10000000000x, its public addresses those of RFC 5737.
    for (name, bytes) in try SampleDataTests.contents(of: SampleDataTests.committed) {
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(!text.contains("AKIA"), "\(name)")
      for match in text.matches(of: /"(?:OwnerId|accountId|AccountId)": ?"(\d+)"/) {
        #expect(match.1.hasPrefix("10000000000"), "\(name)")
      }
      for match in text.matches(of: /"PublicIp": ?"([0-9.]+)"/) {
        #expect(match.1.hasPrefix("198.51.100."), "\(name)")
      }
    }
  }
}
