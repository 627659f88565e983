extension SQLWriter {
  mutating func write(_ statement: Statement) {
    switch statement {
    case .query(let query): write(query)
    case .explain(let statement, let analyze):
      write(analyze ? "EXPLAIN ANALYZE " : "EXPLAIN ")
      write(statement)
    case .validate(let statement):
      write("EXPLAIN (TYPE VALIDATE) ")
      write(statement)
    case .createView(let name, let orReplace, let query, text: _):
      write(orReplace ? "CREATE OR REPLACE VIEW " : "CREATE VIEW ")
      write(name)
      write(" AS ")
      write(query)
    case .dropView(let name, let ifExists):
      write(ifExists ? "DROP VIEW IF EXISTS " : "DROP VIEW ")
      write(name)
    case .createTableAs(let table): write(table)
    case .dropTable(let name, let ifExists):
      write(ifExists ? "DROP TABLE IF EXISTS " : "DROP TABLE ")
      write(name)
    case .insert(let name, let columns, let query):
      write("INSERT INTO ")
      write(name)
      if !columns.isEmpty { write(" ") }
      write(columns)
      write(" ")
      write(query)
    case .unload(let query, let path, let properties):
      write("UNLOAD (")
      write(query)
      write(") TO \(quoted(path, "'"))")
      write(properties)
    case .show(let show): write(show)
    case .describe(let name):
      write("DESCRIBE ")
      write(name)
    case .prepare(let name, let statement):
      write("PREPARE ")
      write(name)
      write(" FROM ")
      write(statement)
    case .execute(let name, let arguments):
      write("EXECUTE ")
      write(name)
      if !arguments.isEmpty { write(" USING ") }
      list(arguments)
    case .executeImmediate(let statement, let arguments):
      var inner = SQLWriter()
      inner.write(statement)
      write("EXECUTE IMMEDIATE \(quoted(inner.text, "'"))")
      if !arguments.isEmpty { write(" USING ") }
      list(arguments)
    case .deallocate(let name):
      write("DEALLOCATE PREPARE ")
      write(name)
    case .describeOutput(let name):
      write("DESCRIBE OUTPUT ")
      write(name)
    case .use(let name):
      write("USE ")
      write(name)
    }
  }

  private mutating func write(_ table: CreateTableAs) {
    write(table.ifNotExists ? "CREATE TABLE IF NOT EXISTS " : "CREATE TABLE ")
    write(table.name)
    if !table.columnNames.isEmpty { write(" ") }
    write(table.columnNames)
    write(table.properties)
    write(" AS ")
    write(table.query)
    if !table.withData { write(" WITH NO DATA") }
  }

  private mutating func write(_ properties: [Property]) {
    guard !properties.isEmpty else { return }
    write(" WITH (")
    list(properties) { writer, property in
      writer.write(property.name)
      writer.write(" = ")
      writer.write(property.value)
    }
    write(")")
  }

  private mutating func write(_ show: Show) {
    switch show {
    case .tables(let database, let pattern): listing("TABLES", database, pattern)
    case .views(let database, let pattern): listing("VIEWS", database, pattern)
    case .databases(let pattern): listing("DATABASES", nil, pattern)
    case .functions(let pattern): listing("FUNCTIONS", nil, pattern)
    case .columns(let name): named("COLUMNS FROM", name)
    case .partitions(let name): named("PARTITIONS", name)
    case .createTable(let name): named("CREATE TABLE", name)
    case .createView(let name): named("CREATE VIEW", name)
    case .catalogs(let pattern): listing("CATALOGS", nil, pattern)
    case .session(let pattern): listing("SESSION", nil, pattern)
    case .stats(let name): named("STATS FOR", name)
    }
  }

  private mutating func listing(_ what: String, _ database: QualifiedName?, _ pattern: String?) {
    write("SHOW \(what)")
    if let database {
      write(" FROM ")
      write(database)
    }
    if let pattern { write(" LIKE \(quoted(pattern, "'"))") }
  }

  private mutating func named(_ what: String, _ name: QualifiedName) {
    write("SHOW \(what) ")
    write(name)
  }
}
