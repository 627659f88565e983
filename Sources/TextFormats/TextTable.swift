package import Columns
package import Files

/// A text file as a table of types found in it, for `FROM 'x.csv'` and its kin.
package struct TextTable: Sendable {
  package let schema: Schema
  package let batches: [Batch]
  /// Records that could not be read.
  package let rejects: [RejectedRow]

  /// Reads a delimited file twice: once to find the types (``CSVReader/inferredColumns(threads:)``), once
  /// for the values. A name that the header has again, in whatever case, gets a number: `a,a` is `a`
  /// and `a_1`; a column without a name is called by its position: `column1`.
  ///
  /// - Parameter open: opens the file from its start.
  /// - Throws: `FormatError`; what the source throws.
  package static func csv(
    dialect: CSVDialect? = nil, threads: Int = 1, open: () throws -> any ByteSource
  ) throws -> TextTable {
    let columns = try CSVReader(open(), dialect: dialect).inferredColumns(threads: threads)
    var batches: [Batch] = []
    var rejects: [RejectedRow] = []
    try CSVReader(open(), dialect: dialect).readParts(columns, threads: threads) { part in
      if part.batch.count > 0 { batches.append(part.batch) }
      rejects += part.rejects
    }
    let fields = columns.map { column in
      Field(column.name.isEmpty ? "column\(column.position + 1)" : column.name, column.type)
    }
    return TextTable(
      schema: Schema(fields).withDistinctNames(), batches: batches, rejects: rejects)
  }

  /// Reads JSON lines, or arrays of objects, twice: once for the schema, once for the rows.
  ///
  /// - Parameter open: opens the file from its start.
  /// - Throws: `FormatError`; what the source throws.
  package static func json(open: () throws -> any ByteSource) throws -> TextTable {
    var shape = JSONShape.unknown
    try forEachRow(open()) { row, _ in shape = shape.widened(by: JSONShape(row)) }
    let table = JSONTable(shape)
    var batches: [Batch] = []
    var rows: [JSONValue] = []
    var count = 0
    let source = try open()
    let flush = { () throws(FormatError) in
      if rows.isEmpty { return }
      batches.append(
        try table.batch(rows, file: source.name, firstRow: count - rows.count + 1))
      rows.removeAll(keepingCapacity: true)
    }
    try forEachRow(source) { row, _ in
      rows.append(row)
      count += 1
      if rows.count == 8192 { try flush() }
    }
    try flush()
    return TextTable(schema: table.schema, batches: batches, rejects: [])
  }

  /// Calls `body` with each document, or with each element of the documents that are arrays.
  private static func forEachRow(
    _ source: any ByteSource, _ body: (JSONValue, _ line: Int) throws -> Void
  ) throws {
    let lines = JSONLines(source)
    while let document = try lines.next() {
      guard case .array(let elements) = document else {
        try body(document, lines.line)
        continue
      }
      for element in elements { try body(element, lines.line) }
    }
  }
}
