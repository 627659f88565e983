import Columns
import Execution
import Planning
import SQL
import Synchronization

/// USE, DESCRIBE OUTPUT and SHOW STATS: what a session chooses, and what it can ask beforehand.
extension Warehouse {
  /// Chooses the database of names without a qualifier; a catalog in front of it means nothing here.
  func use(_ name: QualifiedName, _ context: StatementContext) throws -> String {
    guard name.parts.count <= 2 else {
      throw SQLError("expected USE database, or USE catalog.database", at: name.range)
    }
    let wanted = name.last.text.lowercased()
    let known = try context.catalog.databases()
    guard known.contains(wanted) else {
      throw SQLError(
        "no database named '\(name.last.text)'" + Spelling.hint(for: wanted, among: known),
        at: name.range)
    }
    database.withLock { $0 = wanted }
    return "database '\(wanted)' is used"
  }

  /// The columns that a prepared statement gives; its parameters are NULL here.
  func output(of statement: Statement, _ context: StatementContext) throws -> QueryResult {
    var schema = Schema([])
    if case .query(let query) = statement {
      var context = context
      context.parameters = [TypedValue](
        repeating: TypedValue(.null, .null), count: 1000)
      schema = try planner(context).bind(query).schema
    }
    return SmallResult.result(
      [("column name", .varchar), ("type", .varchar)],
      schema.fields.map { [.text($0.name), .text("\($0.type)")] })
  }

  /// Counted from the rows: a row per column, and one for the table.
  func stats(of name: QualifiedName, _ context: StatementContext) throws -> QueryResult {
    let schema: Schema
    switch try context.catalog.entry(name, version: nil) {
    case .table(let table): schema = table.schema
    case .view(_, let query, _): schema = try planner(context).bind(query).schema
    }
    let items = schema.fields.flatMap { field -> [String] in
      let column = Self.quoted(field.name)
      let hasExtremes =
        field.type.isNumeric || field.type.isTime || field.type == .boolean
      // Doubles are shown as a column of them is, without the exponent of a cast.
      func text(_ value: String) -> String {
        field.type == .double || field.type == .real
          ? "CASE WHEN \(value) IS NOT NULL THEN format('%s', \(value)) END"
          : "CAST(\(value) AS varchar)"
      }
      return [
        "CAST(count(*) - count(\(column)) AS double) / nullif(count(*), 0)",
        field.type.isNested ? "NULL" : "approx_distinct(\(column))",
        hasExtremes ? text("min(\(column))") : "NULL",
        hasExtremes ? text("max(\(column))") : "NULL",
      ]
    }
    let table = name.parts.map { Self.quoted($0.text) }.joined(separator: ".")
    let text = "SELECT " + (["count(*)"] + items).joined(separator: ", ") + " FROM " + table
    let counted = try query(text)
    let row = counted.batches.first?.columns.map { $0.value(0) } ?? []
    guard row.count == 1 + 4 * schema.fields.count else {
      return SmallResult.result(Self.statsColumns, [])
    }
    var rows = schema.fields.enumerated().map { position, field -> [Value] in
      let facts = row[(1 + 4 * position)..<(5 + 4 * position)].map { $0 }
      let distinct = facts[1].int64.map { Value.double(Double($0)) } ?? .null
      return [.text(field.name), .null, distinct, facts[0], .null, facts[2], facts[3]]
    }
    let count = row[0].int64.map { Value.double(Double($0)) } ?? .null
    rows.append([.null, .null, .null, .null, count, .null, .null])
    return SmallResult.result(Self.statsColumns, rows)
  }

  private static let statsColumns: [(String, DataType)] = [
    ("column_name", .varchar), ("data_size", .double), ("distinct_values_count", .double),
    ("nulls_fraction", .double), ("row_count", .double), ("low_value", .varchar),
    ("high_value", .varchar),
  ]

  private static func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}
