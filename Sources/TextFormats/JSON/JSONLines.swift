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
    guard let bytes = try nextBytes() else { return nil }
    return try JSONDocument(bytes: bytes, line: line).parsed(source.name, options)
  }

  /// Parses the documents with several threads and hands on what `map` makes of each, in their order.
  ///
  /// - Parameter map: is given each document and the line on which it begins.
  /// - Throws: as ``next()`` and what `map` throws, after most of the documents before it: they are read some at
  ///   a time; what `body` throws.
  package func forEach<T: Sendable>(
    threads: Int, map: @escaping @Sendable (JSONValue, _ line: Int) throws -> T,
    body: (T) throws -> Void
  ) throws {
    guard threads > 1 else {
      while let document = try next() { try body(map(document, line)) }
      return
    }
    let (name, options) = (source.name, options)
    try OrderedPipeline(threads: threads).run(
      source: { try self.nextDocuments() },
      weight: { $0.reduce(0) { $0 + $1.bytes.count } / JSONLines.step + 1 },
      work: { documents in try documents.map { try map($0.parsed(name, options), $0.line) } },
      body: { results in for result in results { try body(result) } })
  }

  /// Some documents, nil at the end.
  private func nextDocuments() throws -> [JSONDocument]? {
    var documents: [JSONDocument] = []
    var size = 0
    while size < JSONLines.step, let bytes = try nextBytes() {
      documents.append(JSONDocument(bytes: bytes, line: line))
      size += bytes.count
    }
    return documents.isEmpty ? nil : documents
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

/// One document that was found, but not read yet.
private struct JSONDocument: Sendable {
  let bytes: [UInt8]
  /// The line that it begins on.
  let line: Int

  func parsed(_ file: String, _ options: JSONOptions) throws(FormatError) -> JSONValue {
    var parser = JSONParser(bytes, file: file, options: options, firstLine: line)
    return try parser.wholeDocument()
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
