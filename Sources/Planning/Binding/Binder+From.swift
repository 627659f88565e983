import Columns
import SQL

extension Binder {
  /// What stands in FROM. `beside` is what stands to the left of it, which LATERAL and UNNEST may name.
  func bindFrom(
    _ reference: TableReference, _ environment: Environment, outer: Scope?, beside: FromItem? = nil
  ) throws -> FromItem {
    switch reference {
    case .named(let name, let version, let alias):
      return try bindNamed(name, version: version, alias: alias, environment, outer: outer)
    case .file(let path, let version, let range, let alias):
      let resolved = try version.map { try resolve($0, environment) }
      let table = try planner.catalog.file(path, version: resolved, at: range)
      let file = path.split(separator: "/").last.map(String.init) ?? path
      let stem = file.split(separator: ".").first.map(String.init) ?? file
      return try aliased(
        scan(table, names: [stem.lowercased()]), alias)
    case .subquery(let query, let alias, let isLateral):
      let parent = isLateral ? beside?.scope(parent: outer, environment) ?? outer : outer
      return try aliased(
        item(try bindQuery(query, environment, outer: parent)), alias)
    case .unnest:
      return try bindUnnest(
        reference, over: FromItem(plan: .values([], rows: [[]]), relations: [], columns: []),
        keepsEmpty: false, environment, outer: outer)
    case .join(let left, let right, let kind, let condition, let range):
      return try nested(at: range) {
        try bindJoin(
          left, right, kind, condition, at: range, environment, outer: outer, beside: beside)
      }
    case .sample(let input, let percent):
      var item = try bindFrom(input, environment, outer: outer, beside: beside)
      let constant = try constant(percent, environment)
      guard constant.type.isNumeric,
        case .literal(let value, _) = Expression.literal(constant.value, constant.type)
          .coerced(to: .double), let share = value.double, (0...100).contains(share)
      else { throw SQLError("TABLESAMPLE takes a percentage from 0 to 100", at: percent.range) }
      item.plan = .sample(item.plan, percent: share)
      return item
    case .parenthesized(let inner):
      return try bindFrom(inner, environment, outer: outer, beside: beside)
    case .excluding(let table, let columns, let alias, let range):
      return try aliased(
        excluding(columns, from: bindFrom(table, environment, outer: outer), at: range), alias)
    }
  }

  private func excluding(
    _ columns: [Identifier], from item: FromItem, at range: SourceRange
  ) throws -> FromItem {
    let names = item.columns.filter { !$0.isHidden }.map { $0.name.lowercased() }
    for column in columns where !names.contains(column.text.lowercased()) {
      throw SQLError(
        "no column named '\(column.text)' to exclude"
          + Spelling.hint(for: column.text.lowercased(), among: names), at: column.range)
    }
    let excluded = Set(columns.map { $0.text.lowercased() })
    guard !excluded.isSuperset(of: names) else {
      throw SQLError("exclude_columns would leave no column", at: range)
    }
    var result = item
    result.columns.removeAll { excluded.contains($0.name.lowercased()) }
    return result
  }

  /// A WITH table, a table or a view.
  func bindNamed(
    _ name: QualifiedName, version: TableVersion?, alias: TableAlias?, _ environment: Environment,
    outer: Scope?
  ) throws -> FromItem {
    if name.parts.count == 1, version == nil,
      let common = environment.commonTables[name.last.text.lowercased()]
    {
      return try aliased(item(use(common), names: [name.last.text.lowercased()]), alias)
    }
    let names = name.parts.map { $0.text.lowercased() }
    let resolved = try version.map { try resolve($0, environment) }
    switch try planner.catalog.entry(name, version: resolved) {
    case .table(let table):
      return try aliased(scan(table, names: names), alias)
    case .view(let viewName, let query, _):
      guard version == nil else {
        throw SQLError("'\(viewName)' is a view; only tables have versions", at: name.range)
      }
      return try aliased(
        item(try bindView(viewName, query, at: name.range), names: names), alias)
    }
  }

  private func resolve(_ version: TableVersion, _ environment: Environment) throws
    -> ResolvedVersion
  {
    switch version {
    case .version(let expression):
      let constant = try constant(expression, environment)
      guard constant.type.isInteger, let number = constant.value.int64 else {
        throw SQLError("FOR VERSION AS OF takes a whole number", at: expression.range)
      }
      return .version(number)
    case .timestamp(let expression):
      let constant = try constant(expression, environment)
      if constant.type == .timestampWithZone, let packed = constant.value.int64 {
        return .timestamp(ZonedTime.microseconds(packed))
      }
      guard TypeCoercion.canCoerce(constant.type, to: .timestamp), !constant.value.isNull else {
        throw SQLError(
          "FOR TIMESTAMP AS OF takes a timestamp such as TIMESTAMP '2026-09-01 00:00:00' or "
            + "current_timestamp - INTERVAL '1' DAY", at: expression.range)
      }
      let converted = Expression.literal(constant.value, constant.type).coerced(to: .timestamp)
      guard let time = try value(of: converted, at: expression.range).int64 else {
        throw SQLError("FOR TIMESTAMP AS OF takes a timestamp", at: expression.range)
      }
      return .timestamp(time)
    }
  }

  private func scan(_ table: any PlannedTable, names: [String]) -> FromItem {
    var columns: [ScopeColumn] = []
    var scanned: [ScanColumn] = []
    let schema = table.schema
    for (position, field) in schema.fields.enumerated() {
      let reference = newColumn(field.name, field.type)
      scanned.append(ScanColumn(reference: reference, position: position))
      columns.append(ScopeColumn(name: field.name, relation: 0, expression: .column(reference)))
    }
    for (offset, field) in table.fileColumns.fields.enumerated()
    where schema.position(of: field.name) == nil {
      let reference = newColumn(field.name, field.type)
      scanned.append(ScanColumn(reference: reference, position: schema.count + offset))
      columns.append(
        ScopeColumn(
          name: field.name, relation: 0, expression: .column(reference), isHidden: true))
    }
    let catalog = planner.catalog
    let relation = ScopeRelation(names: names, isAlias: false) {
      (catalog.declaredColumns(of: table)?.fields ?? []).filter {
        schema.position(of: $0.name) == nil
      }
    }
    return FromItem(
      plan: .scan(Scan(table: table, columns: scanned)), relations: [relation], columns: columns)
  }

  private func item(_ relation: BoundRelation, names: [String] = []) -> FromItem {
    FromItem(
      plan: relation.plan, relations: [ScopeRelation(names: names, isAlias: false)],
      columns: relation.columns.map {
        ScopeColumn(name: $0.name, relation: 0, expression: .column($0.reference))
      })
  }

  /// The item under an alias, its columns renamed where the alias lists names.
  private func aliased(_ item: FromItem, _ alias: TableAlias?) throws -> FromItem {
    guard let alias else { return item }
    var result = item
    var relation = ScopeRelation(names: [alias.name.text.lowercased()], isAlias: true)
    // A list of columns names all that there are.
    if alias.columns.isEmpty, item.relations.count == 1 {
      relation.lacking = item.relations[0].lacking
    }
    result.relations = [relation]
    guard !alias.columns.isEmpty else { return result }
    let visible = item.columns.filter { !$0.isHidden }
    guard alias.columns.count == visible.count else {
      throw SQLError(
        "'\(alias.name.text)' lists \(alias.columns.count) column names, but there are "
          + "\(visible.count) columns", at: alias.name.range)
    }
    result.columns = zip(visible, alias.columns).map {
      ScopeColumn(name: $1.text, relation: 0, expression: $0.expression)
    }
    return result
  }

  /// CROSS JOIN UNNEST and `, UNNEST`: each row of `input` once per entry.
  func bindUnnest(
    _ reference: TableReference, over input: FromItem, keepsEmpty: Bool,
    _ environment: Environment, outer: Scope?
  ) throws -> FromItem {
    guard case .unnest(let collections, let withOrdinality, let alias, let range) = reference else {
      preconditionFailure("only UNNEST is bound here")
    }
    let scope = input.scope(parent: outer, environment)
    let subqueries = SubqueryCollector()
    let binder = ExpressionBinder(self, scope, clause: .from, subqueries: subqueries)
    let bound = try collections.map { try binder.bind($0) }
    var outputs: [ColumnReference] = []
    for (expression, syntax) in zip(bound, collections) {
      switch expression.type {
      case .array(.row(let fields)):
        for (position, field) in fields.enumerated() {
          outputs.append(newColumn(field.name ?? "_col\(outputs.count + position)", field.type))
        }
      case .array(let element):
        outputs.append(newColumn("_col\(outputs.count)", element))
      case .map(let key, let value):
        outputs.append(newColumn("key", key))
        outputs.append(newColumn("value", value))
      default:
        throw SQLError("UNNEST takes an array or a map, found \(expression.type)", at: syntax.range)
      }
    }
    let ordinality = withOrdinality ? newColumn("ordinality", .bigint) : nil
    let visible = try unnested(
      bound, outputs, ordinality: ordinality, alias: alias, range)
    var result = input
    result.plan = .unnest(
      subqueries.apply(to: input.plan, numbering),
      Unnest(
        collections: bound, outputs: outputs, ordinality: ordinality, keepsEmpty: keepsEmpty))
    result.relations.append(
      ScopeRelation(names: alias.map { [$0.name.text.lowercased()] } ?? [], isAlias: true))
    for (name, expression) in visible {
      result.columns.append(
        ScopeColumn(name: name, relation: result.relations.count - 1, expression: expression))
    }
    return result
  }

  /// The columns of an UNNEST by name: one per field of an array's rows, or, where the alias lists one
  /// name per collection, each row as one value, as Athena does (`UNNEST(items) AS t (item)`).
  private func unnested(
    _ collections: [Expression], _ outputs: [ColumnReference], ordinality: ColumnReference?,
    alias: TableAlias?, _ range: SourceRange
  ) throws -> [(name: String, expression: Expression)] {
    var columns = outputs.map { (name: $0.name, expression: Expression.column($0)) }
    if let ordinality { columns.append((ordinality.name, .column(ordinality))) }
    guard let alias, !alias.columns.isEmpty else { return columns }
    if alias.columns.count != columns.count {
      var rows: [(name: String, expression: Expression)] = []
      var rest = outputs[...]
      for collection in collections {
        guard case .array(let element) = collection.type else { continue }
        if case .row(let fields) = element {
          let row = Expression.row(rest.prefix(fields.count).map { .column($0) }, element)
          rows.append(("", row))
          rest = rest.dropFirst(fields.count)
        } else if let column = rest.popFirst() {
          rows.append(("", .column(column)))
        }
      }
      let isWhole = rows.count == collections.count
      if let ordinality { rows.append(("", .column(ordinality))) }
      guard isWhole, rows.count == alias.columns.count else {
        throw SQLError(
          "'\(alias.name.text)' lists \(alias.columns.count) column names, but UNNEST gives "
            + "\(columns.count)", at: range)
      }
      columns = rows
    }
    return zip(alias.columns, columns).map { ($0.text, $1.expression) }
  }
}
