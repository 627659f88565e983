package import Columns
package import SQL

/// Computes an expression without columns.
///
/// - Throws: `EvaluationError` when there is no value, as for `1 / 0`.
package typealias ConstantEvaluator = @Sendable (Expression) throws -> Value

/// A constant with its type: what stands for a `?` of a prepared statement.
package struct TypedValue: Hashable, Sendable {
  package let value: Value
  package let type: DataType

  package init(_ value: Value, _ type: DataType) {
    self.value = value
    self.type = type
  }
}

/// Turns the syntax tree of one query into a plan: names and types resolved, then rewritten.
///
/// One planner serves one statement: `now` is that statement's time.
package struct Planner: Sendable {
  package let catalog: any Catalog
  package let functions: FunctionCatalog
  /// Microseconds since the epoch: CURRENT_DATE, `now()` and such become constants.
  package let now: Int64
  /// What stands for `?`, in the order of the statement's text.
  package let parameters: [TypedValue]
  package let evaluate: ConstantEvaluator
  /// Rules that are left out, by name: an answer does not depend on any of them.
  package let disabledRules: Set<String>
  package let session: SessionFacts

  package init(
    catalog: any Catalog, functions: FunctionCatalog, now: Int64, parameters: [TypedValue] = [],
    disabledRules: Set<String> = [], session: SessionFacts = SessionFacts(),
    evaluate: @escaping ConstantEvaluator
  ) {
    self.session = session
    self.catalog = catalog
    self.functions = functions
    self.now = now
    self.parameters = parameters
    self.disabledRules = disabledRules
    self.evaluate = evaluate
  }

  /// Resolves names and types.
  ///
  /// - Throws: `SQLError` for what is wrong with the text; what the catalog throws for its tables.
  package func bind(_ query: Query) throws -> BoundQuery {
    let relation = try Binder(self).bindQuery(query, Environment(), outer: nil)
    return BoundQuery(plan: relation.plan, columns: relation.columns)
  }

  /// The value of an expression without columns: arguments of EXECUTE, table properties.
  package func constant(_ expression: ExpressionSyntax) throws -> TypedValue {
    try Binder(self).constant(expression)
  }

  /// The type that a CAST or a column definition names.
  package func type(_ syntax: TypeSyntax) throws -> DataType {
    try TypeNames.resolve(syntax)
  }

  /// The same answer sooner: every rule in order, except those named here or disabled.
  package func rewrite(_ query: BoundQuery, without: Set<String> = []) throws -> BoundQuery {
    let context = RuleContext(evaluate: evaluate)
    return try Rule.all.filter { !without.contains($0.name) && !disabledRules.contains($0.name) }
      .reduce(query) {
        try $1.apply($0, context)
      }
  }

  /// The names of the rules, in the order in which they are applied.
  package static var ruleNames: [String] { Rule.all.map(\.name) }

  /// The query with its columns converted to these types, as INSERT needs it.
  ///
  /// - Throws: `SQLError` at `range` where the number of columns differs or a type does not coerce.
  package func coerced(
    _ query: BoundQuery, to types: [DataType], at range: SourceRange? = nil
  ) throws -> BoundQuery {
    guard query.columns.count == types.count else {
      throw SQLError(
        "expected \(types.count) columns, but the query has \(query.columns.count)", at: range)
    }
    for (column, type) in zip(query.columns, types)
    where !TypeCoercion.canStore(column.reference.type, as: type) {
      throw SQLError(
        "column '\(column.name)' is \(column.reference.type), but \(type) is expected; write "
          + "CAST(… AS \(type))", at: range)
    }
    let relation = Binder(self).coerce(
      BoundRelation(plan: query.plan, columns: query.columns), to: types)
    return BoundQuery(plan: relation.plan, columns: relation.columns)
  }
}
