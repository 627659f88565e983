import Files

/// Bytes one after the other, of which a small part is in memory.
struct ByteStream {
  private let source: any ByteSource
  private var buffer: [UInt8] = []
  private var position = 0
  private static let step = 1 << 16
  var name: String { source.name }

  init(_ source: any ByteSource) {
    self.source = source
  }

  /// The next byte without taking it, nil at the end.
  mutating func peek() throws -> UInt8? {
    if position == buffer.count {
      buffer.removeAll(keepingCapacity: true)
      position = 0
      if try source.read(into: &buffer, limit: ByteStream.step) == 0 { return nil }
    }
    return buffer[position]
  }

  mutating func next() throws -> UInt8? {
    let byte = try peek()
    if byte != nil { position += 1 }
    return byte
  }
}

/// The lines of a file, without their ends.
struct LineReader {
  private var bytes: ByteStream
  /// Lines read so far.
  private(set) var number = 0
  private static let longest = 1 << 20

  init(_ source: any ByteSource) {
    bytes = ByteStream(source)
  }

  mutating func next() throws -> [UInt8]? {
    var line: [UInt8] = []
    while let byte = try bytes.next() {
      if byte == UInt8(ascii: "\n") {
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        number += 1
        return line
      }
      guard line.count < LineReader.longest else {
        throw FormatError(bytes.name, at: "line \(number + 1)", "the line is over 1 MiB long")
      }
      line.append(byte)
    }
    number += 1
    return line.isEmpty ? nil : line
  }
}

/// Goes through the members of nested objects in a document that is too large to be held: each value is entered,
/// taken as bytes, or skipped.
struct JSONMemberReader {
  private var bytes: ByteStream
  private static let largestValue = 1 << 20
  private static let longestKey = 1 << 10

  init(_ source: any ByteSource) {
    bytes = ByteStream(source)
  }

  /// Enters the object that comes next.
  mutating func enter() throws { try expect(UInt8(ascii: "{"), "an object") }

  /// The name of the next member of the object entered last; nil at its end, which is left.
  mutating func key() throws -> String? {
    while let byte = try bytes.peek() {
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","): _ = try bytes.next()
      case UInt8(ascii: "}"):
        _ = try bytes.next()
        return nil
      case UInt8(ascii: "\""):
        let text = try value(limit: JSONMemberReader.longestKey)
        try expect(UInt8(ascii: ":"), "':' behind the name of a member")
        return String(decoding: text.dropFirst().dropLast(), as: UTF8.self)
      default: throw damaged("a member or the end of an object")
      }
    }
    throw damaged("the end of an object")
  }

  /// The bytes of the value that comes next.
  mutating func value() throws -> [UInt8] { try value(limit: JSONMemberReader.largestValue) }

  /// Passes over the value that comes next, however large it is.
  mutating func skip() throws { _ = try value(limit: nil) }

  /// - Parameter limit: bytes beyond which a value is refused; nil to keep none of it.
  private mutating func value(limit: Int?) throws -> [UInt8] {
    var kept: [UInt8] = []
    var depth = 0
    var isText = false
    var isEscaped = false
    try skipSpace()
    while let byte = try bytes.peek() {
      let isEnd = byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
      // A number or a word ends before what follows it.
      if depth == 0, !isText, isEnd || byte == UInt8(ascii: ",") { return kept }
      _ = try bytes.next()
      if let limit {
        guard kept.count < limit else {
          throw FormatError(bytes.name, "a value of the price list is over \(limit) bytes")
        }
        kept.append(byte)
      }
      if isText {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isText = false
          if depth == 0 { return kept }
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isText = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth == 0 { return kept }
      default: break
      }
    }
    throw damaged("the end of a value")
  }

  private mutating func expect(_ wanted: UInt8, _ what: String) throws {
    try skipSpace()
    guard try bytes.next() == wanted else { throw damaged(what) }
  }

  private mutating func skipSpace() throws {
    while let byte = try bytes.peek(), byte == 0x20 || (0x09...0x0D).contains(byte) {
      _ = try bytes.next()
    }
  }

  private func damaged(_ expected: String) -> FormatError {
    FormatError(bytes.name, "the JSON is cut off or damaged: expected \(expected)")
  }
}
