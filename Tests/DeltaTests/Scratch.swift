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

/// A generator whose numbers repeat with its seed. Source: Steele, Lea and Flood, "Fast Splittable
/// Pseudorandom Number Generators", OOPSLA 2014.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
