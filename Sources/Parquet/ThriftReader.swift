/// Reads Thrift's compact protocol from bytes that may be damaged.
///
/// Every read is checked against the bytes that remain, lists against the bytes that their elements
/// need at least, and nesting against a fixed depth, so that damage costs neither memory nor time.
///
/// Source: Apache Thrift, doc/specs/thrift-compact-protocol.md.
struct ThriftReader {
  private let bytes: [UInt8]
  private(set) var position: Int
  private var depth = 0

  /// What is wrong with the bytes.
  struct Failure: Error {
    let message: String
    /// Whether the bytes end too early, so that more of them could help.
    var isTruncated = false
    /// Whether the bytes may be right, but say something that this reader does not know.
    var isUnsupported = false
  }

  enum Kind: UInt8 {
    case stop = 0
    case yes, no, byte, int16, int32, int64, double, binary, list, set, map, structure, uuid
  }

  init(_ bytes: [UInt8], at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  /// Calls `body` for each field of a structure; fields that it does not read are skipped.
  ///
  /// `body` gets the field's number and kind and returns whether it has read the value.
  mutating func readStruct(
    _ body: (inout ThriftReader, Int, Kind) throws(Failure) -> Bool
  ) throws(Failure) {
    try enter()
    var field = 0
    while true {
      let header = try readByte()
      let kind = try kind(header & 0x0F)
      if kind == .stop { break }
      let delta = Int(header >> 4)
      field = delta == 0 ? Int(Int16(truncatingIfNeeded: try readInteger())) : field + delta
      if try !body(&self, field, kind) { try skip(kind) }
    }
    depth -= 1
  }

  /// Calls `body` for each element of a list, after `begin` with how many there should be.
  mutating func readList(
    of expected: Kind, begin: (Int) -> Void = { _ in },
    _ body: (inout ThriftReader) throws(Failure) -> Void
  ) throws(Failure) {
    let (kind, count) = try readListHeader()
    guard count > 0 else { return }
    guard kind == expected || (expected == .yes && kind == .no) else {
      throw Failure(message: "a list of '\(expected)' is a list of '\(kind)'")
    }
    try enter()
    begin(count)
    for _ in 0..<count { try body(&self) }
    depth -= 1
  }

  /// A signed integer of any width.
  mutating func readInteger() throws(Failure) -> Int64 {
    let raw = try readVarint()
    return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
  }

  mutating func readInt() throws(Failure) -> Int { Int(try readInteger()) }

  mutating func readBinary() throws(Failure) -> [UInt8] {
    let range = try readBinaryRange()
    return Array(bytes[range])
  }

  mutating func readString() throws(Failure) -> String {
    String(decoding: bytes[try readBinaryRange()], as: UTF8.self)
  }

  mutating func readByte() throws(Failure) -> UInt8 {
    guard position < bytes.count else { throw truncated }
    defer { position += 1 }
    return bytes[position]
  }

  private mutating func readBinaryRange() throws(Failure) -> Range<Int> {
    let count = try readVarint()
    guard count <= UInt64(bytes.count - position) else { throw truncated }
    let start = position
    position += Int(count)
    return start..<position
  }

  private mutating func readVarint() throws(Failure) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while shift < 70 {
      let byte = try readByte()
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw Failure(message: "a number is longer than 10 bytes")
  }

  private mutating func readListHeader() throws(Failure) -> (kind: Kind, count: Int) {
    let header = try readByte()
    let kind = try kind(header & 0x0F)
    var count = UInt64(header >> 4)
    if count == 15 { count = try readVarint() }
    // Each element takes a byte at least.
    guard count <= UInt64(bytes.count - position) else { throw truncated }
    guard kind != .stop || count == 0 else {
      throw Failure(message: "a list has elements of no kind")
    }
    return (kind, Int(count))
  }

  private mutating func skip(_ kind: Kind) throws(Failure) {
    switch kind {
    case .stop, .yes, .no: break
    case .byte: _ = try readByte()
    case .int16, .int32, .int64: _ = try readVarint()
    case .double: try skip(count: 8)
    case .uuid: try skip(count: 16)
    case .binary: _ = try readBinaryRange()
    case .structure: try readStruct { _, _, _ in false }
    case .list, .set:
      let (element, count) = try readListHeader()
      try enter()
      for _ in 0..<count { try skipElement(element) }
      depth -= 1
    case .map:
      let count = try readVarint()
      guard count > 0 else { return }
      guard count <= UInt64(bytes.count - position) else { throw truncated }
      let kinds = try readByte()
      let (key, value) = (try self.kind(kinds >> 4), try self.kind(kinds & 0x0F))
      guard key != .stop, value != .stop else {
        throw Failure(message: "a map has entries of no kind")
      }
      try enter()
      for _ in 0..<count {
        try skipElement(key)
        try skipElement(value)
      }
      depth -= 1
    }
  }

  /// Booleans in collections take a byte, where those in structures are in the field's header.
  private mutating func skipElement(_ kind: Kind) throws(Failure) {
    if kind == .yes || kind == .no { _ = try readByte() } else { try skip(kind) }
  }

  private mutating func skip(count: Int) throws(Failure) {
    guard count <= bytes.count - position else { throw truncated }
    position += count
  }

  private func kind(_ code: UInt8) throws(Failure) -> Kind {
    guard let kind = Kind(rawValue: code) else {
      throw Failure(message: "a value has the unknown kind \(code)")
    }
    return kind
  }

  private mutating func enter() throws(Failure) {
    depth += 1
    guard depth <= Limits.thriftDepth else {
      throw Failure(message: "structures are nested deeper than \(Limits.thriftDepth)")
    }
  }

  private var truncated: Failure { Failure(message: "it ends too early", isTruncated: true) }
}
