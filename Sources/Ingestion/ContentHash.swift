import Columns
import Compression
import Files
import Reports

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

  /// Adds all bytes of an inventory's file: of flat rows and listings what is inside, however it is packed.
  mutating func add(content file: SourceFile) throws {
    let isUnpacked = file.kind.isFlat || file.kind.rows?.isEmpty == false
    guard isUnpacked, let found = try? ContentHash.unpacked(file.path) else {
      return try add(file: file.path)
    }
    add(found)
  }

  /// - Throws: what is wrong with a packed file, which is told when it is loaded.
  private static func unpacked(_ path: String) throws -> String {
    var inner = ContentHash()
    let source = try PackedFile.open(path)
    var count = 0
    var buffer: [UInt8] = []
    while try source.read(into: &buffer, limit: 1 << 20) > 0 {
      inner.hash.add(buffer)
      count += buffer.count
      buffer.removeAll(keepingCapacity: true)
    }
    inner.add(String(count))
    return inner.text
  }

  /// The hash as a number that fits a signed column.
  var value: Int64 { Int64(hash.value & 0x7FFF_FFFF_FFFF_FFFF) }

  /// The hash as text.
  var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, 16 - digits.utf8.count)) + digits
  }
}
