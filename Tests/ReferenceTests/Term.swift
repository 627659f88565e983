import Columns

/// An expression of the small dialect, over one row of values.
indirect enum Term {
  /// A value of the row by position, and how the statement names it.
  case column(Int, text: String, Kind)
  case constant(Value, Kind)
  /// `+`, `-` or `*` of two bigints or two doubles.
  case arithmetic(Character, Term, Term)
  /// `=`, `<>`, `<`, `<=`, `>` or `>=`.
  case compare(String, Term, Term)
  case isDistinct(Term, Term)
  case and(Term, Term)
  case or(Term, Term)
  case not(Term)
  case isNull(Term)
  case isIn(Term, [Term])
  case between(Term, Term, Term)
  case caseWhen(Term, Term, otherwise: Term?)
  case coalesce(Term, Term)
  /// Whether a table has a row for which a condition over the outer row and then its own is true.
  case exists(Table, alias: String, Term)
  /// Whether a value is among those of a table's column.
  case member(Term, Table, column: Int)
  /// How many rows of a table satisfy a condition as in `exists`.
  case countOf(Table, alias: String, Term)

  enum Kind: String, CaseIterable {
    case bigint, double, varchar, boolean
  }

  var kind: Kind {
    switch self {
    case .column(_, _, let kind), .constant(_, let kind): kind
    case .arithmetic(_, let left, _): left.kind
    case .caseWhen(_, let value, _), .coalesce(let value, _): value.kind
    case .countOf: .bigint
    case .compare, .isDistinct, .and, .or, .not, .isNull, .isIn, .between, .exists, .member:
      .boolean
    }
  }
}

/// Rows that a random statement reads.
final class Table {
  let name: String
  let columns: [(name: String, kind: Term.Kind)]
  let rows: [[Value]]

  init(name: String, columns: [(name: String, kind: Term.Kind)], rows: [[Value]]) {
    self.name = name
    self.columns = columns
    self.rows = rows
  }

  /// The statement that makes the table of some of its rows; a first row of NULLs says the types.
  func creation(_ rows: ArraySlice<[Value]>) -> String {
    "CREATE TABLE \(name) AS " + selection(of: rows)
  }

  func insertion(_ rows: ArraySlice<[Value]>) -> String {
    "INSERT INTO \(name) " + selection(of: rows)
  }

  private func selection(of rows: ArraySlice<[Value]>) -> String {
    let types = columns.map { "CAST(NULL AS \($0.kind.rawValue))" }.joined(separator: ", ")
    let values = rows.map { row in
      ", ("
        + zip(row, columns).map { Term.constant($0, $1.kind).text }.joined(separator: ", ") + ")"
    }.joined()
    let names = columns.map(\.name).joined(separator: ", ")
    return "SELECT * FROM (VALUES (\(types))\(values)) AS v (\(names)) WHERE id IS NOT NULL"
  }
}

extension Term {
  /// The term in SQL.
  var text: String {
    switch self {
    case .column(_, let text, _): text
    case .constant(let value, let kind): Self.literal(value, kind)
    case .arithmetic(let operation, let left, let right):
      "(\(left.text) \(operation) \(right.text))"
    case .compare(let operation, let left, let right): "(\(left.text) \(operation) \(right.text))"
    case .isDistinct(let left, let right): "(\(left.text) IS DISTINCT FROM \(right.text))"
    case .and(let left, let right): "(\(left.text) AND \(right.text))"
    case .or(let left, let right): "(\(left.text) OR \(right.text))"
    case .not(let operand): "(NOT \(operand.text))"
    case .isNull(let operand): "(\(operand.text) IS NULL)"
    case .isIn(let operand, let list):
      "(\(operand.text) IN (\(list.map(\.text).joined(separator: ", "))))"
    case .between(let operand, let low, let high):
      "(\(operand.text) BETWEEN \(low.text) AND \(high.text))"
    case .caseWhen(let condition, let value, let otherwise):
      "CASE WHEN \(condition.text) THEN \(value.text)"
        + (otherwise.map { " ELSE \($0.text)" } ?? "") + " END"
    case .coalesce(let first, let second): "coalesce(\(first.text), \(second.text))"
    case .exists(let table, let alias, let condition):
      "EXISTS (SELECT 1 FROM \(table.name) \(alias) WHERE \(condition.text))"
    case .member(let operand, let table, let column):
      "(\(operand.text) IN (SELECT \(table.columns[column].name) FROM \(table.name)))"
    case .countOf(let table, let alias, let condition):
      "(SELECT count(*) FROM \(table.name) \(alias) WHERE \(condition.text))"
    }
  }

  private static func literal(_ value: Value, _ kind: Kind) -> String {
    switch value {
    case .boolean(let value): value ? "true" : "false"
    case .int64(let value): "BIGINT '\(value)'"
    case .double(let value): "DOUBLE '\(value)'"
    case .bytes: "'" + (value.string ?? "").replacing("'", with: "''") + "'"
    case .null, .decimal, .array, .map, .row: "CAST(NULL AS \(kind.rawValue))"
    }
  }
}
