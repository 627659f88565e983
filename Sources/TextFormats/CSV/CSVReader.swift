package import Columns
package import Files

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

  /// Reads the header.
  ///
  /// - Parameters:
  ///   - dialect: nil to find it out from the start of the file.
  ///   - blockSize: bytes of text per block, which bounds the rows of a batch.
  /// - Throws: `FormatError` for a header over the limits or not UTF-8; what the source throws.
  package init(
    _ source: any ByteSource, dialect: CSVDialect? = nil, blockSize: Int = 8 << 20
  ) throws {
    preconditionFailure("not yet")
  }

  /// The next records, nil at the end.
  ///
  /// - Throws: `FormatError` for a record over the limit; what the source throws.
  package func nextBlock() throws -> CSVBlock? {
    preconditionFailure("not yet")
  }

  /// Parses the whole file with several threads and calls `body` on the calling thread with the parts in
  /// the order of the file. At most two parts per thread wait at any time.
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
    preconditionFailure("not yet")
  }
}

/// Parses blocks of one file; a value that any number of threads may use at once.
package struct CSVParser: Sendable {
  /// The type of each wanted column, in their order: what the batches have.
  package let schema: Schema

  /// - Throws: `FormatError` for a column that the file does not have.
  package init(_ reader: CSVReader, _ columns: [CSVColumn]) throws(FormatError) {
    preconditionFailure("not yet")
  }

  /// The rows of a block; text columns come out as dictionaries where their values repeat.
  package func parse(_ block: CSVBlock) -> CSVPart {
    preconditionFailure("not yet")
  }
}
