import Columns
import Kernels
import SQL

extension ExpressionBinder {
  /// A call: special form, window function, aggregate or scalar function.
  func bindCall(_ call: FunctionCallSyntax, at range: SourceRange) throws -> Expression {
    let name = call.name.last.text.lowercased()
    if let over = call.over { return try bindWindow(call, name, over, at: range) }
    if let special = try bindSpecialForm(call, name, at: range) { return special }
    if name == "reduce_agg" { return try bindReduction(call, at: range) }
    if let function = functions.scalar(name) {
      try rejectAggregateSyntax(call, name)
      if name == "$json_path" { try checkPath(call) }
      return try bindScalar(function, call.arguments, at: range)
    }
    if let function = functions.aggregate(name) {
      if call.ignoresNulls { throw Self.treatsNulls(name, at: range) }
      return try bindAggregate(function, call, at: range)
    }
    if WindowFunctions.named(name) != nil {
      throw SQLError("'\(name)' needs OVER (…) after its arguments", at: range)
    }
    let names =
      functions.scalarNames + functions.aggregateNames + WindowFunctions.names
      + Self.specialForms
    let hint = ForeignFunctions.advice(on: name) ?? Spelling.hint(for: name, among: names)
    throw SQLError("no function named '\(name)'\(hint)", at: call.name.range)
  }

  /// A path of JSON_VALUE and its like must not name what PASSING does not give: the answer would be NULL.
  private func checkPath(_ call: FunctionCallSyntax) throws {
    guard call.arguments.count > 2, case .string(let path) = call.arguments[2].kind else { return }
    let passed = stride(from: 3, to: call.arguments.count, by: 2).compactMap {
      position -> String? in
      if case .string(let name) = call.arguments[position].kind { name } else { nil }
    }
    if let fault = PathVariables.fault(in: path, passed: passed) {
      throw SQLError(fault, at: call.arguments[2].range)
    }
  }

  /// A call of a scalar function that the planner itself needs.
  func call(_ name: String, _ arguments: [Expression], at range: SourceRange) throws -> Expression {
    guard let function = functions.scalar(name) else {
      throw SQLError("no function named '\(name)'", at: range)
    }
    return try resolve(function, arguments.map { .value($0) }, at: range)
  }

  /// `reduce_agg(x, start, step, join)` steps through the array of the values; as one pass has them
  /// all, nothing is to be joined.
  private func bindReduction(_ call: FunctionCallSyntax, at range: SourceRange) throws
    -> Expression
  {
    guard call.arguments.count == 4 else {
      throw SQLError(
        "expected reduce_agg(value, start, (state, value) -> …, (a, b) -> …), found "
          + "\(call.arguments.count) arguments", at: range)
    }
    func function(_ name: String, _ arguments: [ExpressionSyntax]) -> FunctionCallSyntax {
      FunctionCallSyntax(
        name: QualifiedName([Identifier(name, range: call.name.range)]), arguments: arguments)
    }
    let value = call.arguments[0]
    let isPresent = ExpressionSyntax(.isNull(value, negated: true), range)
    var values = function("array_agg", [value])
    values.isDistinct = call.isDistinct
    values.orderBy = call.orderBy
    values.filter =
      call.filter.map { ExpressionSyntax(.and([$0, isPresent]), range) } ?? isPresent
    let state = Identifier("state", range: range)
    let itself = ExpressionSyntax(
      .lambda([state], ExpressionSyntax(.name(QualifiedName([state])), range)), range)
    return try bindCall(
      function(
        "reduce",
        [
          ExpressionSyntax(.call(values), range), call.arguments[1], call.arguments[2], itself,
        ]), at: range)
  }

  // MARK: Special forms

  static let specialForms = [
    "coalesce", "nullif", "if", "try", "grouping", "now", "current_date", "current_timestamp",
    "localtimestamp", "localtime", "current_timezone", "current_schema", "current_catalog",
    "current_user", "version",
  ]

  private func bindSpecialForm(_ call: FunctionCallSyntax, _ name: String, at range: SourceRange)
    throws -> Expression?
  {
    let arguments = call.arguments
    func expect(_ counts: ClosedRange<Int>, _ form: String) throws {
      guard counts.contains(arguments.count) else {
        throw SQLError("expected \(form), found \(arguments.count) arguments", at: range)
      }
    }
    switch name {
    case "coalesce":
      try expect(1...Int.max, "coalesce(value, …)")
      let values = try unified(
        try arguments.map { try bind($0) }, arguments, what: "the arguments of coalesce")
      return values.count == 1 ? values[0] : .coalesce(values, values[0].type)
    case "nullif":
      try expect(2...2, "nullif(value, other)")
      return try once(bind(arguments[0]), at: range) { value in
        let condition = try compare(.equal, value, try bind(arguments[1]), at: range)
        return .caseWhen(
          [Expression.Branch(condition: condition, result: .literal(.null, value.type))],
          otherwise: value, value.type)
      }
    case "if":
      try expect(2...3, "if(condition, value, other)")
      return try bindCase(
        nil, [CaseBranch(condition: arguments[0], result: arguments[1])],
        arguments.count > 2 ? arguments[2] : nil)
    case "try":
      try expect(1...1, "try(value)")
      return .attempt(try bind(arguments[0]))
    case "now", "current_timestamp":
      guard let time = ZonedTime.packed(microseconds: try now(call), zone: 0) else { return nil }
      return .literal(.int64(time), .timestampWithZone)
    case "localtimestamp":
      return .literal(.int64(try now(call)), .timestamp)
    case "localtime":
      let now = try now(call)
      return .literal(
        .int64(now - now.floorDivided(by: Microseconds.day) * Microseconds.day), .time)
    case "current_date":
      let day = binder.planner.now.floorDivided(by: Microseconds.day)
      return .literal(.int64(day), .date)
    case "current_schema":
      return .literal(.text(binder.planner.session.database), .varchar)
    case "current_user":
      return .literal(.text(binder.planner.session.user), .varchar)
    case "version":
      try expect(0...0, "version()")
      return .literal(.text(binder.planner.session.version), .varchar)
    case "current_catalog":
      return .literal(.text("awsdatacatalog"), .varchar)
    case "current_timezone":
      return .literal(.text("UTC"), .varchar)
    case "typeof":
      guard arguments.count == 1, let name = try declaredType(arguments[0]) else { return nil }
      return .literal(.text(name), .varchar)
    case "grouping":
      guard let aggregates else {
        throw SQLError("grouping(…) belongs into SELECT, HAVING or ORDER BY", at: range)
      }
      let columns = try arguments.map { ($0.range, try keyBinder().bind($0)) }
      return .column(aggregates.grouping(columns, binder))
    default: return nil
    }
  }

  /// The time of the statement with the digits of a second that CURRENT_TIMESTAMP(0) and such ask for.
  private func now(_ call: FunctionCallSyntax) throws -> Int64 {
    let digits = try clockDigits(call)
    let unit = Int64(LiteralConversion.powersOfTen[max(0, 6 - digits)])
    return binder.planner.now.floorDivided(by: unit) * unit
  }

  private func clockDigits(_ call: FunctionCallSyntax) throws -> Int {
    guard let argument = call.arguments.first else { return TimePrecision.usual }
    guard case .integer(let text) = argument.kind, let digits = Int(text), (0...12).contains(digits)
    else { throw SQLError("expected a precision from 0 to 12", at: argument.range) }
    return digits
  }

  /// What the type of an expression says of lengths and digits, which values do not carry on: of a
  /// constant, a cast, or the time of the statement.
  private func declaredType(_ argument: ExpressionSyntax) throws -> String? {
    switch argument.kind {
    case .string(let text): return "varchar(\(text.unicodeScalars.count))"
    case .cast(_, let type, _):
      _ = try bind(argument)
      if type.name == "varchar", case .number(let length)? = type.arguments.first {
        return "varchar(\(length))"
      }
      return try TimePrecision.name(type)
    case .typedLiteral(_, let text):
      return TimePrecision.name(try bind(argument).type, literal: text)
    case .call(let call) where call.name.parts.count == 1 && !call.arguments.isEmpty:
      switch call.name.parts[0].text.lowercased() {
      case "current_timestamp", "localtimestamp", "localtime":
        return TimePrecision.text(try bind(argument).type, digits: try clockDigits(call))
      default: return nil
      }
    default: return nil
    }
  }

  private func keyBinder() -> ExpressionBinder {
    ExpressionBinder(binder, scope, clause: .groupBy)
  }

  private func rejectAggregateSyntax(_ call: FunctionCallSyntax, _ name: String) throws {
    guard call.isDistinct || call.isStar || call.filter != nil || !call.orderBy.isEmpty else {
      return
    }
    throw SQLError(
      "'\(name)' is not an aggregate: DISTINCT, *, FILTER and ORDER BY do not apply",
      at: call.name.range)
  }

  // MARK: Scalar functions

  /// An argument before the signature is chosen: a lambda's types depend on it.
  enum PendingArgument {
    case value(Expression)
    case lambda([Identifier], ExpressionSyntax)
  }

  private func bindScalar(
    _ function: ScalarFunction, _ arguments: [ExpressionSyntax], at range: SourceRange
  ) throws -> Expression {
    let pending = try arguments.map { argument -> PendingArgument in
      if case .lambda(let parameters, let body) = argument.kind { return .lambda(parameters, body) }
      return .value(try bind(argument))
    }
    return try resolve(function, pending, at: range)
  }

  private func resolve(
    _ function: ScalarFunction, _ arguments: [PendingArgument], at range: SourceRange
  ) throws -> Expression {
    var best: (overload: Int, parameters: [ParameterType], match: SignatureMatch)?
    for (index, overload) in function.overloads.enumerated() {
      guard
        let parameters = SignatureMatch.expand(
          overload.parameters, isVariadic: overload.isVariadic, count: arguments.count)
      else { continue }
      var match = SignatureMatch()
      let fits = zip(parameters, arguments).allSatisfy { parameter, argument in
        switch (parameter, argument) {
        case (.lambda(let inputs, _), .lambda(let names, _)): inputs.count == names.count
        case (_, .lambda): false
        case (_, .value(let expression)): match.unify(parameter, expression.type)
        }
      }
      if fits, match.cost < best?.match.cost ?? Int.max { best = (index, parameters, match) }
    }
    guard let best else {
      if function.name == "$json_path", arguments.count > 1 {
        throw SQLError(
          "a JSON path reads JSON, text or UTF-8 bytes, found \(Self.describe(arguments[1]))",
          at: range)
      }
      throw SQLError(
        mismatch(
          function.name, arguments.map { Self.describe($0) },
          function.overloads.map { ($0.parameters, $0.isVariadic) }), at: range)
    }
    // A lambda's result may widen a type variable that earlier arguments were converted to, as in
    // reduce(list, 0, (sum, x) -> sum + x, …) over BIGINT: then all are bound again.
    var match = best.match
    for _ in 0..<2 {
      let before = match.variables
      let call = try convert(function, best.overload, best.parameters, arguments, &match)
      if match.variables == before { return call }
    }
    return try convert(function, best.overload, best.parameters, arguments, &match)
  }

  private func convert(
    _ function: ScalarFunction, _ overload: Int, _ parameters: [ParameterType],
    _ arguments: [PendingArgument], _ match: inout SignatureMatch
  ) throws -> Expression {
    var bound: [BoundArgument] = []
    var types: [DataType] = []
    for (parameter, argument) in zip(parameters, arguments) {
      switch argument {
      case .value(let expression):
        let type = match.target(parameter, given: expression.type)
        bound.append(.expression(expression.coerced(to: type)))
        types.append(type)
      case .lambda(let names, let body):
        guard case .lambda(let inputs, let output) = parameter else { continue }
        let (lambda, type) = try bindLambda(names, body, inputs, output, &match)
        bound.append(lambda)
        types.append(type)
      }
    }
    let call = Expression.call(
      FunctionCall(
        function: function, overload: overload, arguments: bound,
        type: function.overloads[overload].result(types)))
    let given = arguments.compactMap { argument -> Expression? in
      if case .value(let expression) = argument { expression } else { nil }
    }
    return RealResults.narrowed(
      FixedLengths.narrowed(call, function.name, given), function.name, given.map(\.type))
  }

  private func bindLambda(
    _ names: [Identifier], _ body: ExpressionSyntax, _ inputs: [ParameterType],
    _ output: ParameterType, _ match: inout SignatureMatch
  ) throws -> (BoundArgument, DataType) {
    var parameters: [ColumnReference] = []
    var byName: [String: ColumnReference] = [:]
    for (name, input) in zip(names, inputs) {
      let parameter = binder.newColumn(name.text, match.target(input, given: .null))
      parameters.append(parameter)
      byName[name.text.lowercased()] = parameter
    }
    lambdaParameters.append(byName)
    // A lambda runs once per element: what it contains cannot be hoisted out of it.
    let collectors = (aggregates, windows, subqueries)
    (aggregates, windows, subqueries) = (nil, nil, nil)
    defer {
      lambdaParameters.removeLast()
      (aggregates, windows, subqueries) = collectors
    }
    let bound = try bind(body)
    guard match.unify(output, bound.type) else {
      throw SQLError(
        "the lambda must give \(output), but gives \(bound.type)", at: body.range)
    }
    let type = match.target(output, given: bound.type)
    return (.lambda(parameters: parameters, body: bound.coerced(to: type)), type)
  }

  private static func describe(_ argument: PendingArgument) -> String {
    switch argument {
    case .value(let expression): "\(expression.type)"
    case .lambda(let names, _): "lambda of \(names.count)"
    }
  }

  /// `'round' does not take (varchar); it takes round(double) or round(double, bigint)`.
  func mismatch(
    _ name: String, _ arguments: [String], _ signatures: [([ParameterType], isVariadic: Bool)]
  ) -> String {
    let forms = signatures.prefix(6).map { parameters, isVariadic in
      name + "(" + parameters.map(\.description).joined(separator: ", ")
        + (isVariadic ? ", …" : "") + ")"
    }
    let list =
      forms.count > 1
      ? forms.dropLast().joined(separator: ", ") + " or " + (forms.last ?? "") : forms.first ?? ""
    return "'\(name)' does not take (" + arguments.joined(separator: ", ") + "); it takes \(list)"
  }

  // MARK: Aggregates

  private func bindAggregate(
    _ function: AggregateFunction, _ call: FunctionCallSyntax, at range: SourceRange
  ) throws -> Expression {
    guard let aggregates else {
      let reason =
        clause == .aggregate
        ? "aggregates cannot be nested; aggregate again in a query around this one"
        : clause == .where
          ? "WHERE cannot contain the aggregate '\(function.name)'; use HAVING"
          : "\(clause.rawValue) cannot contain the aggregate '\(function.name)'"
      throw SQLError(reason, at: range)
    }
    let inner = ExpressionBinder(
      binder, scope, clause: .aggregate, subqueries: aggregates.inputSubqueries)
    inner.lambdaParameters = lambdaParameters
    let resolved = try inner.resolveAggregate(function, call, at: range)
    let filter = try call.filter.map { try inner.bindCondition($0) }
    let orderBy = try call.orderBy.map { try binder.sortKey(try inner.bind($0.expression), $0) }
    let result = Expression.column(
      aggregates.add(
        function, resolved.overload, resolved.arguments, type: resolved.type,
        isDistinct: call.isDistinct, filter: filter, orderBy: orderBy, binder))
    return RealResults.narrowed(result, function.name, resolved.given)
  }

  /// The signature and the converted arguments of an aggregate; `self` binds the arguments.
  func resolveAggregate(
    _ function: AggregateFunction, _ call: FunctionCallSyntax, at range: SourceRange
  ) throws -> (overload: Int, arguments: [Expression], type: DataType, given: [DataType]) {
    let arguments = try call.arguments.map { try bind($0) }
    var best: (overload: Int, parameters: [ParameterType], match: SignatureMatch)?
    for (index, overload) in function.overloads.enumerated() {
      guard
        let parameters = SignatureMatch.expand(
          overload.parameters, isVariadic: overload.isVariadic, count: arguments.count)
      else { continue }
      var match = SignatureMatch()
      let fits = zip(parameters, arguments).allSatisfy { match.unify($0, $1.type) }
      if fits, match.cost < best?.match.cost ?? Int.max { best = (index, parameters, match) }
    }
    guard let (index, parameters, match) = best else {
      throw SQLError(
        mismatch(
          function.name, call.isStar ? ["*"] : arguments.map { "\($0.type)" },
          function.overloads.map { ($0.parameters, $0.isVariadic) }), at: range)
    }
    let converted = zip(parameters, arguments).map {
      $1.coerced(to: match.target($0, given: $1.type))
    }
    return (
      index, converted, function.overloads[index].result(converted.map(\.type)),
      arguments.map(\.type)
    )
  }
}
