import Columns
import Files

/// A hash by which a delivery is known again: FNV-1a over its texts and files.
struct ContentHash {
  private var hash = FNV1a()

  mutating func add(_ text: String) {
    hash.add(text)
    hash.add(0xFF)
  }

  /// Adds all bytes of a file.
  mutating func add(file path: String) throws {
    let source = try FileSource(path)
    var count = 0
    var buffer: [UInt8] = []
    while try source.read(into: &buffer, limit: 1 << 20) > 0 {
      hash.add(buffer)
      count += buffer.count
      buffer.removeAll(keepingCapacity: true)
    }
    add(String(count))
  }

  /// The hash as a number that fits a signed column.
  var value: Int64 { Int64(hash.value & 0x7FFF_FFFF_FFFF_FFFF) }

  /// The hash as text.
  var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, 16 - digits.utf8.count)) + digits
  }
}
