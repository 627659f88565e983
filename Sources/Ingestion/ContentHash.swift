import Files

/// A hash by which a delivery is known again.
///
/// Source: FNV-1a, 64 bits (Fowler, Noll, Vo; draft-eastlake-fnv).
struct ContentHash {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ text: String) {
    for byte in text.utf8 { add(byte) }
    add(0xFF)
  }

  /// Adds all bytes of a file.
  mutating func add(file path: String) throws {
    let source = try FileSource(path)
    var state = self.state
    var count = 0
    var buffer: [UInt8] = []
    while try source.read(into: &buffer, limit: 1 << 20) > 0 {
      for byte in buffer { state = (state ^ UInt64(byte)) &* ContentHash.prime }
      count += buffer.count
      buffer.removeAll(keepingCapacity: true)
    }
    self.state = state
    add(String(count))
  }

  /// The hash as a number that fits a signed column.
  var value: Int64 { Int64(state & 0x7FFF_FFFF_FFFF_FFFF) }

  /// The hash as text.
  var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, 16 - digits.utf8.count)) + digits
  }

  private mutating func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* ContentHash.prime }

  private static let prime: UInt64 = 0x100_0000_01b3
}
