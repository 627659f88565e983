import Columns
package import Files

/// Names of partition directories and data files, as Hive writes them and as the log names them.
///
/// Two encodings lie on top of each other. The directory of a value is escaped as Hive does
/// (`a/b` becomes `a%2Fb`); the log names files by URI, where the percent sign is escaped once more
/// (`a%252Fb`).
///
/// Source: Delta PROTOCOL.md, "Add File and Remove File"; Hive's FileUtils.escapePathName.
package enum PartitionPath {
  /// What stands for NULL in a directory's name.
  package static let null = "__HIVE_DEFAULT_PARTITION__"

  /// The longest name of a directory that common file systems take, in bytes, less some room.
  private static let longestName = 240

  /// The directory of these partition values: `account=1/month=2026-09`; empty without partitions.
  ///
  /// A name too long for a file system is cut and told apart by a checksum: readers take values from
  /// the log, never from names.
  package static func directory(_ values: [(column: String, value: String?)]) -> String {
    values.map { column, value in
      let text = value.flatMap { $0.isEmpty ? nil : escaped($0) } ?? null
      let name = escaped(column) + "=" + text
      guard name.utf8.count > longestName else { return name }
      let kept = String(
        decoding: name.utf8.prefix(longestName - 20).filter { $0 < 0x80 }, as: UTF8.self)
      var hash = FNV1a()
      hash.add(name)
      return kept + "-" + String(hash.value, radix: 16)
    }.joined(separator: "/")
  }

  /// A value as Hive names its directory.
  package static func escaped(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if byte < 0x20 || byte == 0x7F || specials.contains(byte) {
        appendEscape(of: byte, to: &bytes)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Reads `%41` as `A`; what is no escape stands as it is.
  package static func unescaped(_ text: String) -> String {
    let source = Array(text.utf8)
    var bytes: [UInt8] = []
    var position = 0
    while position < source.count {
      if source[position] == UInt8(ascii: "%"), position + 2 < source.count,
        let high = hexValue(source[position + 1]), let low = hexValue(source[position + 2])
      {
        bytes.append(high << 4 | low)
        position += 3
      } else {
        bytes.append(source[position])
        position += 1
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Partition values that a path's directories state, in the Hive manner; the file's name aside.
  package static func values(inPath path: String) -> [(column: String, value: String?)] {
    path.split(separator: "/").dropLast().compactMap { part in
      guard let equals = part.firstIndex(of: "="), equals != part.startIndex else { return nil }
      let value = unescaped(String(part[part.index(after: equals)...]))
      return (unescaped(String(part[..<equals])), value == null ? nil : value)
    }
  }

  /// A relative file path as the log writes it.
  package static func uri(_ path: String) -> String {
    var bytes: [UInt8] = []
    for byte in path.utf8 {
      if isPlainInURI(byte) { bytes.append(byte) } else { appendEscape(of: byte, to: &bytes) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The file that a path of the log means, relative to the table.
  ///
  /// - Parameters:
  ///   - entry: the log file or the table, for the message.
  ///   - table: the table's directory, by which absolute paths are told to lie in the table; without it
  ///     they are refused.
  /// - Throws: `FormatError` for a path that leaves the table.
  package static func file(
    fromURI uri: String, entry: String, table: String? = nil
  ) throws(FormatError) -> String {
    let text = withoutFileScheme(uri)
    let path = unescaped(String(text))
    let head = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).first
    let climbs = path.split(separator: "/").contains("..")
    if path.hasPrefix("/"), !climbs, let table, let inside = relative(path, to: table) {
      return inside
    }
    if path.isEmpty || path.utf8.contains(0) {
      throw FormatError(
        entry,
        "expected the path of a data file, but '\(uri.prefix(120))' "
          + (path.isEmpty ? "is empty" : "contains a NUL byte"))
    }
    guard path.hasPrefix("/") || climbs || head.map(hasScheme) ?? false else { return path }
    throw FormatError(
      entry, "not supported: the data file '\(uri.prefix(200))' lies outside of the table's folder")
  }

  /// The path as seen from a directory that it is in, nil for others.
  private static func relative(_ path: String, to directory: String) -> String? {
    if let inside = inside(path, directory) { return inside }
    guard let root = try? Directory.resolved(directory) else { return nil }
    return inside(path, root) ?? (try? Directory.resolved(path)).flatMap { inside($0, root) }
  }

  private static func inside(_ path: String, _ directory: String) -> String? {
    let prefix = directory.hasSuffix("/") ? directory : directory + "/"
    guard prefix.hasPrefix("/"), path.hasPrefix(prefix) else { return nil }
    let rest = path.dropFirst(prefix.count).drop { $0 == "/" }
    return rest.isEmpty ? nil : String(rest)
  }

  private static let specials = Set("\"#%'*/:=?\\{[]^".utf8)

  /// Unreserved characters of RFC 3986, and those reserved ones that are plain in a path.
  private static func isPlainInURI(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-._~/=!$&'()*+,;@".utf8.contains(byte)
    }
  }

  private static func hasScheme(_ head: Substring) -> Bool {
    guard let colon = head.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
    let scheme = head.utf8[..<colon]
    return scheme.first.map { isLetter($0) } ?? false
      && scheme.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || "+-.".utf8.contains($0) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte | 0x20)
  }

  private static func appendEscape(of byte: UInt8, to bytes: inout [UInt8]) {
    let digits = Array("0123456789ABCDEF".utf8)
    bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
