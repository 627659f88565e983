extension SQLWriter {
  mutating func write(_ query: Query) {
    if !query.with.isEmpty {
      write(query.isRecursive ? "WITH RECURSIVE " : "WITH ")
      list(query.with) { writer, table in
        writer.write(table.name)
        if !table.columns.isEmpty { writer.write(" ") }
        writer.write(table.columns)
        writer.write(" AS (")
        writer.write(table.query)
        writer.write(")")
      }
      write(" ")
    }
    write(query.body)
    if !query.orderBy.isEmpty {
      write(" ORDER BY ")
      write(query.orderBy)
    }
    if let offset = query.offset {
      write(" OFFSET ")
      write(offset)
    }
    if let limit = query.limit {
      write(query.withTies ? " FETCH FIRST " : " LIMIT ")
      write(limit)
      if query.withTies { write(" ROWS WITH TIES") }
    }
  }

  private mutating func write(_ body: QueryBody) {
    switch body {
    case .select(let select): write(select)
    case .values(let rows, _):
      write("VALUES ")
      list(rows)
    case .setOperation(let operation, let isAll, let left, let right, _):
      operand(left, operation, isAll, isFirst: true)
      write(words(operation, isAll))
      operand(right, operation, isAll, isFirst: false)
    case .nested(let query):
      write("(")
      write(query)
      write(")")
    case .table(let name):
      write("TABLE ")
      write(name)
    }
  }

  private func words(_ operation: SetOperator, _ isAll: Bool) -> String {
    let name =
      switch operation {
      case .union: "UNION"
      case .intersect: "INTERSECT"
      case .except: "EXCEPT"
      }
    return isAll ? " \(name) ALL " : " \(name) "
  }

  /// Runs of one associative operator are written flat, as they are read.
  private mutating func operand(
    _ body: QueryBody, _ outer: SetOperator, _ isOuterAll: Bool, isFirst: Bool
  ) {
    guard case .setOperation(let operation, let isAll, let left, let right, _) = body else {
      write(body)
      return
    }
    if operation == outer, isAll == isOuterAll, operation != .except {
      operand(left, outer, isOuterAll, isFirst: isFirst)
      write(words(operation, isAll))
      operand(right, outer, isOuterAll, isFirst: false)
      return
    }
    let bindsTighter = operation == .intersect && outer != .intersect
    let readsFirst = isFirst && (operation == .intersect) == (outer == .intersect)
    if bindsTighter || readsFirst {
      write(body)
    } else {
      write("(")
      write(body)
      write(")")
    }
  }

  private mutating func write(_ select: Select) {
    write(select.isDistinct ? "SELECT DISTINCT " : "SELECT ")
    list(select.items) { writer, item in
      switch item {
      case .expression(let expression, let alias):
        writer.write(expression)
        if let alias {
          writer.write(" AS ")
          writer.write(alias)
        }
      case .all(let table, _):
        if let table {
          writer.write(table)
          writer.write(".")
        }
        writer.write("*")
      case .fields(let row, let aliases, _):
        if case .name = row.kind {
          writer.write(row)
        } else {
          writer.write("(")
          writer.write(row)
          writer.write(")")
        }
        writer.write(".*")
        if !aliases.isEmpty { writer.write(" AS ") }
        writer.write(aliases)
      }
    }
    if let from = select.from {
      write(" FROM ")
      write(from)
    }
    if let condition = select.condition {
      write(" WHERE ")
      write(condition)
    }
    if let groupBy = select.groupBy {
      write(groupBy.isDistinct ? " GROUP BY DISTINCT " : " GROUP BY ")
      list(groupBy.elements) { $0.write($1) }
    }
    if let having = select.having {
      write(" HAVING ")
      write(having)
    }
    if !select.windows.isEmpty {
      write(" WINDOW ")
      list(select.windows) { writer, window in
        writer.write(window.name)
        writer.write(" AS ")
        writer.write(window.window)
      }
    }
  }

  private mutating func write(_ element: GroupingElement) {
    switch element {
    case .expression(let expression): write(expression)
    case .rollup(let sets): grouping("ROLLUP ", sets, isAlwaysParenthesized: false)
    case .cube(let sets): grouping("CUBE ", sets, isAlwaysParenthesized: false)
    case .groupingSets(let sets): grouping("GROUPING SETS ", sets, isAlwaysParenthesized: true)
    }
  }

  private mutating func grouping(
    _ words: String, _ sets: [[ExpressionSyntax]], isAlwaysParenthesized: Bool
  ) {
    write("\(words)(")
    list(sets) { writer, set in
      let isPlain = set.count == 1 && !isAlwaysParenthesized
      if !isPlain { writer.write("(") }
      writer.list(set)
      if !isPlain { writer.write(")") }
    }
    write(")")
  }
}

// MARK: FROM

extension SQLWriter {
  private mutating func write(_ version: TableVersion?) {
    switch version {
    case nil: break
    case .version(let number):
      write(" FOR VERSION AS OF ")
      write(number, in: 5)
    case .timestamp(let moment):
      write(" FOR TIMESTAMP AS OF ")
      write(moment, in: 5)
    }
  }

  private mutating func write(_ table: TableReference) {
    switch table {
    case .named(let name, let version, let alias):
      write(name)
      write(version)
      write(alias)
    case .file(let path, let version, _, let alias):
      write(quoted(path, "'"))
      write(version)
      write(alias)
    case .subquery(let query, let alias, let isLateral):
      write(isLateral ? "LATERAL (" : "(")
      write(query)
      write(")")
      write(alias)
    case .unnest(let arguments, let withOrdinality, let alias, _):
      write("UNNEST(")
      list(arguments)
      write(withOrdinality ? ") WITH ORDINALITY" : ")")
      write(alias)
    case .join(let left, let right, let kind, let condition, _):
      join(left, right, kind, condition)
    case .sample(let table, let percent):
      operand(table)
      write(" TABLESAMPLE BERNOULLI (")
      write(percent)
      write(")")
    case .parenthesized(let table):
      write("(")
      write(table)
      write(")")
    case .excluding(let table, let columns, let alias, _):
      write("TABLE(exclude_columns(input => TABLE")
      if case .named(let name, _, let inner) = table {
        write("(")
        write(name)
        write(")")
        write(inner)
      } else {
        write(table)
      }
      write(", columns => DESCRIPTOR")
      write(columns)
      write("))")
      write(alias)
    }
  }

  private mutating func write(_ alias: TableAlias?) {
    guard let alias else { return }
    write(" AS ")
    write(alias.name)
    if !alias.columns.isEmpty { write(" ") }
    write(alias.columns)
  }

  /// A table that is not a join, or a join in parentheses.
  private mutating func operand(_ table: TableReference) {
    guard case .join = table else {
      write(table)
      return
    }
    write("(")
    write(table)
    write(")")
  }

  private mutating func join(
    _ left: TableReference, _ right: TableReference, _ kind: JoinKind, _ condition: JoinCondition
  ) {
    write(left)
    switch kind {
    case .inner: write(" JOIN ")
    case .left: write(" LEFT JOIN ")
    case .right: write(" RIGHT JOIN ")
    case .full: write(" FULL JOIN ")
    case .cross: write(" CROSS JOIN ")
    }
    operand(right)
    switch condition {
    case .none: break
    case .on(let expression):
      write(" ON ")
      write(expression)
    case .using(let names):
      write(" USING ")
      write(names)
    }
  }
}
