import Files

/// A directory that goes with the test.
final class Scratch: Sendable {
  let path: String

  init() throws {
    var generator = SystemRandomNumberGenerator()
    path = "/tmp/kakeibo-\(String(generator.next(), radix: 36))"
    try Directory.create(path)
  }

  deinit { try? Directory.removeTree(path) }

  func file(_ name: String, _ text: String) throws {
    let path = Path.join(self.path, name)
    try Directory.create(Path.split(path).directory)
    let output = try OutputFile(path)
    try output.write(text)
    try output.finish()
  }

  func text(_ name: String) throws -> String {
    String(decoding: try FileSource(Path.join(path, name)).readAll(), as: UTF8.self)
  }
}

/// Where a test's lake is.
enum LakeKind: String, CaseIterable, Sendable { case disk, memory }
