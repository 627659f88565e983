import Columns
import SQL

extension Binder {
  /// How deep views may name views.
  private static let viewNestingLimit = 32

  /// One table of a WITH clause.
  func bindCommonTable(
    _ table: CommonTable, isRecursive: Bool, _ environment: Environment, outer: Scope?
  ) throws -> CommonTableBinding {
    var relation: BoundRelation
    if isRecursive, let recursive = try bindRecursive(table, environment, outer: outer) {
      relation = recursive
    } else {
      relation = try bindQuery(table.query, environment, outer: outer)
      relation.columns = try renamed(relation.columns, table)
    }
    return share(relation, name: table.name.text)
  }

  private func renamed(_ columns: [ResultColumn], _ table: CommonTable) throws -> [ResultColumn] {
    guard !table.columns.isEmpty else { return columns }
    guard table.columns.count == columns.count else {
      throw SQLError(
        "'\(table.name.text)' names \(table.columns.count) columns, but its query has "
          + "\(columns.count)", at: table.name.range)
    }
    return zip(columns, table.columns).map {
      ResultColumn(name: $1.text, reference: $0.reference)
    }
  }

  private func share(_ relation: BoundRelation, name: String) -> CommonTableBinding {
    .shared(
      SharedPlan(
        id: numbering.next(), name: name, plan: relation.plan,
        columns: relation.columns.map(\.reference)), names: relation.columns.map(\.name))
  }

  /// WITH RECURSIVE: `base UNION [ALL] step`, the step naming the table itself. nil if it does not.
  private func bindRecursive(
    _ table: CommonTable, _ environment: Environment, outer: Scope?
  ) throws -> BoundRelation? {
    guard case .setOperation(.union, let isAll, let base, let step, let range) = table.query.body
    else { return nil }
    var baseRelation = try bindOperand(base, environment, outer: outer)
    baseRelation.columns = try renamed(baseRelation.columns, table)
    let recursive = RecursiveBinding(
      id: numbering.next(), names: baseRelation.columns.map(\.name),
      types: baseRelation.columns.map(\.reference.type))
    var inner = environment
    inner.commonTables[table.name.text.lowercased()] = .recursive(recursive)
    let stepRelation = try bindOperand(step, inner, outer: outer)
    guard recursive.isReferenced else { return nil }
    guard table.query.orderBy.isEmpty, table.query.limit == nil, table.query.offset == nil else {
      throw SQLError(
        "ORDER BY and LIMIT do not apply to a recursive table; write them in the query that reads it",
        at: table.name.range)
    }
    guard stepRelation.columns.count == recursive.types.count else {
      throw SQLError(
        "the recursive part of '\(table.name.text)' has \(stepRelation.columns.count) columns, "
          + "the first part \(recursive.types.count)", at: range)
    }
    for (column, type) in zip(stepRelation.columns, recursive.types)
    where !TypeCoercion.canCoerce(column.reference.type, to: type) {
      throw SQLError(
        "column '\(column.name)' of the recursive part is \(column.reference.type), but "
          + "\(type) in the first part; write a CAST", at: range)
    }
    let converted = coerce(stepRelation, to: recursive.types)
    let outputs = zip(recursive.names, recursive.types).map { newColumn($0, $1) }
    return BoundRelation(
      plan: .recursive(
        Recursion(
          id: recursive.id, base: baseRelation.plan,
          baseColumns: baseRelation.columns.map(\.reference), step: converted.plan,
          stepColumns: converted.columns.map(\.reference), outputs: outputs, isDistinct: !isAll)),
      columns: outputs.map { ResultColumn(name: $0.name, reference: $0) })
  }

  /// A use of a common table: columns numbered anew.
  func use(_ binding: CommonTableBinding) -> BoundRelation {
    switch binding {
    case .shared(let shared, let names):
      let outputs = zip(names, shared.columns).map { newColumn($0, $1.type) }
      return BoundRelation(
        plan: .shared(shared, outputs: outputs),
        columns: outputs.map { ResultColumn(name: $0.name, reference: $0) })
    case .recursive(let recursive):
      recursive.isReferenced = true
      let outputs = zip(recursive.names, recursive.types).map { newColumn($0, $1) }
      return BoundRelation(
        plan: .recursiveReference(id: recursive.id, outputs: outputs),
        columns: outputs.map { ResultColumn(name: $0.name, reference: $0) })
    }
  }

  /// A view's query, bound on its own: it sees no WITH tables of the statement.
  func bindView(_ name: String, _ query: Query, at range: SourceRange) throws -> BoundRelation {
    let key = name.lowercased()
    if let expanded = expandedViews[key] { return use(expanded) }
    guard !viewStack.contains(key) else {
      throw SQLError(
        "view '\(name)' names itself: " + (viewStack + [key]).joined(separator: " → "), at: range)
    }
    guard viewStack.count < Self.viewNestingLimit else {
      throw SQLError("views are nested more than \(Self.viewNestingLimit) deep", at: range)
    }
    viewStack.append(key)
    defer { viewStack.removeLast() }
    let relation: BoundRelation
    do {
      relation = try bindQuery(query, Environment(), outer: nil)
    } catch let error as SQLError {
      // Places in the view's text mean nothing in this statement's.
      let isNested = error.message.hasPrefix("in view '") || viewStack.dropLast().contains(key)
      throw SQLError(
        isNested ? error.message : "in view '\(name)': \(error.message)", at: range)
    }
    let binding = share(relation, name: name)
    expandedViews[key] = binding
    return use(binding)
  }
}
