package import Columns
package import Files

/// A text file as a table of types found in it, for `FROM 'x.csv'` and its kin.
package struct TextTable: Sendable {
  package let schema: Schema
  package let batches: [Batch]
  /// Records that could not be read.
  package let rejects: [RejectedRow]

  /// Opens a file from its start.
  package typealias Opening = () throws -> any ByteSource

  /// Reads delimited files twice: once to find the types, once for the values.
  ///
  /// A column has the type that holds for its texts in all of the files, as if they were one: a file
  /// without rows decides nothing, and a text stays what it is. A name that a header has again, in whatever
  /// case, gets a number: `a,a` is `a` and `a_1`; a column without a name is called by its position:
  /// `column1`.
  ///
  /// - Returns: a table for each file.
  /// - Throws: `FormatError`; what a source throws.
  package static func csv(
    _ files: [Opening], dialect: CSVDialect? = nil, threads: Int = 1
  ) throws -> [TextTable] {
    var candidates: [String: CSVCandidates] = [:]
    for open in files {
      let reader = try CSVReader(open(), dialect: dialect)
      for (name, found) in zip(reader.columnNames(), try reader.candidates(threads: threads)) {
        candidates[name.lowercased()] =
          candidates[name.lowercased(), default: .none].merged(with: found)
      }
    }
    return try files.map { open in
      let reader = try CSVReader(open(), dialect: dialect)
      let columns = reader.columnNames().enumerated().map { position, name in
        let type = candidates[name.lowercased(), default: .none].type
        let tokens = type == .varchar ? [] : CSVCandidates.nullTokens
        return CSVColumn(position, name, type, CSVColumn.Options(nullTokens: tokens))
      }
      var batches: [Batch] = []
      var rejects: [RejectedRow] = []
      try reader.readParts(columns, threads: threads) { part in
        if part.batch.count > 0 { batches.append(part.batch) }
        rejects += part.rejects
      }
      return TextTable(
        schema: Schema(columns.map { Field($0.name, $0.type) }), batches: batches,
        rejects: rejects)
    }
  }

  /// Reads files of JSON lines, or of arrays of objects, twice: once for the schema, once for the rows. A
  /// column has the type that holds for its values in all of the files, as if they were one. Values within
  /// a row whose members' names differ only by case are JSON.
  ///
  /// - Returns: a table for each file.
  /// - Throws: `FormatError`, also for a row whose own names differ only by case: columns' names do not;
  ///   what a source throws.
  package static func json(_ files: [Opening]) throws -> [TextTable] {
    let shapes = try files.map { open in try shape(of: open()) }
    return try zip(files, JSONShape.agreeing(shapes)).map { open, shape in
      try rows(of: open(), in: JSONTable(shape))
    }
  }

  private static func shape(of source: any ByteSource) throws -> JSONShape {
    var shape = JSONShape.unknown
    try forEachRow(source) { row, line in
      let found = JSONShape(row)
      if case .json = found, let (a, b) = row.object?.namesDifferingByCase {
        throw FormatError(
          source.name, at: "line \(line)",
          "'\(a)' and '\(b)' differ only by case, which columns do not: rename one of them")
      }
      shape = shape.widened(by: found)
    }
    return shape
  }

  private static func rows(of source: any ByteSource, in table: JSONTable) throws -> TextTable {
    var batches: [Batch] = []
    var rows: [JSONValue] = []
    var count = 0
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

extension CSVReader {
  /// The names that the header's columns have in a table.
  fileprivate func columnNames() -> [String] {
    Schema(
      header.enumerated().map { Field($1.isEmpty ? "column\($0 + 1)" : $1, .varchar) }
    ).withDistinctNames().names
  }
}
