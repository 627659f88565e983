import Columns
import SQL

/// A column that names in some clause can mean.
struct ScopeColumn {
  let name: String
  /// Position in ``Scope/relations``.
  var relation: Int
  /// A column of the plan below, or what a join by USING makes of two.
  let expression: Expression
  /// Found only under its table's name, and not by its `.*`: the columns that USING merged.
  var needsQualifier = false
  /// Left out of `*`.
  var isHidden = false
}

/// The name of something in FROM.
struct ScopeRelation {
  /// Lower case: the alias, or the parts of a table's name; empty if it has none.
  let names: [String]
  /// A table's own name may be shortened or lengthened from the left, an alias may not.
  let isAlias: Bool
  /// Columns that the table lacks, but has in general: they read as NULL, and `*` leaves them out. They
  /// are looked up only for a name that nothing else has, as few statements have one.
  var lacking: @Sendable () -> [Field] = { [] }

  func matches(_ qualifier: ArraySlice<String>) -> Bool {
    guard !names.isEmpty else { return false }
    if isAlias { return qualifier.count == 1 && qualifier.first == names[0] }
    let count = min(names.count, qualifier.count)
    return names.suffix(count).elementsEqual(qualifier.suffix(count))
  }
}

/// What names mean in one clause, and in the clauses around it.
final class Scope {
  let relations: [ScopeRelation]
  let columns: [ScopeColumn]
  /// The query around a subquery, whose columns it may name too.
  let parent: Scope?
  /// The common tables that are visible here.
  let environment: Environment
  private let positions: [String: [Int]]
  /// The columns that expressions over this clause read.
  private(set) lazy var references = Set(columns.flatMap(\.expression.columns))

  init(
    relations: [ScopeRelation], columns: [ScopeColumn], parent: Scope?, environment: Environment
  ) {
    self.relations = relations
    self.columns = columns
    self.parent = parent
    self.environment = environment
    var positions: [String: [Int]] = [:]
    positions.reserveCapacity(columns.count)
    for (position, column) in columns.enumerated() {
      positions[column.name.lowercased(), default: []].append(position)
    }
    self.positions = positions
  }

  /// Whether a column is one of the queries around.
  func isOuter(_ column: ColumnReference) -> Bool {
    var scope = parent
    while let current = scope {
      if current.references.contains(column) { return true }
      scope = current.parent
    }
    return false
  }

  /// What the first parts of a name mean here, and how many of them: the rest are fields of a ROW.
  ///
  /// - Throws: `SQLError` when several columns fit, or a table of that name lacks the column.
  func resolve(_ name: QualifiedName) throws -> (expression: Expression, used: Int)? {
    let parts = name.parts.map { $0.text.lowercased() }
    for qualifierCount in stride(from: parts.count - 1, through: 0, by: -1) {
      let (qualifier, column) = (parts[..<qualifierCount], parts[qualifierCount])
      let found = (positions[column] ?? []).filter {
        qualifier.isEmpty
          ? !columns[$0].needsQualifier : relations[columns[$0].relation].matches(qualifier)
      }
      let expression = try single(found, name) ?? lacking(column, of: qualifier, name)
      if let expression { return (expression, qualifierCount + 1) }
    }
    return nil
  }

  /// The NULL that a name stands for whose column a table lacks, but has in general.
  private func lacking(
    _ column: String, of qualifier: ArraySlice<String>, _ name: QualifiedName
  ) throws -> Expression? {
    var found: [(relation: ScopeRelation, type: DataType)] = []
    for relation in relations where qualifier.isEmpty || relation.matches(qualifier) {
      let field = relation.lacking().first { $0.name.lowercased() == column }
      if let field { found.append((relation, field.type)) }
    }
    guard let (_, type) = found.first else { return nil }
    guard found.count == 1 else { throw ambiguous(name, in: found.map(\.relation)) }
    return .literal(.null, type)
  }

  private func single(_ found: [Int], _ name: QualifiedName) throws -> Expression? {
    guard let first = found.first else { return nil }
    // A file may hold names that differ only by case; as in Athena the first one is meant.
    guard found.allSatisfy({ columns[$0].relation == columns[first].relation }) else {
      throw ambiguous(name, in: found.map { relations[columns[$0].relation] })
    }
    // Nothing but a query names two columns the very same.
    let twins = found.filter { columns[$0].name == columns[first].name }
    guard twins.count == 1 else {
      throw SQLError(
        "column '\(name.text)' is ambiguous: the query in FROM has \(twins.count) columns of that name; "
          + "give them different ones with AS", at: name.range)
    }
    return columns[first].expression
  }

  private func ambiguous(_ name: QualifiedName, in relations: [ScopeRelation]) -> SQLError {
    let tables = relations.compactMap(\.names.last).map { "'\($0)'" }
    return SQLError(
      "column '\(name.text)' is ambiguous: it is in " + tables.joined(separator: " and "),
      at: name.range)
  }

  /// The error for a name that nothing here or around has.
  func unknown(_ name: QualifiedName, aliases: [String] = []) -> SQLError {
    let parts = name.parts.map { $0.text.lowercased() }
    var scope: Scope? = self
    while let current = scope {
      for (position, relation) in current.relations.enumerated()
      where parts.count > 1 && relation.matches(parts.dropLast()) {
        let names =
          current.columns.filter { $0.relation == position }.map(\.name)
          + relation.lacking().map(\.name)
        let table = relation.names.last ?? ""
        return SQLError(
          "no column named '\(name.last.text)' in table '\(table)'"
            + Spelling.hint(for: name.last.text, among: names), at: name.range)
      }
      scope = current.parent
    }
    var names: [String] = []
    var tables: [String] = []
    scope = self
    while let current = scope {
      names += current.columns.map(\.name)
      names += current.relations.flatMap { $0.lacking() }.map(\.name)
      tables += current.relations.compactMap(\.names.last)
      scope = current.parent
    }
    if parts.count > 1, !names.contains(where: { $0.lowercased() == parts[0] }) {
      return SQLError(
        "no table or column named '\(name.parts[0].text)' in FROM"
          + Spelling.hint(for: name.parts[0].text, among: tables + names), at: name.range)
    }
    let place =
      relations.count == 1 && parent == nil
      ? relations[0].names.last.map { " in table '\($0)'" } ?? "" : ""
    var hint = Spelling.hint(for: name.text, among: names + aliases)
    if hint.isEmpty, parts.count == 1, name.last.isQuoted { hint = "; text is quoted with \"'\"" }
    return SQLError("no column named '\(name.text)'\(place)\(hint)", at: name.range)
  }
}

/// The common tables of WITH clauses around a place in a statement, by lower-case name.
struct Environment {
  var commonTables: [String: CommonTableBinding] = [:]
}

enum CommonTableBinding {
  case shared(SharedPlan, names: [String])
  /// Inside its own definition: WITH RECURSIVE.
  case recursive(RecursiveBinding)
}

/// A recursive table while its step is bound.
final class RecursiveBinding {
  let id: Int
  let names: [String]
  let types: [DataType]
  var isReferenced = false

  init(id: Int, names: [String], types: [DataType]) {
    self.id = id
    self.names = names
    self.types = types
  }
}

/// A bound query or FROM item: a plan and the names of its columns.
struct BoundRelation {
  var plan: LogicalPlan
  var columns: [ResultColumn]
}

/// A FROM item: a plan, and what can be named of it.
struct FromItem {
  var plan: LogicalPlan
  var relations: [ScopeRelation]
  var columns: [ScopeColumn]

  func scope(parent: Scope?, _ environment: Environment) -> Scope {
    Scope(relations: relations, columns: columns, parent: parent, environment: environment)
  }
}
