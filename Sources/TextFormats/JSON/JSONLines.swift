package import Files

/// JSON documents one after the other, as in JSON lines files and metric streams.
///
/// Documents may be separated by any white space and may span lines; a file with a single document is
/// the same thing with one. Memory is that of one document.
package final class JSONLines {
  /// The line on which the document last returned began.
  package private(set) var line = 1

  private let source: any ByteSource
  private let options: JSONOptions
  private let documentLimit: Int
  private var buffer: [UInt8] = []
  private var start = 0
  private var nextLine = 1
  private var atEnd = false
  private static let step = 1 << 18

  /// - Parameter documentLimit: bytes beyond which one document is refused.
  package init(
    _ source: any ByteSource, options: JSONOptions = .data, documentLimit: Int = 128 << 20
  ) {
    self.source = source
    self.options = options
    self.documentLimit = documentLimit
  }

  /// The next document, nil at the end.
  ///
  /// - Throws: `FormatError` with the line, also for a document over the limit; what the source throws.
  package func next() throws -> JSONValue? {
    guard let document = try nextBytes() else { return nil }
    var parser = JSONParser(document, file: source.name, options: options, firstLine: line)
    return try parser.wholeDocument()
  }

  /// The bytes of the next document; its brackets are matched, nothing else is checked.
  private func nextBytes() throws -> [UInt8]? {
    var scan = DocumentScan()
    var position = start
    while true {
      if let end = scan.end(in: buffer, from: &position, atEnd: atEnd) {
        let document = buffer[start..<end]
        start = end
        let leading = document.prefix { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        if leading.count == document.count { return nil }
        line = nextLine + leading.count { $0 == 0x0A }
        nextLine += document.count { $0 == 0x0A }
        return Array(document.dropFirst(leading.count))
      }
      guard position - start <= documentLimit else {
        throw FormatError(
          source.name, at: "line \(nextLine)",
          "a JSON document is larger than the \(documentLimit >> 20) MiB allowed")
      }
      position -= start
      // Removing nothing would move all that is there.
      if start > 0 { buffer.removeSubrange(..<start) }
      start = 0
      // As much again as there is, so that a long document is moved a few times only.
      let limit = max(JSONLines.step, min(buffer.count, documentLimit))
      if try source.read(into: &buffer, limit: limit) == 0 { atEnd = true }
      if nextLine == 1 && buffer.starts(with: [0xEF, 0xBB, 0xBF]) && position == 0 {
        buffer.removeFirst(3)
      }
    }
  }
}

/// Finds where a document ends by counting brackets outside of strings.
private struct DocumentScan {
  private var depth = 0
  private var inString = false
  private var escaped = false
  private var inScalar = false

  /// The position behind the document, nil when the bytes end before it does.
  mutating func end(in bytes: [UInt8], from position: inout Int, atEnd: Bool) -> Int? {
    let span = bytes.span
    while position < span.count {
      let byte = span[position]
      position += 1
      if inString {
        if escaped {
          escaped = false
        } else if byte == UInt8(ascii: "\\") {
          escaped = true
        } else if byte == UInt8(ascii: "\"") {
          inString = false
          if depth == 0 { return position }
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""):
        inString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth <= 0 { return position }
      case 0x20, 0x09, 0x0A, 0x0D:
        if depth == 0 && inScalar { return position }
      default:
        inScalar = inScalar || depth == 0
      }
    }
    return atEnd ? position : nil
  }
}
