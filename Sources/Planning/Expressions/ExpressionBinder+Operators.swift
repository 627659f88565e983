import Columns
import SQL

extension ExpressionBinder {
  func bindOperator(_ syntax: ExpressionSyntax) throws -> Expression {
    switch syntax.kind {
    case .negate(let operand): return try bindNegation(operand, at: syntax.range)
    case .concatenate: return try bindConcatenation(syntax)
    default: return try bindArithmetic(syntax)
    }
  }

  private func bindNegation(_ operand: ExpressionSyntax, at range: SourceRange) throws
    -> Expression
  {
    // The smallest BIGINT has no positive counterpart.
    if case .integer(let digits) = operand.kind, let number = Int64("-" + digits) {
      return .literal(.int64(number), Int32(exactly: number) != nil ? .integer : .bigint)
    }
    let bound = try bind(operand)
    guard bound.type.isNumeric || bound.type.isInterval || bound.type == .null else {
      throw SQLError("cannot negate \(bound.type)", at: range)
    }
    switch bound {
    case .literal(.double(let number), .double): return .literal(.double(-number), .double)
    case .literal(.decimal(let number), let type): return .literal(.decimal(-number), type)
    case .literal(.null, _): return bound
    default: return .negate(bound)
    }
  }

  /// A chain of operators is bound from its innermost left operand outwards, without recursion.
  private func bindArithmetic(_ syntax: ExpressionSyntax) throws -> Expression {
    var steps: [(ArithmeticOperator, ExpressionSyntax, SourceRange)] = []
    var innermost = syntax
    while case .arithmetic(let operation, let left, let right) = innermost.kind {
      steps.append((operation, right, innermost.range))
      innermost = left
    }
    var result = try bind(innermost)
    for (operation, right, range) in steps.reversed() {
      result = try arithmetic(operation, result, try bind(right), at: range)
    }
    return result
  }

  func arithmetic(
    _ operation: ArithmeticOperator, _ left: Expression, _ right: Expression, at range: SourceRange
  ) throws -> Expression {
    guard let types = OperatorTypes.resolve(operation, left.type, right.type) else {
      throw SQLError(
        "cannot apply '\(operation.rawValue)' to \(left.type) and \(right.type)"
          + advice(left.type, right.type), at: range)
    }
    return .arithmetic(
      operation, left.coerced(to: types.left), right.coerced(to: types.right), types.result)
  }

  private func advice(_ left: DataType, _ right: DataType) -> String {
    switch (left, right) {
    case (.varchar, _) where right.isNumeric, (_, .varchar) where left.isNumeric,
      (.varchar, .varchar):
      "; text is not a number by itself, write CAST(… AS DOUBLE), or || to join texts"
    case (.varchar, _) where right.isInterval: "; write CAST(… AS TIMESTAMP)"
    case (.date, _) where right.isNumeric, (.timestamp, _) where right.isNumeric:
      "; write an interval such as INTERVAL '1' DAY"
    default: ""
    }
  }

  /// `a || b || c` is one call of `concat`.
  private func bindConcatenation(_ syntax: ExpressionSyntax) throws -> Expression {
    var operands: [ExpressionSyntax] = []
    var rest = syntax
    while case .concatenate(let left, let right) = rest.kind {
      operands.append(right)
      rest = left
    }
    operands.append(rest)
    operands.reverse()
    let bound = try operands.map { try bind($0) }
    let isList = bound.contains { if case .array = $0.type { true } else { false } }
    if isList, bound.count > 2 {
      return try bound.dropFirst().reduce(bound[0]) {
        try call("concat", [$0, $1], at: syntax.range)
      }
    }
    for (expression, operand) in zip(bound, operands) where !isList {
      switch expression.type {
      case .varchar, .char, .varbinary, .null: continue
      default:
        throw SQLError(
          "cannot join \(expression.type) to text with '||'; write CAST(… AS VARCHAR)",
          at: operand.range)
      }
    }
    return try call("concat", bound, at: syntax.range)
  }

  // MARK: CASE and CAST

  func bindCase(
    _ operand: ExpressionSyntax?, _ branches: [CaseBranch], _ otherwise: ExpressionSyntax?
  ) throws -> Expression {
    guard let operand else { return try bindBranches(nil, branches, otherwise) }
    return try once(bind(operand), at: operand.range) { try bindBranches($0, branches, otherwise) }
  }

  /// An expression that names a value several times, computed once for all of them: one that is drawn anew
  /// each time, such as `random()`, becomes the parameter of a lambda over a list of it alone.
  func once(
    _ value: Expression, at range: SourceRange, _ body: (Expression) throws -> Expression
  ) throws -> Expression {
    guard !value.isDeterministic, let transform = functions.scalar("transform") else {
      return try body(value)
    }
    let parameter = binder.newColumn("value", value.type)
    let result = try body(.column(parameter))
    let list = Expression.call(
      FunctionCall(
        function: transform, overload: 0,
        arguments: [
          .expression(.array([value], .array(value.type))),
          .lambda(parameters: [parameter], body: result),
        ], type: .array(result.type)))
    return try call("element_at", [list, .literal(.int64(1), .bigint)], at: range)
  }

  private func bindBranches(
    _ subject: Expression?, _ branches: [CaseBranch], _ otherwise: ExpressionSyntax?
  ) throws -> Expression {
    var conditions: [Expression] = []
    conditions.reserveCapacity(branches.count)
    for branch in branches {
      if let subject {
        let value = try bind(branch.condition)
        conditions.append(try compare(.equal, subject, value, at: branch.condition.range))
      } else {
        conditions.append(try bindCondition(branch.condition))
      }
    }
    var syntax = branches.map(\.result)
    var results = try syntax.map { try bind($0) }
    if let otherwise {
      syntax.append(otherwise)
      results.append(try bind(otherwise))
    }
    var values = try unified(results, syntax, what: "the results of CASE")
    let type = values[0].type
    let last = otherwise == nil ? Expression.literal(.null, type) : values.removeLast()
    return .caseWhen(
      zip(conditions, values).map { Expression.Branch(condition: $0, result: $1) },
      otherwise: last, type)
  }

  func bindCast(
    _ operand: ExpressionSyntax, _ syntax: TypeSyntax, isTry: Bool, at range: SourceRange
  ) throws -> Expression {
    let bound = try bind(operand)
    let type = try TypeNames.resolve(syntax)
    guard TypeCoercion.canCast(bound.type, to: type) else {
      throw SQLError("cannot cast \(bound.type) to \(type)", at: range)
    }
    var cast: Expression = bound.type == type ? bound : .cast(bound, type, isTry: isTry)
    if let digits = try TimePrecision.rounding(syntax, from: bound.type, to: type),
      functions.scalar("$rounded_time") != nil
    {
      cast = try call(
        "$rounded_time", [cast, .literal(.int64(Int64(digits)), .bigint)], at: range)
    }
    if syntax.name == "uuid", bound.type == .varchar, functions.scalar("uuid_text") != nil {
      return try call("uuid_text", [bound, .literal(.boolean(isTry), .boolean)], at: range)
    }
    // VARCHAR(n) cuts longer text, but neither a number nor a time nor JSON.
    if type == .varchar, case .number(let length)? = syntax.arguments.first,
      functions.scalar("substr") != nil
    {
      if bound.type.isNumeric || bound.type.isTime || bound.type == .boolean || bound.type == .json,
        functions.scalar("$fitting") != nil
      {
        return try call(
          "$fitting",
          [cast, .literal(.int64(Int64(length)), .bigint), .literal(.boolean(isTry), .boolean)],
          at: range)
      }
      return try call(
        "substr",
        [
          cast, .literal(.int64(1), .bigint), .literal(.int64(Int64(length)), .bigint),
        ], at: range)
    }
    return cast
  }

  // MARK: Constructors and access

  func bindConstructor(_ syntax: ExpressionSyntax) throws -> Expression {
    switch syntax.kind {
    case .extract(let field, let operand): return try bindExtract(field, operand, syntax.range)
    case .array(let elements):
      let values = try unified(
        try elements.map { try bind($0) }, elements, what: "the elements of ARRAY")
      return .array(values, .array(values.first?.type ?? .null))
    case .row(let elements):
      let values = try elements.map { try bind($0) }
      return .row(values, .row(values.map { RowField(name: nil, type: $0.type) }))
    case .subscripted(let base, let index):
      return try bindSubscript(base, index, at: syntax.range)
    case .field(let base, let name): return try field(name, of: try bind(base))
    case .atTimeZone(let operand, let zone):
      return try call("at_timezone", [try bind(operand), try bind(zone)], at: syntax.range)
    default:
      throw SQLError(
        "a lambda can only be an argument of a function such as transform or filter",
        at: syntax.range)
    }
  }

  private static let extractFunctions = [
    "year": "year", "quarter": "quarter", "month": "month", "week": "week", "day": "day",
    "day_of_month": "day", "day_of_week": "day_of_week", "dow": "day_of_week",
    "day_of_year": "day_of_year", "doy": "day_of_year", "year_of_week": "year_of_week",
    "yow": "year_of_week", "hour": "hour", "minute": "minute", "second": "second",
    "timezone_hour": "timezone_hour", "timezone_minute": "timezone_minute",
  ]

  private func bindExtract(
    _ field: Identifier, _ operand: ExpressionSyntax, _ range: SourceRange
  ) throws -> Expression {
    guard let name = Self.extractFunctions[field.text.lowercased()] else {
      throw SQLError(
        "EXTRACT has no field '\(field.text)'"
          + Spelling.hint(for: field.text, among: Self.extractFunctions.keys.sorted()),
        at: field.range)
    }
    return try call(name, [try bind(operand)], at: range)
  }

  private func bindSubscript(
    _ baseSyntax: ExpressionSyntax, _ indexSyntax: ExpressionSyntax, at range: SourceRange
  ) throws -> Expression {
    let base = try bind(baseSyntax)
    let index = try bind(indexSyntax)
    guard case .row(let fields) = base.type else {
      switch base.type {
      case .array(let element):
        guard TypeCoercion.canCoerce(index.type, to: .bigint) else {
          throw SQLError(
            "an element of array(\(element)) has a number from 1, found \(index.type)",
            at: indexSyntax.range)
        }
        return try call("subscript", [base, index], at: range)
      case .map(let key, _):
        guard TypeCoercion.common(key, index.type) != nil else {
          throw SQLError(
            "the keys of \(base.type) are \(key), found \(index.type)", at: indexSyntax.range)
        }
        return try call("subscript", [base, index], at: range)
      default:
        throw SQLError(
          "only arrays, maps and rows have elements, found \(base.type)", at: baseSyntax.range)
      }
    }
    guard case .literal(.int64(let number), _) = index, (1...Int64(fields.count)).contains(number)
    else {
      throw SQLError(
        "a row's field number is a constant from 1 to \(fields.count)", at: indexSyntax.range)
    }
    return .field(base, Int(number) - 1, fields[Int(number) - 1].type)
  }
}
