import Columns
import Execution
import Kernels
import Planning
import SQL
import Synchronization

extension Warehouse {
  /// The answer of a SHOW statement.
  func show(_ show: Show, _ context: StatementContext) throws -> QueryResult {
    switch show {
    case .tables(let database, let pattern):
      let database = try self.database(database, context)
      return names("table", try context.catalog.relationNames(in: database), like: pattern)
    case .views(let database, let pattern):
      let database = try self.database(database, context)
      return names("view", try context.catalog.views(in: database), like: pattern)
    case .databases(let pattern):
      return names("database", try context.catalog.databases(), like: pattern)
    case .columns(let name): return try columns(of: name, context)
    case .partitions(let name): return try partitions(of: name, context)
    case .functions(let pattern): return functions(like: pattern)
    case .createTable(let name): return try createTableText(name, context)
    case .createView(let name): return try createViewText(name, context)
    case .catalogs(let pattern): return names("catalog", ["awsdatacatalog"], like: pattern)
    case .session:
      // There are no session properties to be set.
      return SmallResult.result(
        [
          ("name", .varchar), ("value", .varchar), ("default", .varchar), ("type", .varchar),
          ("description", .varchar),
        ], [])
    case .stats(let name): return try stats(of: name, context)
    }
  }

  private func database(_ name: QualifiedName?, _ context: StatementContext) throws -> String {
    guard let name else { return database.withLock { $0 } }
    let wanted = name.last.text.lowercased()
    let known = try context.catalog.databases()
    if known.contains(wanted) { return wanted }
    throw SQLError(
      "no database named '\(name.last.text)'" + Spelling.hint(for: wanted, among: known),
      at: name.range)
  }

  private func names(_ title: String, _ names: [String], like pattern: String?) -> QueryResult {
    let kept = names.filter { NamePattern.matches($0, pattern) }
    return SmallResult.result([(title, .varchar)], kept.map { [.text($0)] })
  }

  /// The columns of a table or view: name, type, and whether the table is partitioned by it.
  func columns(of name: QualifiedName, _ context: StatementContext) throws -> QueryResult {
    let schema: Schema
    var partitions: Set<Int> = []
    switch try context.catalog.entry(name, version: nil) {
    case .table(let table):
      schema = table.schema
      partitions = table.partitionColumns
    case .view(_, let query, _): schema = try planner(context).bind(query).schema
    }
    return SmallResult.result(
      [("column", .varchar), ("type", .varchar), ("extra", .varchar)],
      schema.fields.enumerated().map { position, field in
        [
          .text(field.name), .text("\(field.type)"),
          partitions.contains(position) ? .text("partition key") : .null,
        ]
      })
  }

  private func partitions(
    of name: QualifiedName, _ context: StatementContext
  ) throws -> QueryResult {
    let table = try context.catalog.resolve(name)
    guard let summary = try store.summary(table) else {
      _ = try context.catalog.entry(name, version: nil)
      throw SQLError("'\(name.text)' is no table of the lake", at: name.range)
    }
    guard !summary.partitionColumns.isEmpty else {
      throw SQLError("table '\(name.text)' is not partitioned", at: name.range)
    }
    return SmallResult.result(
      [
        ("partition", .varchar), ("rows", .bigint), ("files", .bigint), ("bytes", .bigint),
      ],
      try store.partitions(table).map { partition in
        let text = zip(summary.partitionColumns, partition.values)
          .map { "\($0)=\($1 ?? "NULL")" }.joined(separator: "/")
        return [
          .text(text), partition.rowCount.map { .int64(Int64($0)) } ?? .null,
          .int64(Int64(partition.fileCount)), .int64(Int64(partition.byteCount)),
        ]
      })
  }

  private func functions(like pattern: String?) -> QueryResult {
    var rows = ScalarFunctions.named.map { ($0.name, "scalar", $0.summary) }
    rows += AggregateFunctions.all.map { ($0.name, "aggregate", $0.summary) }
    rows.sort { ($0.0, $0.1) < ($1.0, $1.1) }
    return SmallResult.result(
      [("function", .varchar), ("kind", .varchar), ("description", .varchar)],
      rows.filter { NamePattern.matches($0.0, pattern) }
        .map { [.text($0.0), .text($0.1), .text($0.2)] })
  }

  private func createTableText(
    _ name: QualifiedName, _ context: StatementContext
  ) throws -> QueryResult {
    let table = try context.catalog.resolve(name)
    guard let summary = try store.summary(table) else {
      if case .view = try context.catalog.entry(name, version: nil) {
        throw SQLError("'\(name.text)' is a view; SHOW CREATE VIEW shows it", at: name.range)
      }
      throw SQLError("'\(name.text)' is no table of the lake", at: name.range)
    }
    let partitions = Set(summary.partitionColumns.map { $0.lowercased() })
    let columns = summary.schema.fields.filter { !partitions.contains($0.name.lowercased()) }
    var text = "CREATE TABLE \(SQLName.written(table.name)) (\n"
    text += columns.map { "  \(SQLName.written($0.name)) \($0.type)" }.joined(separator: ",\n")
    text += "\n)"
    if !summary.partitionColumns.isEmpty {
      let keys = summary.partitionColumns.map { key in
        "\(SQLName.written(key)) \(summary.schema.field(named: key)?.type ?? .varchar)"
      }
      text += "\nPARTITIONED BY (\(keys.joined(separator: ", ")))"
    }
    return SmallResult.result([("create table", .varchar)], [[.text(text)]])
  }

  private func createViewText(
    _ name: QualifiedName, _ context: StatementContext
  ) throws -> QueryResult {
    let view = try context.catalog.resolve(name)
    guard let text = try context.catalog.viewText(view) else {
      _ = try context.catalog.entry(name, version: nil)
      throw SQLError("'\(name.text)' is a table; SHOW CREATE TABLE shows it", at: name.range)
    }
    let query = text.trimmingSpace
    return SmallResult.result(
      [("create view", .varchar)],
      [[.text("CREATE VIEW \(SQLName.written(view.name)) AS\n\(query)")]])
  }
}

/// LIKE patterns of SHOW: `%` and `_` as in SQL, `*` as in Athena.
enum NamePattern {
  static func matches(_ name: String, _ pattern: String?) -> Bool {
    guard let pattern else { return true }
    return matches(Array(name.lowercased())[...], Array(pattern.lowercased())[...])
  }

  private static func matches(_ name: ArraySlice<Character>, _ pattern: ArraySlice<Character>)
    -> Bool
  {
    var (name, pattern) = (name, pattern)
    var retry: (name: ArraySlice<Character>, pattern: ArraySlice<Character>)?
    while true {
      if let wanted = pattern.first, wanted == "%" || wanted == "*" {
        pattern = pattern.dropFirst()
        retry = (name, pattern)
      } else if let wanted = pattern.first, let found = name.first, wanted == "_" || wanted == found
      {
        name = name.dropFirst()
        pattern = pattern.dropFirst()
      } else if name.isEmpty && pattern.isEmpty {
        return true
      } else if let last = retry, !last.name.isEmpty {
        name = last.name.dropFirst()
        pattern = last.pattern
        retry = (name, pattern)
      } else {
        return false
      }
    }
  }
}

extension String {
  var trimmingSpace: String {
    let kept = drop { $0.isWhitespace }
    return String(kept.reversed().drop { $0.isWhitespace }.reversed())
  }
}
