package import Columns
package import Files

/// A text file as a table of types found in it, for `FROM 'x.csv'` and its kin.
package struct TextTable: Sendable {
  package let schema: Schema
  package let batches: [Batch]
  /// Records that could not be read.
  package let rejects: [RejectedRow]

  /// Reads a delimited file twice: once to find types that hold for every row (BOOLEAN, BIGINT, DOUBLE,
  /// DATE, TIMESTAMP, else VARCHAR), once for the values.
  ///
  /// - Parameter open: opens the file from its start.
  /// - Throws: `FormatError`; what the source throws.
  package static func csv(
    dialect: CSVDialect? = nil, threads: Int = 1, open: () throws -> any ByteSource
  ) throws -> TextTable {
    preconditionFailure("not yet")
  }

  /// Reads JSON lines, or one array of objects.
  ///
  /// - Throws: `FormatError`; what the source throws.
  package static func json(_ source: any ByteSource) throws -> TextTable {
    preconditionFailure("not yet")
  }
}
