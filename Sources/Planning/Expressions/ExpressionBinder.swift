import Columns
import Kernels
import SQL

/// Where an expression stands; decides what it may contain and how errors name the place.
enum Clause: String {
  case select = "SELECT"
  case from = "FROM"
  case on = "ON"
  case `where` = "WHERE"
  case groupBy = "GROUP BY"
  case having = "HAVING"
  case orderBy = "ORDER BY"
  case values = "VALUES"
  case aggregate = "an aggregate"
  case window = "a window"
  case constant = "a constant"
}

/// Turns one clause's expressions into bound ones.
///
/// Aggregates, window functions and subqueries become columns: what computes these columns is put
/// into the collectors, and the clause's owner builds operators from them. A missing collector means
/// that the clause may not contain such a thing.
final class ExpressionBinder {
  let binder: Binder
  let scope: Scope
  let clause: Clause
  var aggregates: AggregateCollector?
  var windows: WindowCollector?
  var subqueries: SubqueryCollector?
  /// Output names that ORDER BY may use inside expressions, lower case.
  var outputs: [String: Expression] = [:]
  /// Output names of the select list, to explain why a clause cannot use them.
  var forbiddenAliases: Set<String> = []
  /// Parameters of the lambdas around, innermost last.
  var lambdaParameters: [[String: ColumnReference]] = []

  init(
    _ binder: Binder, _ scope: Scope, clause: Clause, aggregates: AggregateCollector? = nil,
    windows: WindowCollector? = nil, subqueries: SubqueryCollector? = nil
  ) {
    self.binder = binder
    self.scope = scope
    self.clause = clause
    self.aggregates = aggregates
    self.windows = windows
    self.subqueries = subqueries
  }

  var functions: FunctionCatalog { binder.planner.functions }

  /// A condition: BOOLEAN, or NULL.
  func bindCondition(_ syntax: ExpressionSyntax) throws -> Expression {
    let bound = try bind(syntax)
    guard TypeCoercion.canCoerce(bound.type, to: .boolean) else {
      throw SQLError("expected a condition, found \(bound.type)", at: syntax.range)
    }
    return bound.coerced(to: .boolean)
  }

  /// - Throws: `SQLError` with the range of the words at fault.
  func bind(_ syntax: ExpressionSyntax) throws -> Expression {
    switch syntax.kind {
    case .null: return .literal(.null, .null)
    case .boolean(let value): return .literal(.boolean(value), .boolean)
    case .integer, .decimal, .double, .string, .binary, .typedLiteral, .interval, .parameter:
      return try bindLiteral(syntax)
    case .name(let name): return try bindName(name)
    case .negate, .arithmetic, .concatenate: return try bindOperator(syntax)
    case .compare, .between, .isDistinct, .isNull, .inList, .like, .not, .and, .or:
      return try bindPredicate(syntax)
    case .quantified, .inQuery, .exists, .scalarQuery: return try bindSubquery(syntax)
    case .caseWhen(let operand, let branches, let otherwise):
      return try bindCase(operand, branches, otherwise)
    case .cast(let operand, let type, let isTry):
      return try bindCast(operand, type, isTry: isTry, at: syntax.range)
    case .call(let call): return try bindCall(call, at: syntax.range)
    case .extract, .array, .row, .subscripted, .field, .atTimeZone, .lambda:
      return try bindConstructor(syntax)
    }
  }

  /// The expressions converted to the type that all of them fit.
  func unified(_ expressions: [Expression], _ syntax: [ExpressionSyntax], what: String) throws
    -> [Expression]
  {
    do throws(FixedLengths.Misfit) {
      let common = try FixedLengths.commonResult(of: expressions)
      return expressions.map(common.converted)
    } catch {
      throw SQLError(
        "\(what) must have one type: found \(expressions[error.position].type) after \(error.type); "
          + "write a CAST", at: syntax[error.position].range)
    }
  }

  // MARK: Names

  private func bindName(_ name: QualifiedName) throws -> Expression {
    let first = name.parts[0].text.lowercased()
    for parameters in lambdaParameters.reversed() {
      guard let parameter = parameters[first] else { continue }
      return try fields(of: .column(parameter), name.parts.dropFirst())
    }
    if name.parts.count == 1, let output = outputs[first] { return output }
    var current: Scope? = scope
    while let candidate = current {
      if let (expression, used) = try candidate.resolve(name) {
        // `dept.name` where this query has a column `dept` and the one around it a table `dept`.
        if used < name.parts.count, !isRow(expression), let parent = candidate.parent,
          let (_, usedOutside) = try parent.resolve(name), usedOutside > used
        {
          current = parent
          continue
        }
        if case .column(let reference) = expression {
          binder.places[reference] = name.range
          binder.spellings[reference] = name.parts[used - 1].text
        }
        return try fields(of: expression, name.parts.dropFirst(used))
      }
      current = candidate.parent
    }
    if name.parts.count == 1, forbiddenAliases.contains(first) {
      let advice =
        clause == .groupBy
        ? "repeat its expression, or write its position in the select list"
        : clause == .select
          ? "repeat its expression, or compute this in a query around this one"
          : "repeat its expression, or filter in a query around this one"
      throw SQLError(
        "\(clause.rawValue) cannot use the output name '\(name.text)': \(advice)", at: name.range)
    }
    throw scope.unknown(name, aliases: Array(outputs.keys))
  }

  private func isRow(_ expression: Expression) -> Bool {
    if case .row = expression.type { true } else { false }
  }

  /// `a.b.c` after the column is found: fields of a ROW by name.
  private func fields(of expression: Expression, _ names: ArraySlice<Identifier>) throws
    -> Expression
  {
    var result = expression
    for name in names { result = try field(name, of: result) }
    return result
  }

  func field(_ name: Identifier, of expression: Expression) throws -> Expression {
    guard case .row(let fields) = expression.type else {
      throw SQLError(
        "'\(name.text)' is taken as a field, but what stands before it is \(expression.type), not a row",
        at: name.range)
    }
    let wanted = name.text.lowercased()
    guard let position = fields.firstIndex(where: { $0.name?.lowercased() == wanted }) else {
      throw SQLError(
        "no field named '\(name.text)' in \(expression.type)"
          + Spelling.hint(for: name.text, among: fields.compactMap(\.name)), at: name.range)
    }
    return .field(expression, position, fields[position].type)
  }
}
