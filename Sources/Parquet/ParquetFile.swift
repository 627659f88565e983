package import Columns
import Files

/// A Parquet file, opened for reading: its footer is read, its pages are not.
///
/// Source: Apache Parquet format 2.11, README.md and parquet.thrift.
package final class ParquetFile: Sendable {
  package let path: String
  package let schema: Schema
  package let rowCount: Int
  package let rowGroups: [ParquetRowGroup]
  package let keyValueMetadata: [String: String]
  /// The program that wrote the file, as it calls itself.
  package let createdBy: String?

  /// - Throws: `FileError` when the file cannot be read, `FormatError` when it is not Parquet or
  ///   has a type that is not supported.
  package init(_ path: String) throws {
    preconditionFailure("not built yet")
  }

  /// Reads some columns of a row group, in the order given, in batches of up to `batchSize` rows.
  ///
  /// - Throws: `FormatError` when the pages cannot be what the footer says.
  package func reader(
    rowGroup: Int, columns: [Int], batchSize: Int
  ) throws -> ParquetBatchReader {
    preconditionFailure("not built yet")
  }
}

/// A run of a file's rows that is stored together.
package struct ParquetRowGroup: Sendable {
  package let rowCount: Int
  /// Bytes of the row group's pages in the file.
  package let byteCount: Int
  /// One entry per column of the file's schema.
  package let statistics: [ColumnStatistics]
}
