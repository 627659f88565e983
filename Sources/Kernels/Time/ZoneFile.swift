import Glibc

/// Reads the system's compiled zone files.
///
/// Source: RFC 8536, "The Time Zone Information Format (TZif)".
enum ZoneFile {
  private static let folder = "/usr/share/zoneinfo/"
  private static let largestFile = 1 << 20

  /// The bytes of a zone's file; nil when the name is no zone's or there is no such file.
  static func read(_ name: ArraySlice<UInt8>) -> [UInt8]? {
    guard isZoneName(name) else { return nil }
    // SAFETY: the stream is opened, read and closed here; `fread` writes at most the count of bytes
    // that the buffer holds, and the number that it returns bounds what is kept.
    guard let stream = unsafe fopen(folder + name.string, "rb") else { return nil }
    defer { unsafe fclose(stream) }
    var bytes = [UInt8](repeating: 0, count: largestFile)
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe fread(buffer.baseAddress, 1, buffer.count, stream)
    }
    return Array(bytes.prefix(count))
  }

  /// Letters, digits, `_`, `+`, `-` between single slashes: nothing that leaves the folder.
  private static func isZoneName(_ name: ArraySlice<UInt8>) -> Bool {
    guard (1...64).contains(name.count) else { return false }
    return name.split(separator: 0x2F, omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty
        && part.allSatisfy { byte in
          (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte)
            || byte == 0x5F || byte == 0x2B || byte == 0x2D
        }
    }
  }

  /// The zone of a file's bytes: its 64-bit block and the rule at its end.
  static func rules(_ bytes: [UInt8]) -> TimeZoneRules? {
    guard let first = Header(bytes, at: 0), first.version >= 2,
      let header = Header(bytes, at: 44 + first.bodySize(timeSize: 4))
    else { return nil }
    let start = header.start
    let typesStart = start + header.timeCount * 9
    let end = start + header.bodySize(timeSize: 8)
    guard header.typeCount > 0, end <= bytes.count else { return nil }

    func offset(_ type: Int) -> Int64? {
      guard type < header.typeCount else { return nil }
      return Int64(Int32(truncatingIfNeeded: integer(bytes, typesStart + type * 6, 4)))
    }
    var transitions: [Int64] = []
    var offsets: [Int64] = []
    for index in 0..<header.timeCount {
      let type = Int(bytes[start + header.timeCount * 8 + index])
      guard let value = offset(type) else { return nil }
      transitions.append(integer(bytes, start + index * 8, 8))
      offsets.append(value)
    }
    guard let initial = offset(0) else { return nil }
    let footer = bytes[min(end + 1, bytes.count)...].prefix { $0 != 0x0A }
    return TimeZoneRules(
      transitions: transitions, offsets: offsets, initialOffset: initial, rule: YearlyRule(footer))
  }

  private struct Header {
    let version: UInt8
    let start: Int
    let timeCount: Int
    let typeCount: Int
    private let others: (isUTC: Int, isStandard: Int, leap: Int, characters: Int)

    init?(_ bytes: [UInt8], at position: Int) {
      guard position >= 0, position + 44 <= bytes.count,
        bytes[position..<(position + 4)].elementsEqual("TZif".utf8)
      else { return nil }
      version = bytes[position + 4] &- 0x30
      start = position + 44
      let counts = (0..<6).map { Int(integer(bytes, position + 20 + $0 * 4, 4)) }
      guard counts.allSatisfy({ (0...bytes.count).contains($0) }) else { return nil }
      others = (counts[0], counts[1], counts[2], counts[5])
      timeCount = counts[3]
      typeCount = counts[4]
    }

    func bodySize(timeSize: Int) -> Int {
      timeCount * (timeSize + 1) + typeCount * 6 + others.characters
        + others.leap * (timeSize + 4) + others.isStandard + others.isUTC
    }
  }

  /// A big-endian integer; 4 bytes are read without a sign.
  private static func integer(_ bytes: [UInt8], _ at: Int, _ size: Int) -> Int64 {
    bytes[at..<(at + size)].reduce(0) { $0 << 8 | Int64($1) }
  }
}
