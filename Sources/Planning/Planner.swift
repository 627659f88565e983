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

  package init(
    catalog: any Catalog, functions: FunctionCatalog, now: Int64, parameters: [TypedValue] = [],
    evaluate: @escaping ConstantEvaluator
  ) {
    self.catalog = catalog
    self.functions = functions
    self.now = now
    self.parameters = parameters
    self.evaluate = evaluate
  }

  /// Resolves names and types.
  ///
  /// - Throws: `SQLError` for what is wrong with the text; what the catalog throws for its tables.
  package func bind(_ query: Query) throws -> BoundQuery {
    preconditionFailure("not yet")
  }

  /// The value of an expression without columns: arguments of EXECUTE, table properties.
  package func constant(_ expression: ExpressionSyntax) throws -> TypedValue {
    preconditionFailure("not yet")
  }

  /// The type that a CAST or a column definition names.
  package func type(_ syntax: TypeSyntax) throws -> DataType {
    preconditionFailure("not yet")
  }

  /// The same answer sooner: every rule in order, except those named.
  package func rewrite(_ query: BoundQuery, without: Set<String> = []) throws -> BoundQuery {
    preconditionFailure("not yet")
  }

  /// The query with its columns converted to these types, as INSERT needs it.
  ///
  /// - Throws: `SQLError` at `range` where the number of columns differs or a type does not coerce.
  package func coerced(
    _ query: BoundQuery, to types: [DataType], at range: SourceRange? = nil
  ) throws -> BoundQuery {
    preconditionFailure("not yet")
  }
}
