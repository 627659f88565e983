import Columns
import SQL

/// `.*` behind a row, and names for what it gives.
extension Binder {
  /// Whether the qualifier of a `.*` is the name of a table.
  static func namesTable(_ qualifier: QualifiedName, in scope: Scope) -> Bool {
    let parts = qualifier.parts.map { $0.text.lowercased() }
    return scope.relations.contains { $0.matches(parts[...]) }
  }

  /// The innermost scope, from this one outwards, that has the table of a `.*`: in a LATERAL or any other
  /// subquery it may be one of the query around it.
  static func scope(naming qualifier: QualifiedName, from scope: Scope) -> Scope? {
    var candidate: Scope? = scope
    while let current = candidate, !namesTable(qualifier, in: current) {
      candidate = current.parent
    }
    return candidate
  }

  /// `t.* AS (a, b)` and `(row).* AS (a, b)`.
  func expandFields(
    _ row: ExpressionSyntax, _ aliases: [Identifier], at range: SourceRange, _ scope: Scope,
    _ aggregates: AggregateCollector, _ windows: WindowCollector
  ) throws -> [SelectedItem] {
    var items: [SelectedItem]
    if case .name(let name) = row.kind, Self.namesTable(name, in: scope) {
      items = try expand(name, at: range, scope)
    } else if let fields = try rowFields(row, scope, aggregates, windows) {
      items = fields
    } else if case .name(let name) = row.kind, Self.scope(naming: name, from: scope) != nil {
      items = try expand(name, at: range, scope)
    } else {
      let bound = try ExpressionBinder(self, scope, clause: .select).bind(row)
      throw SQLError("'.*' goes with a table or a row, found \(bound.type)", at: range)
    }
    guard !aliases.isEmpty else { return items }
    guard aliases.count == items.count else {
      throw SQLError(
        "AS lists \(aliases.count) column names, but there are \(items.count) columns", at: range)
    }
    for (position, alias) in aliases.enumerated() { items[position].name = alias.text }
    return items
  }

  /// The fields of an expression that is a row; nil where it is none, or a name that nothing has.
  func rowFields(
    _ row: ExpressionSyntax, _ scope: Scope, _ aggregates: AggregateCollector,
    _ windows: WindowCollector
  ) throws -> [SelectedItem]? {
    if case .name(let name) = row.kind {
      var candidate: Scope? = scope
      while let current = candidate, try current.resolve(name) == nil { candidate = current.parent }
      guard candidate != nil else { return nil }
    }
    let subqueries = SubqueryCollector()
    let bound = try ExpressionBinder(
      self, scope, clause: .select, aggregates: aggregates, windows: windows,
      subqueries: subqueries
    ).bind(row)
    guard case .row(let fields) = bound.type else { return nil }
    return fields.enumerated().map { position, field in
      SelectedItem(
        name: field.name ?? "_col\(position)", expression: .field(bound, position, field.type),
        subqueries: position == 0 ? subqueries : SubqueryCollector(), range: row.range)
    }
  }
}
