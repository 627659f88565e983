import Columns

/// What FROM names: a table under an alias, or a join.
indirect enum Source {
  case table(Table, alias: String)
  /// `kind` is INNER, LEFT, RIGHT, FULL or CROSS; the condition is over the left row, then the right.
  case join(String, Source, Source, on: Term?)

  /// The columns of a row, as terms.
  var columns: [Term] {
    columns(from: 0)
  }

  private func columns(from start: Int) -> [Term] {
    switch self {
    case .table(let table, let alias):
      return table.columns.enumerated().map {
        .column(start + $0.offset, text: "\(alias).\($0.element.name)", $0.element.kind)
      }
    case .join(_, let left, let right, _):
      let first = left.columns(from: start)
      return first + right.columns(from: start + first.count)
    }
  }

  var text: String {
    switch self {
    case .table(let table, let alias): "\(table.name) \(alias)"
    case .join(let kind, let left, let right, let condition):
      "\(left.text) \(kind) JOIN \(right.text)" + (condition.map { " ON \($0.text)" } ?? "")
    }
  }
}

/// An aggregate: `argument` nil means `count(*)`.
struct Aggregate {
  var name: String
  var argument: Term?
  var isDistinct = false
  var filter: Term?

  var kind: Term.Kind {
    switch name {
    case "count": .bigint
    case "avg": .double
    default: argument?.kind ?? .bigint
    }
  }

  var text: String {
    "\(name)(\(isDistinct ? "DISTINCT " : "")\(argument?.text ?? "*"))"
      + (filter.map { " FILTER (WHERE \($0.text))" } ?? "")
  }
}

/// A window function over the rows of FROM and WHERE, ordered by terms that tell rows apart.
struct Window {
  /// `row_number`, `rank`, `lag`, `sum` or `count`.
  var name: String
  var argument: Term?
  var partition: [Term]
  var order: [(term: Term, isDescending: Bool)]

  var kind: Term.Kind { name == "lag" || name == "sum" ? argument?.kind ?? .bigint : .bigint }

  var text: String {
    var parts: [String] = []
    if !partition.isEmpty {
      parts.append("PARTITION BY " + partition.map(\.text).joined(separator: ", "))
    }
    if !order.isEmpty {
      let keys = order.map { $0.term.text + ($0.isDescending ? " DESC" : "") }
      parts.append("ORDER BY " + keys.joined(separator: ", "))
    }
    return "\(name)(\(argument?.text ?? "")) OVER (\(parts.joined(separator: " ")))"
  }
}

/// One SELECT; after grouping or windows `items` are over what these give.
struct SelectStatement {
  var source: Source
  var condition: Term?
  var keys: [Term] = []
  var aggregates: [Aggregate] = []
  var having: Term?
  var windows: [Window] = []
  var items: [Term] = []
  var isDistinct = false

  var isGrouped: Bool { !keys.isEmpty || !aggregates.isEmpty }

  var text: String {
    let list = items.enumerated().map { "\($0.element.text) AS o\($0.offset)" }
    var text = "SELECT \(isDistinct ? "DISTINCT " : "")\(list.joined(separator: ", "))"
    text += " FROM \(source.text)"
    if let condition { text += " WHERE \(condition.text)" }
    if !keys.isEmpty { text += " GROUP BY " + keys.map(\.text).joined(separator: ", ") }
    if let having { text += " HAVING \(having.text)" }
    return text
  }
}

/// A SELECT or a set operation of two, ordered and cut.
struct Statement {
  var first: SelectStatement
  /// `UNION`, `INTERSECT` or `EXCEPT`, with ALL or without.
  var operation: (name: String, second: SelectStatement)?
  /// Every column of the result, so that rows have one order; empty for none.
  var order: [(column: Int, isDescending: Bool, nullsFirst: Bool)] = []
  var offset = 0
  var limit: Int?

  var text: String {
    var text = operation.map { "(\(first.text)) \($0.name) (\($0.second.text))" } ?? first.text
    if !order.isEmpty {
      let keys = order.map {
        "\($0.column + 1)\($0.isDescending ? " DESC" : "") NULLS \($0.nullsFirst ? "FIRST" : "LAST")"
      }
      text += " ORDER BY " + keys.joined(separator: ", ")
    }
    if offset > 0 { text += " OFFSET \(offset)" }
    if let limit { text += " LIMIT \(limit)" }
    return text
  }
}
