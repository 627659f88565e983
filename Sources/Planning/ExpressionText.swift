import Columns
import Kernels
import SQL

extension Expression {
  /// The expression as SQL-like text, for EXPLAIN.
  package var text: String { ExpressionText.text(self, within: .none) }

  /// A name for what it computes: its text where that is short.
  var label: String {
    if case .column(let column) = self { return column.name }
    if case .literal(let value, let type) = self { return ValueText.text(value, type) }
    // Long CASEs are not written out just to be cut.
    guard isSmall else { return "…" }
    let text = text
    return text.utf8.count <= 60 ? text : "…"
  }

  private var isSmall: Bool {
    var budget = 12
    func visit(_ expression: Expression) {
      budget -= 1
      guard budget > 0 else { return }
      expression.forEachChild(visit)
    }
    visit(self)
    return budget > 0
  }
}

/// Writes expressions with as few parentheses as their meaning allows.
enum ExpressionText {
  /// How tightly the surrounding operator binds.
  enum Binding: Int, Comparable {
    case none, or, and, not, comparison, sum, product, operand

    static func < (a: Binding, b: Binding) -> Bool { a.rawValue < b.rawValue }
  }

  /// Longer lists are cut: EXPLAIN is for people.
  private static let longestList = 8

  static func key(_ key: SortKey) -> String {
    key.expression.text + (key.isDescending ? " DESC" : "")
      + (key.nullsFirst ? " NULLS FIRST" : "")
  }

  static func text(_ expression: Expression, within outer: Binding) -> String {
    let (text, binding) = write(expression)
    return binding < outer || binding == outer && outer == .comparison ? "(\(text))" : text
  }

  private static func list(_ expressions: [Expression]) -> String {
    expressions.map { text($0, within: .none) }.joined(separator: ", ")
  }

  private static func write(_ expression: Expression) -> (String, Binding) {
    switch expression {
    case .column(let column): return (column.name, .operand)
    case .literal(let value, let type): return (ValueText.text(value, type), .operand)
    case .arithmetic(let operation, let left, let right, _):
      let isSum = operation == .add || operation == .subtract
      let binding: Binding = isSum ? .sum : .product
      return (
        text(left, within: binding) + " \(operation.rawValue) "
          + text(right, within: isSum ? .product : .operand), binding
      )
    case .negate(let operand): return ("-" + text(operand, within: .operand), .operand)
    case .compare(let operation, let left, let right):
      return (
        text(left, within: .comparison) + " \(operation.rawValue) "
          + text(right, within: .comparison), .comparison
      )
    case .isDistinct(let left, let right):
      return (
        text(left, within: .comparison) + " IS DISTINCT FROM " + text(right, within: .comparison),
        .comparison
      )
    case .not(.isNull(let operand)):
      return (text(operand, within: .comparison) + " IS NOT NULL", .comparison)
    case .not(.isDistinct(let left, let right)):
      return (
        text(left, within: .comparison) + " IS NOT DISTINCT FROM "
          + text(right, within: .comparison), .comparison
      )
    case .not(let operand): return ("NOT " + text(operand, within: .not), .not)
    case .and(let operands):
      return (operands.map { text($0, within: .and) }.joined(separator: " AND "), .and)
    case .or(let operands):
      return (operands.map { text($0, within: .or) }.joined(separator: " OR "), .or)
    case .isNull(let operand): return (text(operand, within: .comparison) + " IS NULL", .comparison)
    case .inValues(let operand, let values, let containsNull):
      var items = values.prefix(longestList).map { ValueText.text($0, operand.type) }
      if values.count > longestList { items.append("… \(values.count) values") }
      if containsNull { items.append("NULL") }
      return (
        text(operand, within: .comparison) + " IN (" + items.joined(separator: ", ") + ")",
        .comparison
      )
    case .like(let operand, let pattern, let escape):
      let suffix = escape.map { " ESCAPE " + ValueText.text(.bytes([$0]), .varchar) } ?? ""
      return (
        text(operand, within: .comparison) + " LIKE " + ValueText.text(.bytes(pattern), .varchar)
          + suffix, .comparison
      )
    case .cast(let operand, let type, let isTry):
      return (
        (isTry ? "TRY_CAST(" : "CAST(") + text(operand, within: .none) + " AS \(type))", .operand
      )
    case .caseWhen(let branches, let otherwise, _):
      return (cases(branches, otherwise), .operand)
    case .coalesce(let operands, _): return ("coalesce(" + list(operands) + ")", .operand)
    case .attempt(let operand): return ("try(" + text(operand, within: .none) + ")", .operand)
    case .call(let call): return (callText(call), .operand)
    case .field(let operand, let position, _):
      var name = "[\(position + 1)]"
      if case .row(let fields) = operand.type, let field = fields[position].name {
        name = ".\(field)"
      }
      return (text(operand, within: .operand) + name, .operand)
    case .row(let operands, _): return ("ROW(" + list(operands) + ")", .operand)
    case .array(let operands, _): return ("ARRAY[" + list(operands) + "]", .operand)
    }
  }

  private static func cases(_ branches: [Expression.Branch], _ otherwise: Expression) -> String {
    var parts = branches.prefix(longestList).map {
      "WHEN " + text($0.condition, within: .none) + " THEN " + text($0.result, within: .none)
    }
    if branches.count > longestList { parts.append("… \(branches.count) branches") }
    if case .literal(.null, _) = otherwise {
      return "CASE " + parts.joined(separator: " ") + " END"
    }
    return "CASE " + parts.joined(separator: " ") + " ELSE " + text(otherwise, within: .none)
      + " END"
  }

  private static func callText(_ call: FunctionCall) -> String {
    let arguments = call.arguments.map { argument in
      switch argument {
      case .expression(let expression): text(expression, within: .none)
      case .lambda(let parameters, let body):
        (parameters.count == 1
          ? parameters[0].name : "(" + parameters.map(\.name).joined(separator: ", ") + ")")
          + " -> " + text(body, within: .none)
      }
    }
    if call.function.name == "subscript", arguments.count == 2 {
      return "\(arguments[0])[\(arguments[1])]"
    }
    return call.function.name + "(" + arguments.joined(separator: ", ") + ")"
  }
}

/// Constants as SQL literals.
enum ValueText {
  static func text(_ value: Value, _ type: DataType) -> String {
    switch value {
    case .null: return "NULL"
    case .boolean(let truth): return truth ? "true" : "false"
    case .int64(let number): return integer(number, type)
    case .double(let number): return type == .real ? "REAL '\(Float(number))'" : "\(number)"
    case .decimal(let number):
      guard case .decimal(_, let scale) = type else { return "\(number)" }
      return decimal(number, scale: scale)
    case .bytes(let bytes):
      if type == .varbinary { return "X'" + bytes.map(hex).joined() + "'" }
      let escaped = String(decoding: bytes, as: UTF8.self).split(
        separator: "'", omittingEmptySubsequences: false
      ).joined(separator: "''")
      return "'\(escaped)'"
    case .array(let values):
      guard case .array(let element) = type else { return "ARRAY[…]" }
      return "ARRAY[" + values.map { text($0, element) }.joined(separator: ", ") + "]"
    case .map: return "MAP(…)"
    case .row(let values):
      guard case .row(let fields) = type, fields.count == values.count else { return "ROW(…)" }
      return "ROW(" + zip(values, fields).map { text($0, $1.type) }.joined(separator: ", ") + ")"
    }
  }

  private static func integer(_ number: Int64, _ type: DataType) -> String {
    switch type {
    case .date: "DATE '\(CivilTimeText.text(date: number))'"
    case .timestamp:
      "TIMESTAMP '\(CivilTimeText.text(timestamp: number, fraction: .sixWhereNeeded))'"
    case .time: "TIME '\(text { CivilTimeText.append(time: number, to: &$0) })'"
    case .timestampWithZone: "TIMESTAMP '\(text { ZonedTime.append(number, to: &$0) })'"
    case .intervalYearToMonth: "INTERVAL '\(number)' MONTH"
    case .intervalDayToSecond:
      number % Microseconds.day == 0
        ? "INTERVAL '\(number / Microseconds.day)' DAY"
        : "INTERVAL '\(decimal(Int128(number), scale: 6))' SECOND"
    default: "\(number)"
    }
  }

  private static func text(_ append: (inout [UInt8]) -> Void) -> String {
    var out: [UInt8] = []
    append(&out)
    return String(decoding: out, as: UTF8.self)
  }

  private static func decimal(_ number: Int128, scale: Int) -> String {
    var out: [UInt8] = []
    NumberText.append(number, scale: scale, to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  private static func hex(_ byte: UInt8) -> String {
    let text = String(byte, radix: 16, uppercase: true)
    return byte < 16 ? "0" + text : text
  }
}
