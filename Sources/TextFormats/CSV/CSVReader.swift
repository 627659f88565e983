package import Files
import Synchronization

/// Reads a delimited text file in blocks of whole records.
///
///     let reader = try CSVReader(source)
///     let columns = …                         // chosen by reader.header
///     let parser = try CSVParser(reader, columns)
///     while let block = try reader.nextBlock() {
///       let part = parser.parse(block)        // on any thread
///     }
///
/// or, with the blocks parsed by several threads, ``readParts(_:threads:body:)``.
package final class CSVReader {
  package let name: String
  package let dialect: CSVDialect
  /// The names of the first record, or `column1`… where the dialect has no header; empty only for an
  /// empty file.
  package let header: [String]

  private let source: any ByteSource
  private let blockSize: Int
  private let recordLimit: Int
  /// Bytes read but not yet part of a block; begins with a record.
  private var pending: [UInt8]
  private var nextLine = 1
  private var atEnd: Bool
  private let memory = CSVBlockMemory()
  private static let readStep = 1 << 20
  /// Room in blocks for padding and what a source reads beyond.
  private static let slack = 1 << 16

  /// Reads the header.
  ///
  /// - Parameters:
  ///   - dialect: nil to find it out from the start of the file.
  ///   - blockSize: bytes of text per block, which bounds the rows of a batch.
  ///   - recordLimit: bytes beyond which a record ends the reading.
  /// - Throws: `FormatError` for a header over the limits or not UTF-8; what the source throws.
  package init(
    _ source: any ByteSource, dialect: CSVDialect? = nil, blockSize: Int = 1 << 20,
    recordLimit: Int = CSVLimits.recordBytes
  ) throws {
    self.source = source
    self.recordLimit = recordLimit
    self.blockSize = max(1, min(blockSize, recordLimit))
    name = source.name
    var start: [UInt8] = []
    var ended = false
    let sniffed = 1 << 16
    while start.count < sniffed && !ended {
      ended = try source.read(into: &start, limit: sniffed) == 0
    }
    while start.starts(with: [0xEF, 0xBB, 0xBF]) { start.removeFirst(3) }
    if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
      throw FormatError(source.name, "is UTF-16 text, expected UTF-8: save it as UTF-8")
    }
    let found = dialect ?? CSVDialect.sniffed(start)
    self.dialect = found
    var header = HeaderRecord(found, file: source.name)
    while try !header.find(in: start, atEnd: ended) {
      // Twice as much each time, since the search begins anew.
      let wanted = start.count * 2
      while start.count < wanted && !ended {
        ended = try source.read(into: &start, limit: min(CSVReader.readStep, wanted)) == 0
      }
    }
    self.header = try header.names()
    if found.hasHeader {
      nextLine += start[..<header.end].count { $0 == found.newline }
      start.removeFirst(header.end)
    }
    pending = start
    atEnd = ended
  }

  /// The next records, nil at the end.
  ///
  /// - Throws: `FormatError` for a record over the limit; what the source throws.
  package func nextBlock() throws -> CSVBlock? {
    var bytes = memory.take()
    bytes.reserveCapacity(blockSize + CSVReader.slack)
    bytes += pending
    pending = []
    var splitter = CSVRecordSplitter(dialect)
    var target = blockSize
    while true {
      while bytes.count < target && !atEnd {
        let step = min(CSVReader.readStep, target - bytes.count)
        if try source.read(into: &bytes, limit: step) == 0 { atEnd = true }
      }
      if bytes.isEmpty { return nil }
      if atEnd && bytes.count <= target {
        if bytes[bytes.count - 1] != dialect.newline { bytes.append(dialect.newline) }
        var scan = CSVTextScan(dialect)
        scan.add(bytes.span)
        return block(&bytes, lines: scan.newlineCount, isPlain: scan.isPlain)
      }
      let count = bytes.count
      bytes.append(contentsOf: repeatElement(0, count: CSVBlock.padding))
      let end = splitter.lastRecordEnd(bytes.span, count)
      bytes.removeLast(CSVBlock.padding)
      if let end {
        pending = Array(bytes[end...])
        bytes.removeLast(bytes.count - end)
        let lines =
          splitter.scan.newlineCount - ByteScan.count(of: dialect.newline, in: pending.span)
        return block(&bytes, lines: lines, isPlain: splitter.scan.isPlain)
      }
      guard count < recordLimit else {
        throw FormatError(
          name, at: "row \(nextLine)",
          "the record is longer than the \(recordLimit >> 20) MiB allowed: "
            + "a quote may be left open")
      }
      target = min(recordLimit, max(target * 2, count + CSVReader.readStep))
    }
  }

  /// Takes the records, so that nobody else holds them.
  private func block(_ records: inout [UInt8], lines: Int, isPlain: Bool) -> CSVBlock {
    let firstLine = nextLine
    let count = records.count
    nextLine += lines
    records.append(contentsOf: repeatElement(0, count: CSVBlock.padding))
    var taken: [UInt8] = []
    swap(&taken, &records)
    return CSVBlock(bytes: taken, count: count, firstLine: firstLine, isPlain: isPlain)
  }

  /// Parses the whole file with several threads and calls `body` on the calling thread with the parts in
  /// the order of the file. Some parts per thread wait at any time, fewer of long records.
  ///
  /// - Throws: what reading throws, after the parts before it; what `body` throws.
  package func readParts(
    _ columns: [CSVColumn], threads: Int, body: (CSVPart) throws -> Void
  ) throws {
    try readParts(columns, threads: threads, map: { $0 }, body: body)
  }

  /// The same with some work on each part, done by the parsing threads.
  package func readParts<T: Sendable>(
    _ columns: [CSVColumn], threads: Int, map: @escaping @Sendable (CSVPart) throws -> T,
    body: (T) throws -> Void
  ) throws {
    let parser = try CSVParser(self, columns)
    let memory = memory
    let states = CSVParser.States(parser)
    let work: @Sendable (consuming CSVBlock) throws -> T = { block in
      let part = states.withState { parser.parse(block, &$0) }
      memory.giveBack(block)
      return try map(part)
    }
    try OrderedPipeline(threads: threads).run(
      source: { try self.nextBlock() }, weight: { [blockSize] in $0.count / blockSize + 1 },
      work: work, body: body)
  }
}

/// Some whole records of a delimited file, found but not yet parsed.
package struct CSVBlock: Sendable {
  /// The records, then ``padding`` zeros, so that whole blocks can be read from any of them.
  let bytes: [UInt8]
  /// The bytes that are records.
  package let count: Int
  /// The line, from 1, that the block begins on.
  package let firstLine: Int
  /// Whether the bytes are known to be ASCII without NUL, and without the line end that the dialect lacks.
  let isPlain: Bool

  static let padding = ByteBlock.size
}

/// Memory of blocks that were parsed, for the next ones: fresh memory costs a page fault every 4 KiB.
final class CSVBlockMemory: Sendable {
  private let spare = Mutex<[[UInt8]]>([])
  /// Larger blocks, those of long records, are not kept.
  private static let largest = 4 << 20
  private static let most = 16

  /// An empty array, with room where one was given back.
  func take() -> [UInt8] { spare.withLock { $0.popLast() } ?? [] }

  /// Takes the memory of a block that nobody else holds.
  func giveBack(_ block: consuming CSVBlock) {
    var bytes = block.bytes
    bytes.removeAll(keepingCapacity: true)
    spare.withLock { spare in
      if spare.count < CSVBlockMemory.most && bytes.capacity <= CSVBlockMemory.largest {
        spare.append(bytes)
      }
    }
  }
}

/// Finds and reads the first record.
private struct HeaderRecord {
  private let dialect: CSVDialect
  private let file: String
  private var record: [UInt8] = []
  private(set) var end = 0

  init(_ dialect: CSVDialect, file: String) {
    self.dialect = dialect
    self.file = file
  }

  /// Whether the first record is complete in `start`.
  mutating func find(in start: [UInt8], atEnd: Bool) throws -> Bool {
    let padded = start + [UInt8](repeating: 0, count: CSVBlock.padding)
    let bytes = padded.span
    var at = 0
    var isFieldStart = true
    while at < start.count {
      let byte = bytes[at]
      if byte == dialect.newline {
        record = Array(start[..<at])
        end = at + 1
        return true
      }
      if byte == CSVDialect.quote && isFieldStart {
        let (after, problem) = CSVQuotes.close(bytes, openedAt: at, start.count, dialect)
        if problem == .textAfterQuote {
          throw FormatError(
            file, at: "row 1", "expected a separator after a closing quote, found more text")
        }
        at = after
        isFieldStart = false
        continue
      }
      isFieldStart = byte == dialect.delimiter
      at += 1
    }
    if atEnd {
      record = start
      end = start.count
      return true
    }
    guard start.count < CSVLimits.headerBytes else {
      throw FormatError(
        file, at: "row 1",
        "the header is longer than the \(CSVLimits.headerBytes >> 20) MiB allowed: "
          + "is this a CSV file?")
    }
    return false
  }

  func names() throws -> [String] {
    if record.last == 0x0D && dialect.newline == 0x0A { return try names(record.dropLast()) }
    return try names(record[...])
  }

  private func names(_ record: ArraySlice<UInt8>) throws -> [String] {
    if record.isEmpty && end == 0 { return [] }
    let fields = CSVFields.split(Array(record), dialect)
    guard fields.count <= CSVLimits.columns else {
      throw FormatError(
        file, at: "row 1", "has \(fields.count) columns, more than the \(CSVLimits.columns) allowed"
      )
    }
    guard dialect.hasHeader else { return (1...fields.count).map { "column\($0)" } }
    return try fields.enumerated().map { position, field in
      guard field.count <= CSVLimits.headerNameBytes else {
        throw FormatError(
          file, at: "row 1, column \(position + 1)",
          "the name is longer than the \(CSVLimits.headerNameBytes) bytes allowed")
      }
      guard let name = String(validating: field, as: UTF8.self), !field.contains(0) else {
        throw FormatError(
          file, at: "row 1, column \(position + 1)",
          "the name is not UTF-8 text: is this a CSV file?")
      }
      return name
    }
  }
}
