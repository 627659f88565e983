import Files

/// A directory that goes with the test.
package final class Scratch: Sendable {
  package let path: String

  package init() throws {
    var generator = SystemRandomNumberGenerator()
    path = "/tmp/kakeibo-\(String(generator.next(), radix: 36))"
    try Directory.create(path)
  }

  deinit { try? Directory.removeTree(path) }

  /// Writes a file, its folders made as needed.
  package func file(_ name: String, _ text: String) throws {
    let path = Path.join(self.path, name)
    try Directory.create(Path.split(path).directory)
    let output = try OutputFile(path)
    try output.write(text)
    try output.finish()
  }

  package func text(_ name: String) throws -> String {
    String(decoding: try FileSource(Path.join(path, name)).readAll(), as: UTF8.self)
  }
}
