package import Columns

/// How results are printed.
package enum ResultFormat: String, Sendable, CaseIterable {
  case table, csv, tsv, json, jsonl, markdown, vertical
}

/// What a result writer may be told.
package struct ResultOptions: Sendable {
  /// The text of NULL; nil for the format's own (nothing in CSV and TSV, `NULL` in tables). Where it is given
  /// an empty string is quoted in CSV, and so is a text that equals it.
  package var nullText: String?
  /// Columns of the terminal, to which tables are cut; nil for no limit.
  package var width: Int?
  /// Whether CSV and TSV begin with the names of the columns.
  package var hasHeader = true
  /// Rows of a table beyond which the middle is left out; nil for no limit.
  package var rowLimit: Int?
  /// Whether tables set names apart from values, and NULL from the text `NULL`, by colour.
  package var isColoured: Bool

  package init(
    nullText: String? = nil, width: Int? = nil, hasHeader: Bool = true, rowLimit: Int? = nil,
    isColoured: Bool = false
  ) {
    self.nullText = nullText
    self.width = width
    self.hasHeader = hasHeader
    self.rowLimit = rowLimit
    self.isColoured = isColoured
  }
}

/// Prints a result batch by batch.
package protocol ResultWriter: AnyObject {
  /// - Throws: what the sink throws.
  func write(_ batch: Batch) throws

  /// Writes what the format has at its end.
  ///
  /// - Throws: what the sink throws.
  func finish() throws
}

extension ResultFormat {
  /// A writer of this format that hands its bytes to `sink`.
  package func writer(
    _ schema: Schema, options: ResultOptions = ResultOptions(),
    sink: @escaping ([UInt8]) throws -> Void
  ) -> any ResultWriter {
    switch self {
    case .table: TableWriter(schema, style: .box, options: options, sink: sink)
    case .markdown: TableWriter(schema, style: .markdown, options: options, sink: sink)
    case .vertical: TableWriter(schema, style: .vertical, options: options, sink: sink)
    case .csv: DelimitedWriter(schema, isTabbed: false, options: options, sink: sink)
    case .tsv: DelimitedWriter(schema, isTabbed: true, options: options, sink: sink)
    case .json: JSONResultWriter(schema, isLines: false, sink: sink)
    case .jsonl: JSONResultWriter(schema, isLines: true, sink: sink)
    }
  }
}
