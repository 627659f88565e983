import Columns
import SQL

extension ExpressionBinder {
  func bindPredicate(_ syntax: ExpressionSyntax) throws -> Expression {
    switch syntax.kind {
    case .compare(let operation, let left, let right):
      return try compare(operation, try bind(left), try bind(right), at: syntax.range)
    case .and(let operands): return .and(try operands.map { try bindCondition($0) })
    case .or(let operands): return .or(try operands.map { try bindCondition($0) })
    case .not(let operand): return .not(try bindCondition(operand))
    case .isNull(let operand, let negated): return negate(.isNull(try bind(operand)), negated)
    case .isDistinct(let left, let right, let negated):
      let (a, b) = try comparable(
        "IS DISTINCT FROM", try instant(bind(left), at: left.range),
        try instant(bind(right), at: right.range), syntax.range)
      return negate(.isDistinct(a, b), negated)
    case .between(let operand, let lower, let upper, let negated):
      let range = try once(bind(operand), at: operand.range) { value in
        try Expression.and([
          compare(.greaterOrEqual, value, try bind(lower), at: lower.range),
          compare(.lessOrEqual, value, try bind(upper), at: upper.range),
        ])
      }
      return negate(range, negated)
    case .inList(let operand, let list, let negated):
      return negate(try bindList(operand, list, at: syntax.range), negated)
    case .like(let operand, let pattern, let escape, let negated):
      return negate(try bindLike(operand, pattern, escape), negated)
    default: preconditionFailure("only predicates are bound here")
    }
  }

  func negate(_ condition: Expression, _ negated: Bool) -> Expression {
    negated ? .not(condition) : condition
  }

  /// A comparison of two values of fitting types; rows are compared field by field.
  func compare(
    _ operation: ComparisonOperator, _ left: Expression, _ right: Expression, at range: SourceRange
  ) throws -> Expression {
    if operation == .equal || operation == .notEqual, case .row(let a, _) = left,
      case .row(let b, _) = right, a.count == b.count
    {
      let fields = try zip(a, b).map { try compare(.equal, $0, $1, at: range) }
      let equal = Expression.conjunction(fields) ?? .true
      return operation == .equal ? equal : .not(equal)
    }
    let (a, b) = try comparable(
      operation.rawValue, try instant(left, at: range), try instant(right, at: range), range)
    let isEquality = operation == .equal || operation == .notEqual
    guard isEquality || a.type.isOrderable else {
      throw SQLError("\(a.type) has no order; only = and <> compare it", at: range)
    }
    return .compare(operation, a, b)
  }

  /// Times with zones are compared by their instants, so that a column of TIMESTAMP stays as it is.
  private func instant(_ expression: Expression, at range: SourceRange) throws -> Expression {
    guard expression.type == .timestampWithZone else { return expression }
    if case .literal(.int64(let packed), _) = expression {
      return .literal(.int64(ZonedTime.microseconds(packed)), .timestamp)
    }
    return try call("utc_instant", [expression], at: range)
  }

  private func comparable(
    _ operation: String, _ left: Expression, _ right: Expression, _ range: SourceRange
  ) throws -> (Expression, Expression) {
    if let texts = FixedLengths.comparable(left, right) { return texts }
    guard let type = TypeCoercion.common(left.type, right.type) else {
      throw SQLError(
        "cannot compare \(left.type) with \(right.type)" + Self.advice(left, right), at: range)
    }
    // A constant takes the column's type where nothing is lost, so that the column is compared as it
    // is stored.
    if let constant = right.converted(exactlyTo: left.type) { return (left, constant) }
    if let constant = left.converted(exactlyTo: right.type) { return (constant, right) }
    // NULL = NULL has no type of its own.
    let comparedType = type == .null ? DataType.boolean : type
    return (left.coerced(to: comparedType), right.coerced(to: comparedType))
  }

  /// What to write instead of comparing text with something else.
  private static func advice(_ left: Expression, _ right: Expression) -> String {
    let (text, other) = left.type == .varchar ? (left, right) : (right, left)
    guard text.type == .varchar else { return "; write a CAST" }
    switch other.type {
    case .date, .timestamp:
      let name = other.type == .date ? "DATE" : "TIMESTAMP"
      guard case .literal(let value, _) = text, let string = value.string else {
        return "; write CAST(… AS \(name))"
      }
      return "; write \(name) '\(string)'"
    case .integer, .bigint:
      if case .literal(.int64(let number), _) = other {
        return "; write the number as text, '\(number)', or CAST(… AS BIGINT)"
      }
      return "; write CAST(… AS BIGINT)"
    case .double, .decimal: return "; write CAST(… AS DOUBLE)"
    default: return "; write CAST(… AS \(other.type))"
    }
  }

  /// `x IN (…)`: constants become a set, others a chain of comparisons.
  private func bindList(
    _ operandSyntax: ExpressionSyntax, _ list: [ExpressionSyntax], at range: SourceRange
  ) throws -> Expression {
    let operand = try instant(bind(operandSyntax), at: operandSyntax.range)
    var items: [Expression] = []
    items.reserveCapacity(list.count)
    var type = operand.type
    for syntax in list {
      var item = try instant(bind(syntax), at: syntax.range)
      item = item.converted(exactlyTo: operand.type) ?? item
      item = FixedLengths.constant(item, beside: operand.type)
      if item.type != type {
        guard let common = TypeCoercion.common(type, item.type) else {
          throw SQLError(
            "cannot compare \(operand.type) with \(item.type)" + Self.advice(operand, item),
            at: syntax.range)
        }
        type = common
      }
      items.append(item)
    }
    if case .row = operand {
      return .or(try items.map { try compare(.equal, operand, $0, at: range) })
    }
    let subject = operand.coerced(to: type)
    var values: [Value] = []
    var seen: Set<Value> = []
    var containsNull = false
    var others: [Expression] = []
    for item in items.map({ $0.coerced(to: type) }) {
      guard let value = constantValue(item) else {
        others.append(.compare(.equal, subject, item))
        continue
      }
      if value.isNull {
        containsNull = true
      } else if seen.insert(value).inserted {
        values.append(value)
      }
    }
    guard !values.isEmpty || containsNull else { return .or(others) }
    let set = Expression.inValues(subject, values, containsNull: containsNull)
    return others.isEmpty ? set : .or([set] + others)
  }

  /// The value of an expression without columns, nil if it has columns or cannot be computed.
  func constantValue(_ expression: Expression) -> Value? {
    if case .literal(let value, _) = expression { return value }
    guard expression.isDeterministic, expression.columns.isEmpty else { return nil }
    return try? binder.planner.evaluate(expression)
  }

  private func bindLike(
    _ operand: ExpressionSyntax, _ patternSyntax: ExpressionSyntax,
    _ escapeSyntax: ExpressionSyntax?
  ) throws -> Expression {
    let value = try text(operand, "LIKE")
    let pattern = try text(patternSyntax, "LIKE")
    let escape = try escapeSyntax.map { try text($0, "ESCAPE") }
    guard let constant = constantValue(pattern), escape.map({ constantValue($0) != nil }) ?? true
    else {
      return try call(
        "like", [value, pattern] + (escape.map { [$0] } ?? []), at: patternSyntax.range)
    }
    guard case .bytes(let bytes) = constant else { return .literal(.null, .boolean) }
    var escapeByte: UInt8?
    if let escape, let escapeSyntax {
      if constantValue(escape)?.isNull == true { return .literal(.null, .boolean) }
      guard case .bytes(let character)? = constantValue(escape), character.count == 1 else {
        throw SQLError("ESCAPE takes one ASCII character", at: escapeSyntax.range)
      }
      escapeByte = character[0]
    }
    return .like(value, pattern: bytes, escape: escapeByte)
  }

  private func text(_ syntax: ExpressionSyntax, _ what: String) throws -> Expression {
    let bound = try bind(syntax)
    guard TypeCoercion.canCoerce(bound.type, to: .varchar) else {
      throw SQLError(
        "\(what) takes text, found \(bound.type); write CAST(… AS VARCHAR)", at: syntax.range)
    }
    return bound.coerced(to: .varchar)
  }
}
