import Columns
import Delta
import Execution
import Files
import Planning
import SQL
import Synchronization

extension Warehouse {
  /// Runs a statement of any kind.
  func perform(
    _ statement: Statement, _ context: StatementContext, into sink: any ResultSink
  ) throws {
    switch statement {
    case .query(let query): try select(query, context, into: sink)
    case .explain(let inner, let analyze):
      let plan = try explain(inner, analyze: analyze, context)
      try sink.beginPlan(plan.schema)
      try sendRows(of: plan, to: sink)
    case .validate(let inner): try send(try validate(inner, context), to: sink)
    case .createView(let name, let orReplace, let query, let text):
      try createView(name, orReplace: orReplace, query, text, context)
      try done("view '\(name.text)' is defined", sink)
    case .dropView(let name, let ifExists):
      try done(try dropView(name, ifExists: ifExists, context), sink)
    case .createTableAs(let creation): try done(try createTable(creation, context), sink)
    case .dropTable(let name, let ifExists):
      try done(try dropTable(name, ifExists: ifExists, context), sink)
    case .insert(let name, let columns, let query):
      try done(try insert(into: name, columns, query, context), sink)
    case .unload(let query, let path, let properties):
      try done(try unload(query, to: path, properties, context), sink)
    case .show(let show): try send(try self.show(show, context), to: sink)
    case .describe(let name): try send(try columns(of: name, context), to: sink)
    case .describeOutput(let name):
      try send(try output(of: try preparedStatement(name), context), to: sink)
    case .use(let name): try done(try use(name, context), sink)
    case .prepare(let name, let inner):
      prepared.withLock { $0[name.text.lowercased()] = inner }
      try done("statement '\(name.text)' is prepared", sink)
    case .execute(let name, let arguments):
      let inner = try preparedStatement(name)
      let values = try arguments.map(planner(context).constant)
      do {
        try perform(inner, with: values, context, into: sink)
      } catch let error as SQLError {
        // Places inside the prepared text mean nothing in the statement that runs it.
        throw SQLError("in the statement '\(name.text)': \(error.message)", at: name.range)
      }
    case .executeImmediate(let inner, let arguments):
      let values = try arguments.map(planner(context).constant)
      do {
        try perform(inner, with: values, context, into: sink)
      } catch let error as SQLError {
        // Places inside the text mean nothing in the statement around it.
        throw SQLError("in the text of EXECUTE IMMEDIATE: \(error.message)", at: nil)
      }
    case .deallocate(let name):
      _ = try preparedStatement(name)
      prepared.withLock { $0[name.text.lowercased()] = nil }
      try done("statement '\(name.text)' is forgotten", sink)
    }
  }

  private func perform(
    _ statement: Statement, with values: [TypedValue], _ context: StatementContext,
    into sink: any ResultSink
  ) throws {
    var context = context
    context.parameters = values
    try perform(statement, context, into: sink)
  }

  func preparedStatement(_ name: Identifier) throws -> Statement {
    let known = prepared.withLock { $0 }
    if let statement = known[name.text.lowercased()] { return statement }
    throw SQLError(
      "no statement named '\(name.text)' is prepared"
        + Spelling.hint(for: name.text, among: known.keys.sorted()), at: name.range)
  }

  private func send(_ result: QueryResult, to sink: any ResultSink) throws {
    try sink.begin(result.schema)
    try sendRows(of: result, to: sink)
  }

  private func sendRows(of result: QueryResult, to sink: any ResultSink) throws {
    for batch in result.batches { try sink.receive(batch) }
    try sink.end(message: result.message)
  }

  private func done(_ message: String, _ sink: any ResultSink) throws {
    try sink.begin(Schema([]))
    try sink.end(message: message)
  }
}

// MARK: - Views

extension Warehouse {
  private func createView(
    _ name: QualifiedName, orReplace: Bool, _ query: Query, _ text: String,
    _ context: StatementContext
  ) throws {
    let view = try context.catalog.resolve(name)
    if try store.tableNames(in: view.database).contains(view.name) {
      throw SQLError("'\(name.text)' is a table already", at: name.range)
    }
    if try !orReplace && store.viewText(view) != nil {
      throw SQLError(
        "view '\(name.text)' exists already; CREATE OR REPLACE VIEW replaces it", at: name.range)
    }
    let bound = try planner(context).bind(query)
    try checkNames(bound, at: query.range)
    if context.catalog.hasRead(view) {
      throw SQLError("view '\(name.text)' would read itself", at: name.range)
    }
    try store.setView(view, text)
  }

  private func dropView(
    _ name: QualifiedName, ifExists: Bool, _ context: StatementContext
  ) throws -> String {
    let view = try context.catalog.resolve(name)
    if try store.viewText(view) != nil {
      try store.setView(view, nil)
      return "view '\(name.text)' is dropped"
    }
    if try context.catalog.viewText(view) != nil {
      throw SQLError("view '\(name.text)' belongs to every lake and stays", at: name.range)
    }
    if ifExists { return "there was no view '\(name.text)'" }
    throw SQLError(
      "no view named '\(name.text)'"
        + Spelling.hint(for: view.name, among: try store.viewNames(in: view.database)),
      at: name.range)
  }

  /// A table's or view's columns need names of their own.
  private func checkNames(_ query: BoundQuery, at range: SourceRange) throws {
    var seen: Set<String> = []
    for column in query.columns where !seen.insert(column.name.lowercased()).inserted {
      throw SQLError("two columns are named '\(column.name)'; give one of them an alias", at: range)
    }
  }
}

// MARK: - Tables

extension Warehouse {
  private func createTable(
    _ creation: CreateTableAs, _ context: StatementContext
  ) throws -> String {
    let table = try context.catalog.resolve(creation.name)
    if try store.tableNames(in: table.database).contains(table.name) {
      if creation.ifNotExists { return "table '\(creation.name.text)' exists already" }
      throw SQLError("table '\(creation.name.text)' exists already", at: creation.name.range)
    }
    if try store.viewText(table) != nil {
      throw SQLError("'\(creation.name.text)' is a view already", at: creation.name.range)
    }
    let planner = planner(context)
    let properties = try TableProperties(creation.properties, planner)
    var query = try planner.bind(creation.query)
    if !creation.columnNames.isEmpty {
      guard creation.columnNames.count == query.columns.count else {
        throw SQLError(
          "\(creation.columnNames.count) names for \(query.columns.count) columns",
          at: creation.name.range)
      }
      query.columns = zip(creation.columnNames, query.columns).map {
        ResultColumn(name: $0.text, reference: $1.reference)
      }
    }
    try checkNames(query, at: creation.query.range)
    for column in properties.partitionedBy where query.schema.position(of: column.name) == nil {
      throw SQLError(
        "no column named '\(column.name)' to partition by"
          + Spelling.hint(for: column.name, among: query.schema.names), at: column.range)
    }
    var request = WriteRequest(
      table: "\(table)", schema: query.schema,
      partitionColumns: properties.partitionedBy.map { column in
        query.schema.field(named: column.name)?.name ?? column.name
      }, mode: .append, operation: "CREATE TABLE AS SELECT")
    request.expected = .absent
    var count = 0
    do {
      let writer = try writer(request)
      if creation.withData { count = try write(planner.rewrite(query), into: writer) }
      try writer.commit()
    } catch let conflict as CommitConflict where conflict.reason == .tableMade {
      // Another writer made it while the query ran.
      if creation.ifNotExists { return "table '\(creation.name.text)' exists already" }
      throw SQLError("table '\(creation.name.text)' exists already", at: creation.name.range)
    }
    let unchecked =
      creation.unchecked.isEmpty
      ? "" : "; nothing checks \(Array(Set(creation.unchecked)).sorted().joined(separator: ", "))"
    return "table '\(creation.name.text)' has \(SmallResult.rows(count))\(unchecked)"
  }

  private func insert(
    into name: QualifiedName, _ columns: [Identifier], _ query: Query, _ context: StatementContext
  ) throws -> String {
    let table = try context.catalog.resolve(name)
    guard let schema = try store.summary(table)?.schema else {
      if context.catalog.isFileTable(table) {
        throw SQLError(
          "'\(name.text)' is a name of files, which are only read; CREATE TABLE … AS SELECT * FROM "
            + "\(name.text) makes a table that takes rows", at: name.range)
      }
      throw SQLError(
        "no table named '\(name.text)'"
          + Spelling.hint(for: table.name, among: try store.tableNames(in: table.database))
          + "; CREATE TABLE … AS makes one", at: name.range)
    }
    let positions = try insertPositions(columns, schema, name)
    let planner = planner(context)
    var bound = try planner.coerced(
      planner.bind(query), to: positions.map { schema[$0].type }, at: query.range)
    bound.columns = zip(positions, bound.columns).map {
      ResultColumn(name: schema[$0].name, reference: $1.reference)
    }
    var request = WriteRequest(
      table: "\(table)", schema: schema, mode: .append, operation: "INSERT")
    request.expected = .present
    let writer = try writer(request)
    let places = Dictionary(
      positions.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var count = 0
    _ = try execute(planner.rewrite(bound)) { batch in
      count += batch.count
      try writer.append(
        Batch(
          schema.fields.enumerated().map { position, field in
            places[position].map { batch.columns[$0] }
              ?? Column(field.type, constant: .null, count: batch.count)
          }, count: batch.count))
    }
    try writer.commit()
    return "\(SmallResult.rows(count)) inserted into '\(name.text)'"
  }

  /// The table's columns that an INSERT names, all of them if it names none.
  private func insertPositions(
    _ columns: [Identifier], _ schema: Schema, _ name: QualifiedName
  ) throws -> [Int] {
    if columns.isEmpty { return Array(schema.fields.indices) }
    var positions: [Int] = []
    for column in columns {
      guard let position = schema.position(of: column.text) else {
        throw SQLError(
          "no column named '\(column.text)' in table '\(name.text)'"
            + Spelling.hint(for: column.text, among: schema.names), at: column.range)
      }
      guard !positions.contains(position) else {
        throw SQLError("column '\(column.text)' is named twice", at: column.range)
      }
      positions.append(position)
    }
    return positions
  }

  private func write(_ query: BoundQuery, into writer: TableWriter) throws -> Int {
    var count = 0
    _ = try execute(query) { batch in
      count += batch.count
      try writer.append(batch)
    }
    return count
  }

  private func dropTable(
    _ name: QualifiedName, ifExists: Bool, _ context: StatementContext
  ) throws -> String {
    let table = try context.catalog.resolve(name)
    let names = try store.tableNames(in: table.database)
    guard names.contains(table.name) else {
      if try context.catalog.viewText(table) != nil {
        throw SQLError("'\(name.text)' is a view; DROP VIEW removes it", at: name.range)
      }
      if ifExists { return "there was no table '\(name.text)'" }
      if context.catalog.isFileTable(table) {
        throw SQLError(
          "'\(name.text)' is a name of files, which DROP TABLE leaves where they are",
          at: name.range)
      }
      throw SQLError(
        "no table named '\(name.text)'" + Spelling.hint(for: table.name, among: names),
        at: name.range)
    }
    try store.dropTable(table)
    return "table '\(name.text)' is dropped"
  }
}

extension SmallResult {
  /// `1 row`, `2 rows`.
  static func rows(_ count: Int) -> String { count == 1 ? "1 row" : "\(count) rows" }
}
