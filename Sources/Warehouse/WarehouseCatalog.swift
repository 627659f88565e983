import Columns
import Execution
import Files
import Planning
import SQL
import Synchronization

/// What names in FROM stand for, for one statement: each table is looked up once, so that the whole
/// statement sees one version of it.
final class WarehouseCatalog: Catalog {
  private let warehouse: Warehouse
  private let entries = Mutex<[Key: CatalogEntry]>([:])
  private let summaries = Mutex<[TableSummary]?>(nil)
  private let notes = Mutex<Set<String>>([])
  private let read = Mutex<Set<TableName>>([])

  private struct Key: Hashable {
    let name: String
    let version: ResolvedVersion?
  }

  init(_ warehouse: Warehouse) {
    self.warehouse = warehouse
  }

  private var store: any TableStore { warehouse.store }
  private var configuration: Warehouse.Configuration { warehouse.configuration }

  func entry(_ name: QualifiedName, version: ResolvedVersion?) throws -> CatalogEntry {
    let key = Key(name: name.text.lowercased(), version: version)
    if let known = entries.withLock({ $0[key] }) { return known }
    let entry = try find(name, version: version)
    entries.withLock { $0[key] = entry }
    return entry
  }

  func file(
    _ path: String, version: ResolvedVersion?, at range: SourceRange
  ) throws -> any PlannedTable {
    let key = Key(name: "'\(path)'", version: version)
    if case .table(let known) = entries.withLock({ $0[key] }) { return known }
    let table: any TableSource
    do {
      table = try warehouse.fileTables.table(path, named: lastPart(of: path), version: version)
    } catch let error as FileError where error.isMissing {
      throw SQLError("there is no file '\(path)'", at: range)
    } catch let error as FormatError where version != nil {
      throw SQLError(error.message, at: range)
    }
    entries.withLock { $0[key] = .table(table) }
    return table
  }

  func declaredColumns(of table: any PlannedTable) -> Schema? {
    configuration.declaredTable(table.name.lowercased())
  }

  private func find(_ name: QualifiedName, version: ResolvedVersion?) throws -> CatalogEntry {
    if let table = try informationSchema(name) { return .table(table) }
    if let table = try partitions(name, version: version) { return .table(table) }
    let resolved = try resolve(name)
    read.withLock { _ = $0.insert(resolved) }
    let isDefault = resolved.database == TableName.defaultDatabase
    if isDefault, let path = fileTable(resolved.name) {
      return .table(try fileTable(path, named: name, resolved, version: version))
    }
    let pinned = isDefault ? configuration.tableVersions[resolved.name.lowercased()] : nil
    do {
      let version = version ?? pinned.map(ResolvedVersion.version)
      if let table = try store.source(resolved, version: version) { return .table(table) }
    } catch let error as FormatError where version != nil {
      throw SQLError(error.message, at: name.range)
    }
    guard let text = try viewText(resolved) else { throw unknown(name, resolved) }
    guard version == nil else {
      throw SQLError("'\(name.text)' is a view; only tables have versions", at: name.range)
    }
    return try view(resolved, text)
  }

  /// The database that a qualifier means; one that the lake lacks means the default one, with a note,
  /// because statements written for Athena name the database of another account.
  func resolve(_ name: QualifiedName) throws -> TableName {
    guard name.parts.count <= 3 else {
      throw SQLError("a table's name has at most three parts", at: name.range)
    }
    let table = name.last.text
    guard name.parts.count > 1 else { return try unqualified(table) }
    let database = name.parts[name.parts.count - 2].text
    let known = try store.databases()
    if database.lowercased() == TableName.defaultDatabase || known.contains(database.lowercased()) {
      return TableName(database: database, name: table)
    }
    if notes.withLock({ $0.insert(database.lowercased()).inserted }) {
      configuration.note(
        "there is no database '\(database)' in the lake; '\(table)' is looked up in the default one"
      )
    }
    return TableName(name: table)
  }

  /// A table of the database that USE has chosen, or of the default one where that has none of the
  /// name, as views that were made without USE expect.
  private func unqualified(_ table: String) throws -> TableName {
    let chosen = TableName(database: warehouse.database.withLock { $0 }, name: table)
    guard chosen.database != TableName.defaultDatabase else { return chosen }
    let isThere = try relationNames(in: chosen.database).contains(chosen.name)
    let other = TableName(name: table)
    let isElsewhere = try relationNames(in: other.database).contains(other.name)
    return isThere || !isElsewhere ? chosen : other
  }

  /// Whether the statement has asked for a name, itself or through a view.
  func hasRead(_ name: TableName) -> Bool { read.withLock { $0.contains(name) } }

  private func fileTable(
    _ path: String, named name: QualifiedName, _ resolved: TableName, version: ResolvedVersion?
  ) throws -> any TableSource {
    do {
      return try warehouse.fileTables.table(path, named: resolved.name, version: version)
    } catch let error as FormatError where version != nil {
      throw SQLError(error.message, at: name.range)
    }
  }

  /// What a path's table is called: `lake/t/` is `t`.
  private func lastPart(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  private func fileTable(_ name: String) -> String? {
    configuration.fileTables.first { $0.key.lowercased() == name }?.value
  }

  /// Whether a name was given to files, which statements can only read.
  func isFileTable(_ name: TableName) -> Bool {
    name.database == TableName.defaultDatabase && fileTable(name.name) != nil
  }

  /// The query of a view: the user's own, one that every lake has, or one made for these tables.
  func viewText(_ name: TableName) throws -> String? {
    if let own = try store.viewText(name) { return own }
    guard name.database == TableName.defaultDatabase else { return nil }
    if let known = configuration.views[name.name] { return known }
    if let generate = configuration.generatedViews[name.name] {
      return try generate(try tableSummaries())
    }
    return try tableViews().first { $0.name.lowercased() == name.name }?.statement
  }

  /// The views that go with the tables of the default database.
  private func tableViews() throws -> [(name: String, statement: String)] {
    let tables = try tableSummaries()
    return tables.filter { TableName($0.name).database == TableName.defaultDatabase }
      .compactMap { configuration.tableViews($0, tables) }
  }

  private func view(_ name: TableName, _ text: String) throws -> CatalogEntry {
    do {
      return .view(name: name.description, query: try Parser.query(text), text: text)
    } catch {
      throw FormatError(
        "view '\(name)'", at: error.range.map { "byte \($0.start + 1)" }, error.message)
    }
  }

  private func tableSummaries() throws -> [TableSummary] {
    if let known = summaries.withLock({ $0 }) { return known }
    let found = try warehouse.tables()
    summaries.withLock { $0 = found }
    return found
  }

  private func unknown(_ name: QualifiedName, _ resolved: TableName) -> SQLError {
    let names = (try? relationNames(in: resolved.database)) ?? []
    if names.isEmpty {
      return SQLError(
        "no table named '\(name.last.text)'; the lake '\(configuration.lake)' has no tables yet",
        at: name.range)
    }
    let hint = Spelling.hint(for: resolved.name, among: names)
    return SQLError("no table named '\(name.last.text)'\(hint)", at: name.range)
  }

  /// Names of tables and views of a database, sorted, and behind them those given to files.
  func relationNames(in database: String) throws -> [String] {
    let names = try store.tableNames(in: database) + views(in: database)
    return Set(names).filter { !isFileTable(TableName(database: database, name: $0)) }.sorted()
      + (database == TableName.defaultDatabase ? configuration.fileTables.keys.sorted() : [])
  }

  /// Names of views of a database, built-in ones among them, sorted.
  func views(in database: String) throws -> [String] {
    var names = Set(try store.viewNames(in: database))
    if database == TableName.defaultDatabase {
      names.formUnion(configuration.views.keys)
      names.formUnion(configuration.generatedViews.keys)
      names.formUnion(try tableViews().map { $0.name.lowercased() })
    }
    return try names.subtracting(store.tableNames(in: database)).sorted()
  }

  /// All databases, the default one first.
  func databases() throws -> [String] { [TableName.defaultDatabase] + (try store.databases()) }
}

extension WarehouseCatalog {
  /// `"cur$partitions"`: what Athena's users list partitions with.
  private func partitions(
    _ name: QualifiedName, version: ResolvedVersion?
  ) throws -> (any TableSource)? {
    guard let owner = PartitionTable.owner(of: name) else { return nil }
    guard case .table(let table) = try entry(owner, version: version) else {
      throw SQLError("'\(owner.text)' is a view; only tables have partitions", at: name.range)
    }
    guard let partitions = PartitionTable.table(of: table, named: name.text) else {
      throw SQLError("table '\(owner.text)' is not partitioned", at: name.range)
    }
    return partitions
  }

  private func informationSchema(_ name: QualifiedName) throws -> (any TableSource)? {
    guard name.parts.count >= 2,
      name.parts[name.parts.count - 2].text.lowercased() == InformationSchema.name
    else { return nil }
    switch name.last.text.lowercased() {
    case "tables": return InformationSchema.tables(try relations(withColumns: false))
    case "views": return InformationSchema.views(try relations(withColumns: false))
    case "columns": return InformationSchema.columns(try relations(withColumns: true))
    case "schemata": return InformationSchema.schemata(try databases())
    default:
      throw SQLError(
        "no table named '\(name.text)'"
          + Spelling.hint(for: name.last.text, among: InformationSchema.tableNames),
        at: name.range)
    }
  }

  /// - Throws: where files that a name was given to cannot be read, as a query of them does.
  private func relations(withColumns: Bool) throws -> [InformationSchema.Relation] {
    var found = try configuration.fileTables.sorted { $0.key < $1.key }.map { name, path in
      let schema = withColumns ? try warehouse.fileTables.table(path, named: name).schema : nil
      return InformationSchema.Relation(
        database: TableName.defaultDatabase, name: name.lowercased(), isView: false,
        schema: schema, text: nil)
    }
    for database in try databases() {
      for name in try store.tableNames(in: database) {
        let table = TableName(database: database, name: name)
        if isFileTable(table) { continue }
        found.append(
          InformationSchema.Relation(
            database: database, name: name, isView: false,
            schema: withColumns ? try store.summary(table)?.schema : nil, text: nil))
      }
      for name in try views(in: database) {
        // A view whose tables are gone has no columns to show.
        let view = TableName(database: database, name: name)
        guard !isFileTable(view), let text = try? viewText(view) else { continue }
        found.append(
          InformationSchema.Relation(
            database: database, name: name, isView: true,
            schema: withColumns ? try? warehouse.schema(ofView: text, self) : nil, text: text))
      }
    }
    return found
  }
}
