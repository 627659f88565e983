package import Columns
package import Files

import Parquet

/// Writes one result as a Parquet file, which appears when the result is complete.
package final class ParquetSink: ResultSink {
  private let output: OutputFile
  private var writer: ParquetWriter?

  package init(_ output: OutputFile) {
    self.output = output
  }

  /// - Throws: `FormatError` for a second result: a file holds one schema; `FileError`.
  package func begin(_ schema: Schema) throws {
    guard writer == nil else {
      throw FormatError(
        output.path, "a Parquet file holds one result; run the statements one by one")
    }
    writer = try ParquetWriter(
      output: output, schema: SchemaWidening.exported(schema), options: ParquetWriterOptions())
  }

  package func receive(_ batch: Batch) throws { try writer?.write(SchemaWidening.exported(batch)) }

  package func end(message: String?) throws { _ = try writer?.finish() }
}
