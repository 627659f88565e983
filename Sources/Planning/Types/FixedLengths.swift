import Columns
import Kernels

/// CHAR(n) among texts: a constant has the length of its text.
///
/// Source: Trino documentation, "Data types", CHAR: values are filled up with spaces, which comparisons
/// leave out of account, and what several lengths have in common is the longest.
enum FixedLengths {
  /// The longest that CHAR has in Trino.
  static let longest = 65_536

  /// Functions that give as many characters as they are given, filled up again.
  private static let keepers: Set<String> = [
    "lower", "upper", "trim", "ltrim", "rtrim", "substr", "substring",
  ]

  /// The call's result as CHAR where its arguments ask for it.
  static func narrowed(_ call: Expression, _ name: String, _ arguments: [Expression]) -> Expression
  {
    guard call.type == .varchar, let type = result(name, arguments) else { return call }
    return .cast(call, type, isTry: false)
  }

  private static func result(_ name: String, _ arguments: [Expression]) -> DataType? {
    guard arguments.contains(where: { length($0.type) != nil }) else { return nil }
    if keepers.contains(name) { return arguments.first.flatMap { length($0.type).map(char) } }
    guard name == "concat" else { return nil }
    let lengths = arguments.compactMap { length($0.type) ?? constantLength($0) }
    guard lengths.count == arguments.count else { return nil }
    let sum = lengths.reduce(0, +)
    return sum <= longest ? char(sum) : nil
  }

  private static func char(_ length: Int) -> DataType { .char(length: length) }

  static func length(_ type: DataType) -> Int? {
    if case .char(let length) = type { length } else { nil }
  }

  private static func constantLength(_ expression: Expression) -> Int? {
    guard case .literal(let value, .varchar) = expression, let text = value.string else {
      return nil
    }
    return text.unicodeScalars.count
  }

  /// What two texts, one of them CHAR, are compared as; nil for other types.
  ///
  /// A column of VARCHAR has no length known, so both sides lose the spaces at their ends.
  static func comparable(_ left: Expression, _ right: Expression) -> (Expression, Expression)? {
    switch (length(left.type), length(right.type)) {
    case (nil, let length?) where left.type == .varchar:
      return sides(left, beside: length).map { ($0.fixed(left), $0.fixed(right)) }
        ?? (trimmed(left), trimmed(right))
    case (let length?, nil) where right.type == .varchar:
      return sides(right, beside: length).map { ($0.fixed(left), $0.fixed(right)) }
        ?? (trimmed(left), trimmed(right))
    default: return nil
    }
  }

  /// The type of a result that has values of both; nil where none has.
  static func commonResult(_ a: DataType, _ b: DataType) -> DataType? {
    if let common = TypeCoercion.common(a, b) { return common }
    switch (a, b) {
    case (.char, .varchar), (.varchar, .char): return .varchar
    default: return nil
    }
  }

  /// What some results become that are values of one: CHAR among constants has room for the longest, as in
  /// Trino. Among other VARCHAR, whose length is not known here, it becomes VARCHAR without the spaces at
  /// the end, which CHAR leaves out of account.
  ///
  /// - Throws: ``Misfit`` at the first result that has no type with those before it.
  static func commonResult(of results: [Expression]) throws(Misfit) -> Common {
    let isMixed =
      results.contains { length($0.type) != nil } && results.contains { $0.type == .varchar }
    var type = DataType.null
    for (position, result) in results.enumerated() {
      let own = isMixed ? constantLength(result).map { char(max($0, 1)) } : nil
      guard let common = commonResult(type, own ?? result.type) else {
        throw Misfit(position: position, type: type)
      }
      type = common
    }
    return Common(type: type, isTrimmed: isMixed && type == .varchar)
  }

  /// A result at a position that has no type in common with those before it.
  struct Misfit: Error {
    let position: Int
    /// That of those before it.
    let type: DataType
  }

  struct Common {
    let type: DataType
    var isTrimmed = false

    func converted(_ result: Expression) -> Expression {
      isTrimmed && result.type != .null ? trimmed(result) : result.coerced(to: type)
    }
  }

  private struct Sides {
    let type: DataType
    func fixed(_ expression: Expression) -> Expression { expression.coerced(to: type) }
  }

  private static func sides(_ text: Expression, beside length: Int) -> Sides? {
    constantLength(text).map { Sides(type: char(max($0, length))) }
  }

  private static func trimmed(_ text: Expression) -> Expression {
    guard let function = ScalarFunctions.named("rtrim") else { return text }
    return .call(
      FunctionCall(
        function: function, overload: 0, arguments: [.expression(text.coerced(to: .varchar))],
        type: .varchar))
  }

  /// A constant beside CHAR as CHAR of its own length; any other expression as it is.
  static func constant(_ expression: Expression, beside type: DataType) -> Expression {
    guard length(type) != nil, let own = constantLength(expression) else { return expression }
    return expression.coerced(to: char(max(own, 1)))
  }
}
