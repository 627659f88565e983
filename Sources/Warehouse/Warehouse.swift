package import Columns
import Execution
import Files
import Kernels
import Planning
import SQL
import Synchronization

/// A lake and the SQL engine over it.
///
/// The way of a statement, to be followed in ``run(_:into:)``: `SQL/Parser` reads the text,
/// `Planning/Planner` finds out what its names and types are and rewrites the plan,
/// `Execution/Executor` runs it over the tables that ``WarehouseCatalog`` has found.
package final class Warehouse: Sendable {
  package let configuration: Configuration
  let store: any TableStore
  let fileTables: FileTables
  private let cache: ParquetFileCache
  let prepared = Mutex<[String: Statement]>([:])
  /// What USE has chosen: where tables without a qualifier are looked up.
  let database = Mutex<String>(TableName.defaultDatabase)
  private let running = Mutex<CancellationToken?>(nil)

  /// Opens a lake; nothing is created before something is written.
  package init(_ configuration: Configuration) throws {
    self.configuration = configuration
    cache = ParquetFileCache(memory: configuration.memory)
    store =
      configuration.lake == ":memory:"
      ? MemoryStore() : DirectoryStore(configuration.lake, cache: cache)
    fileTables = FileTables(cache: cache, threads: configuration.threads)
  }

  /// Runs one statement and returns its whole result.
  ///
  /// A statement's way, each stage a module or folder: text to syntax tree (`SQL/Parser`), names and
  /// types resolved (`Planning/Binding`), the plan rewritten (`Planning/Rules`), operators built and
  /// run in pieces on all cores (`Execution`), every loop over values in `Kernels`. Tables are found by
  /// ``WarehouseCatalog`` and read through `TableSource`.
  /// - Throws: `SQLError` for what is wrong with the text; `EvaluationError` for values that cannot
  ///   be computed; `FileError`, `FormatError` for what is wrong with the lake.
  package func query(_ sql: String) throws -> QueryResult {
    let collector = ResultCollector()
    try run(sql, into: collector)
    return collector.result
  }

  /// Runs a query and hands over its rows as they come; never an empty batch.
  ///
  /// - Throws: as ``query(_:)``, and what `body` throws.
  package func forEachBatch(of sql: String, _ body: (Batch) throws -> Void) throws {
    let planner = planner(StatementContext(catalog: WarehouseCatalog(self)))
    _ = try execute(planner.rewrite(planner.bind(Parser.query(sql))), body)
  }

  /// Runs a query and no other statement: what files of configuration ask must not change the lake.
  ///
  /// - Throws: `SQLError` for any other statement, before anything is done; else as ``query(_:)``.
  package func ask(_ sql: String) throws -> QueryResult {
    guard case .query(let query) = try Parser.statement(sql) else {
      let word = sql.split(whereSeparator: \.isWhitespace).first.map { $0.uppercased() } ?? ""
      throw SQLError(
        "expected a query such as SELECT, found \(word): only queries are run here", at: nil)
    }
    let collector = ResultCollector()
    try select(query, StatementContext(catalog: WarehouseCatalog(self)), into: collector)
    return collector.result
  }

  /// Runs one statement and hands its rows to a sink as they come.
  ///
  /// - Throws: as ``query(_:)``, and what the sink throws.
  package func run(_ sql: String, into sink: any ResultSink) throws {
    let statement = try Parser.statement(sql)
    try perform(statement, StatementContext(catalog: WarehouseCatalog(self)), into: sink)
  }

  /// Ends the statement that is running, from another thread.
  package func cancel() { running.withLock { $0?.cancel() } }

  /// Ends the statements of all warehouses, running ones and those that come later, as the process is to
  /// end.
  package static func interrupt() { CancellationToken.interrupt() }

  /// Binds a query, rewrites its plan and runs it.
  func select(_ query: Query, _ context: StatementContext, into sink: any ResultSink) throws {
    let planner = planner(context)
    let plan = try planner.rewrite(planner.bind(query))
    try sink.begin(plan.schema)
    _ = try execute(plan) { try sink.receive($0) }
    try sink.end(message: nil)
  }

  /// Runs a plan and hands over its batches in order.
  func execute(_ plan: BoundQuery, _ body: (Batch) throws -> Void) throws -> OperatorReport {
    let token = CancellationToken()
    running.withLock { $0 = token }
    defer { running.withLock { $0 = nil } }
    cache.beginStatement()
    let options = ExecutionOptions(
      threads: configuration.threads, memory: configuration.memory,
      batchSize: configuration.batchSize, now: configuration.now,
      cancellation: token, spillDirectory: configuration.spillDirectory)
    return try Executor(options: options).stream(plan) { batch in
      if batch.count > 0 { try body(batch) }
      return true
    }
  }

  func planner(_ context: StatementContext) -> Planner {
    let now = configuration.now
    return Planner(
      catalog: context.catalog, functions: Warehouse.functions, now: now,
      parameters: context.parameters, disabledRules: configuration.disabledRules,
      session: SessionFacts(
        user: Account.userName, database: database.withLock { $0 },
        version: "kakeibo \(Release.version)"),
      evaluate: { try Execution.constantValue($0, now: now) })
  }

  /// The planner's rewrite rules, in the order in which they are applied.
  package static var ruleNames: [String] { Planner.ruleNames }

  private static let functions = FunctionCatalog(
    scalars: ScalarFunctions.all, aggregates: AggregateFunctions.all)

  /// Columns of a view's query.
  func schema(ofView text: String, _ catalog: WarehouseCatalog) throws -> Schema {
    try planner(StatementContext(catalog: catalog)).bind(Parser.query(text)).schema
  }

  /// Tables in the lake, sorted by name.
  package func tables() throws -> [TableSummary] {
    var summaries: [TableSummary] = []
    for database in [TableName.defaultDatabase] + (try store.databases()) {
      for name in try store.tableNames(in: database) {
        let summary = try store.summary(TableName(database: database, name: name))
        if let summary { summaries.append(summary) }
      }
    }
    return summaries
  }

  package func hasTable(_ name: String) throws -> Bool {
    let name = TableName(name)
    return try store.tableNames(in: name.database).contains(name.name)
  }

  /// Begins to write rows into a table, made if missing, its schema widened as needed.
  ///
  /// - Throws: `FormatError` naming the column that does not fit the table; `FileError`.
  package func writer(_ request: WriteRequest) throws -> TableWriter {
    TableWriter(try store.writer(TableName(request.table), request))
  }

  /// The version recorded by the last commit of an application (Delta's `txn`), nil if none.
  package func transactionVersion(table: String, application: String) throws -> Int64? {
    try store.transactionVersion(TableName(table), application: application)
  }

  /// The applications that a table's log remembers a version of, sorted; none without the table.
  package func transactionApplications(table: String) throws -> [String] {
    try store.transactionApplications(TableName(table))
  }

  /// What each file of a table is of, by its path as the column `"$path"` has it; none of a table in
  /// memory.
  package func deliveredParts(table: String) throws -> [String: DeliveredPart] {
    try store.deliveredParts(TableName(table))
  }
}

extension BoundQuery {
  /// Names and types of the result's columns.
  var schema: Schema { Schema(columns.map { Field($0.name, $0.reference.type) }) }
}

extension Warehouse {
  package struct Configuration: Sendable {
    /// A directory, or `:memory:`.
    package var lake: String
    package var threads: Int
    /// Bytes that queries may hold.
    package var memory: Int
    /// Microseconds since the epoch: what `now()` answers.
    package var now: Int64
    /// Where queries make temporary files for what does not fit into memory.
    package var spillDirectory = "/tmp"
    /// Rows that operators hand on at once; answers do not depend on it.
    package var batchSize = 8192
    /// Rewrite rules of the planner to leave out, by name; answers do not depend on them.
    package var disabledRules: Set<String> = []
    /// Views that every lake has, by lower-case name: SQL text.
    package var views: [String: String] = [:]
    /// Views whose text depends on the tables there are (`costs`): called with the lake's tables.
    package var generatedViews: [String: @Sendable ([TableSummary]) throws -> String] = [:]
    /// The view that goes with a table of the default database, in a lake of these tables; nil where it has
    /// none.
    package var tableViews:
      @Sendable (_ table: TableSummary, _ tables: [TableSummary]) -> (
        name: String, statement: String
      )? = { _, _ in nil }
    /// Columns that tables of a lower-case name have in general (see `Catalog.declaredColumns`).
    package var declaredTable: @Sendable (_ name: String) -> Schema? = { _ in nil }
    /// Files, globs and Delta folders that are tables of these names (`--table NAME=PATH`), before
    /// those of the lake.
    package var fileTables: [String: String] = [:]
    /// Versions at which tables of the default database are read where a statement names none, by name in lower
    /// case: the lake as it was.
    package var tableVersions: [String: Int64] = [:]
    /// Called with notes for the user (a qualifier that fell back to the default database).
    package var note: @Sendable (String) -> Void = { _ in }

    package init(lake: String, threads: Int = 2, memory: Int = 2 << 30, now: Int64) {
      self.lake = lake
      self.threads = threads
      self.memory = memory
      self.now = now
    }
  }
}
