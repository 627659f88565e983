import Files
import Testing

/// A file of `Tests/CompressionFiles`: what another program made of bytes that are known.
struct CompressedFile: CustomTestStringConvertible, Sendable {
  let seed: UInt64
  let count: Int
  let kind: String

  var testDescription: String { "\(seed)-\(count).\(kind)" }

  /// What it holds.
  var contents: [UInt8] {
    var random = Random(seed: seed)
    return random.bytes(count)
  }

  func read() throws -> [UInt8] {
    let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
      .joined(separator: "/")
    return try FileSource(folder + "/CompressionFiles/" + testDescription).readAll()
  }

  static func all(_ kinds: String...) -> [CompressedFile] {
    let sizes = [0, 1, 7, 300, 4000, 20_000, 150_000]
    return kinds.flatMap { kind in
      sizes.enumerated().map { CompressedFile(seed: UInt64($0), count: $1, kind: kind) }
    }
  }
}
