/// A SQL/JSON path such as `lax $.items[*] ? (@.price > 10).name`, taken apart.
///
/// Source: ISO/IEC 9075-2, 9.39 "SQL/JSON path language: syntax and semantics".
struct PathQuery {
  /// Structural errors are errors; in lax mode they give nothing, and arrays open and close by themselves.
  let isStrict: Bool
  let expression: PathExpression
}

/// What gives a sequence of items.
indirect enum PathExpression {
  case literal(JSONNode)
  /// `$`.
  case context
  /// `@`, inside a filter.
  case current
  /// `last`, inside a subscript.
  case last
  /// `$name`: what PASSING gave.
  case variable(String)
  case negate(PathExpression)
  case arithmetic(PathOperator, PathExpression, PathExpression)
  /// `.name`; nil for `.*`.
  case member(PathExpression, [UInt8]?)
  /// `..name`: on every level.
  case descendant(PathExpression, [UInt8])
  /// `[a, b to c]`; nil for `[*]`.
  case elements(PathExpression, [PathSubscript]?)
  case filter(PathExpression, PathPredicate)
  case method(PathExpression, PathMethod)
}

/// One entry of a subscript: a position, or a range of them.
struct PathSubscript {
  let from: PathExpression
  let to: PathExpression?
}

/// Operators between numbers.
enum PathOperator { case add, subtract, multiply, divide, modulo }

/// `.size()` and its like.
enum PathMethod: String, CaseIterable { case type, size, double, ceiling, floor, abs, keyvalue }

/// A condition in a filter: true, false or unknown.
indirect enum PathPredicate {
  case and(PathPredicate, PathPredicate)
  case or(PathPredicate, PathPredicate)
  case not(PathPredicate)
  case isUnknown(PathPredicate)
  case exists(PathExpression)
  case compare(PathComparison, PathExpression, PathExpression)
  case startsWith(PathExpression, PathExpression)
  case matches(PathExpression, RegexProgram)
}

/// Comparisons of a filter.
enum PathComparison: String { case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual }
