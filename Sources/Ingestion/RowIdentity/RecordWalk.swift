import Compression
import Files
import TextFormats

/// Goes through the records of a delimited file one by one, for a few of their fields and their lines.
///
/// Much slower than `CSVReader.readParts`, but it knows where each record is.
struct RecordWalk {
  private let positions: [Int]
  private let dialect: CSVDialect
  private let hasHeader: Bool
  private static let quote = UInt8(ascii: "\"")

  private var field = 0
  private var isFieldStart = true
  private var isQuoted = false
  private var wasQuote = false
  private var line = 1
  private var firstLine = 1
  private var isFirstRecord = true
  private var texts: [[UInt8]]

  /// Calls `body` with the line on which each record begins and the texts of some fields.
  ///
  /// - Throws: what reading the file or `body` throws.
  static func over(
    _ path: String, fields positions: [Int], body: (Int, [[UInt8]]) throws -> Void
  ) throws {
    let dialect = try CSVReader(PackedFile.open(path), blockSize: 1 << 16).dialect
    var walk = RecordWalk(positions, dialect)
    let source = try PackedFile.open(path)
    var buffer: [UInt8] = []
    var isStart = true
    while try source.read(into: &buffer, limit: 1 << 20) > 0 {
      if isStart && buffer.starts(with: [0xEF, 0xBB, 0xBF]) { buffer.removeFirst(3) }
      isStart = false
      for byte in buffer { try walk.take(byte, body) }
      buffer.removeAll(keepingCapacity: true)
    }
    if !walk.isAtStart { try walk.endRecord(body) }
  }

  private init(_ positions: [Int], _ dialect: CSVDialect) {
    self.positions = positions
    self.dialect = dialect
    hasHeader = dialect.hasHeader
    texts = positions.map { _ in [] }
  }

  private var isAtStart: Bool { field == 0 && isFieldStart }

  private mutating func take(_ byte: UInt8, _ body: (Int, [[UInt8]]) throws -> Void) throws {
    if byte == dialect.newline { line += 1 }
    if isQuoted {
      if byte != RecordWalk.quote {
        keep(byte)
      } else {
        isQuoted = false
        wasQuote = true
      }
      return
    }
    if byte == RecordWalk.quote && (isFieldStart || wasQuote) {
      // Right behind the end of a quoted field it stands for a quote in it.
      if wasQuote { keep(byte) }
      (isQuoted, wasQuote, isFieldStart) = (true, false, false)
      return
    }
    wasQuote = false
    if byte == dialect.delimiter {
      field += 1
      isFieldStart = true
    } else if byte == dialect.newline {
      try endRecord(body)
    } else {
      isFieldStart = false
      keep(byte)
    }
  }

  private mutating func keep(_ byte: UInt8) {
    for place in positions.indices where positions[place] == field { texts[place].append(byte) }
  }

  private mutating func endRecord(_ body: (Int, [[UInt8]]) throws -> Void) throws {
    if !(isFirstRecord && hasHeader) {
      for place in texts.indices where texts[place].last == 0x0D && dialect.newline == 0x0A {
        texts[place].removeLast()
      }
      try body(firstLine, texts)
    }
    isFirstRecord = false
    for place in texts.indices { texts[place].removeAll(keepingCapacity: true) }
    (field, isFieldStart, wasQuote) = (0, true, false)
    firstLine = line
  }
}
