package import Columns
package import Files

/// How a Parquet file is laid out.
package struct ParquetWriterOptions: Sendable {
  package enum Compression: Sendable { case uncompressed, snappy, gzip }

  /// Rows of a row group; the writer holds that many in memory.
  package var rowGroupRows = 122_880
  /// Rows of a page.
  package var pageRows = 20_000
  package var compression = Compression.snappy
  /// Whether TIMESTAMP columns are marked as instants in UTC (what Delta's `timestamp` is) or as
  /// local time without zone.
  package var timestampsAreUTC = true
  /// Text pairs for the footer, in this order.
  package var keyValueMetadata: [(key: String, value: String)] = []

  package init() {}
}

/// What was written to a Parquet file.
package struct ParquetFileSummary: Sendable {
  package let rowCount: Int
  package let byteCount: Int
  /// One entry per column; bounds are exact, texts are not shortened.
  package let columns: [ColumnStatistics]
}

/// Writes batches as a Parquet file. The same rows and options give the same bytes.
package final class ParquetWriter {
  /// The writer takes over `output`; unless ``finish()`` is called, no file appears.
  package init(output: OutputFile, schema: Schema, options: ParquetWriterOptions = .init()) throws {
    preconditionFailure("not built yet")
  }

  /// Appends rows; columns are in the schema's order and have its types.
  ///
  /// - Throws: `FileError` when the disk refuses, `FormatError` for a value its type cannot hold.
  package func write(_ batch: Batch) throws {
    preconditionFailure("not built yet")
  }

  /// Writes the footer and gives the file its name (`OutputFile.finish()`).
  package func finish() throws -> ParquetFileSummary {
    preconditionFailure("not built yet")
  }
}
