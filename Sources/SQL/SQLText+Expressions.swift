extension ExpressionSyntax.Kind {
  /// How tightly the outermost operator binds; see `Parser+Expressions.swift`.
  fileprivate var binding: Int {
    switch self {
    case .lambda: 0
    case .or: 1
    case .and: 2
    case .not: 3
    case .compare, .quantified, .isNull, .isDistinct, .between, .inList, .inQuery, .like: 4
    case .concatenate: 5
    case .arithmetic(let sign, _, _):
      switch sign {
      case .add, .subtract: 6
      case .multiply, .divide, .modulo: 7
      }
    case .negate: 8
    case .subscripted, .field, .atTimeZone: 9
    case .null, .boolean, .integer, .decimal, .double, .string, .binary, .typedLiteral, .interval,
      .name, .parameter, .exists, .scalarQuery, .caseWhen, .cast, .extract, .call, .array, .row:
      10
    }
  }
}

extension SQLWriter {
  /// Writes an expression as an operand of something that binds as tightly as `minimum`.
  mutating func write(_ expression: ExpressionSyntax, in minimum: Int = 0) {
    guard expression.kind.binding >= minimum else {
      write("(")
      write(expression.kind)
      write(")")
      return
    }
    write(expression.kind)
  }

  private mutating func write(_ kind: ExpressionSyntax.Kind) {
    let binding = kind.binding
    switch kind {
    case .null: write("NULL")
    case .boolean(let value): write(value ? "TRUE" : "FALSE")
    case .integer(let digits), .double(let digits): write(digits)
    case .decimal(let digits): write(digits.contains(".") ? digits : "DECIMAL '\(digits)'")
    case .string(let content): write(quoted(content, "'"))
    case .binary(let bytes): write("X'\(hexadecimal(bytes))'")
    case .typedLiteral(let type, let content):
      write("\(type.name.uppercased()) \(quoted(content, "'"))")
    case .interval(let amount, let isNegative, let first, let last):
      write(
        "INTERVAL \(isNegative ? "-" : "")\(quoted(amount, "'")) \(first.rawValue.uppercased())")
      if let last { write(" TO \(last.rawValue.uppercased())") }
    case .name(let name): write(name)
    case .parameter: write("?")
    case .negate(let operand):
      // Two minus signs would begin a comment.
      write("-")
      write(operand, in: 9)
    case .arithmetic(let sign, let left, let right):
      operation(left, " \(sign.rawValue) ", right, binding, binding + 1)
    case .concatenate(let left, let right): operation(left, " || ", right, binding, binding + 1)
    case .compare(let sign, let left, let right):
      operation(left, " \(sign.rawValue) ", right, 5, 5)
    case .not(let operand):
      write("NOT ")
      write(operand, in: 3)
    case .and(let operands): list(operands, " AND ") { $0.write($1, in: 3) }
    case .or(let operands): list(operands, " OR ") { $0.write($1, in: 2) }
    case .quantified, .isNull, .isDistinct, .between, .inList, .inQuery, .like: predicate(kind)
    case .exists(let query):
      write("EXISTS ")
      parenthesized(query)
    case .scalarQuery(let query): parenthesized(query)
    case .caseWhen(let operand, let branches, let otherwise):
      caseWhen(operand, branches, otherwise)
    case .cast(let operand, let type, let isTry):
      write(isTry ? "TRY_CAST(" : "CAST(")
      write(operand)
      write(" AS ")
      write(type)
      write(")")
    case .extract(let field, let operand):
      write("EXTRACT(")
      write(field)
      write(" FROM ")
      write(operand)
      write(")")
    case .call(let call): self.call(call)
    case .lambda(let parameters, let body): lambda(parameters, body)
    case .array(let elements):
      write("ARRAY[")
      list(elements)
      write("]")
    case .row(let fields):
      write("ROW(")
      list(fields)
      write(")")
    case .subscripted(let base, let key):
      write(base, in: 9)
      write("[")
      write(key)
      write("]")
    case .field(let base, let name):
      write(base, in: takesDot(base) ? 9 : 11)
      write(".")
      write(name)
    case .atTimeZone(let operand, let zone):
      write(operand, in: 9)
      write(" AT TIME ZONE ")
      write(zone, in: 10)
    }
  }

  /// `a.b` reads as a name and `1.b` as a number, so these stand in parentheses.
  private func takesDot(_ base: ExpressionSyntax) -> Bool {
    switch base.kind {
    case .name, .integer, .decimal, .double: false
    default: true
    }
  }

  private mutating func operation(
    _ left: ExpressionSyntax, _ sign: String, _ right: ExpressionSyntax,
    _ leftBinding: Int, _ rightBinding: Int
  ) {
    write(left, in: leftBinding)
    write(sign)
    write(right, in: rightBinding)
  }

  private mutating func predicate(_ kind: ExpressionSyntax.Kind) {
    switch kind {
    case .isNull(let operand, let negated):
      write(operand, in: 5)
      write(negated ? " IS NOT NULL" : " IS NULL")
    case .isDistinct(let left, let right, let negated):
      write(left, in: 5)
      write(negated ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ")
      write(right, in: 5)
    case .between(let operand, let lower, let upper, let negated):
      write(operand, in: 5)
      write(negated ? " NOT BETWEEN " : " BETWEEN ")
      write(lower, in: 5)
      write(" AND ")
      write(upper, in: 5)
    case .inList(let operand, let values, let negated):
      write(operand, in: 5)
      write(negated ? " NOT IN (" : " IN (")
      list(values)
      write(")")
    case .inQuery(let operand, let query, let negated):
      write(operand, in: 5)
      write(negated ? " NOT IN " : " IN ")
      parenthesized(query)
    case .like(let operand, let pattern, let escape, let negated):
      write(operand, in: 5)
      write(negated ? " NOT LIKE " : " LIKE ")
      write(pattern, in: 5)
      if let escape {
        write(" ESCAPE ")
        write(escape, in: 5)
      }
    case .quantified(let sign, let operand, let isAll, let query):
      write(operand, in: 5)
      write(" \(sign.rawValue) \(isAll ? "ALL" : "ANY") ")
      parenthesized(query)
    default: preconditionFailure("not a predicate")
    }
  }

  private mutating func parenthesized(_ query: Query) {
    write("(")
    write(query)
    write(")")
  }

  private mutating func caseWhen(
    _ operand: ExpressionSyntax?, _ branches: [CaseBranch], _ otherwise: ExpressionSyntax?
  ) {
    write("CASE")
    if let operand {
      write(" ")
      write(operand)
    }
    for branch in branches {
      write(" WHEN ")
      write(branch.condition)
      write(" THEN ")
      write(branch.result)
    }
    if let otherwise {
      write(" ELSE ")
      write(otherwise)
    }
    write(" END")
  }

  private mutating func lambda(_ parameters: [Identifier], _ body: ExpressionSyntax) {
    if parameters.count == 1 {
      write(parameters[0])
    } else if parameters.isEmpty {
      write("()")
    } else {
      write(parameters)
    }
    write(" -> ")
    write(body)
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }
}

// MARK: Calls

extension SQLWriter {
  private mutating func call(_ call: FunctionCallSyntax) {
    write(call.name)
    if !isClock(call) || !call.arguments.isEmpty {
      write("(")
      if call.isStar { write("*") }
      if call.isDistinct { write("DISTINCT ") }
      list(call.arguments)
      if !call.orderBy.isEmpty {
        write(call.arguments.isEmpty ? "ORDER BY " : " ORDER BY ")
        write(call.orderBy)
      }
      write(")")
    }
    if let filter = call.filter {
      write(" FILTER (WHERE ")
      write(filter)
      write(")")
    }
    if call.ignoresNulls { write(" IGNORE NULLS") }
    switch call.over {
    case nil: break
    case .named(let name):
      write(" OVER ")
      write(name)
    case .inline(let window):
      write(" OVER ")
      write(window)
    }
  }

  private func isClock(_ call: FunctionCallSyntax) -> Bool {
    guard call.name.parts.count == 1, !call.name.last.isQuoted else { return false }
    switch Keyword.spelled(call.name.last.text.lowercased()) {
    case .currentDate, .currentTime, .currentTimestamp, .currentUser, .currentCatalog,
      .currentSchema, .localtime, .localtimestamp:
      return true
    default: return false
    }
  }

  mutating func write(_ items: [SortItem]) {
    list(items) { writer, item in
      writer.write(item.expression)
      if item.isDescending { writer.write(" DESC") }
      if let nullsFirst = item.nullsFirst {
        writer.write(nullsFirst ? " NULLS FIRST" : " NULLS LAST")
      }
    }
  }

  mutating func write(_ window: WindowSyntax) {
    var parts: [SQLWriter] = []
    func part(_ body: (inout SQLWriter) -> Void) {
      var writer = SQLWriter()
      body(&writer)
      parts.append(writer)
    }
    if let base = window.base { part { $0.write(base) } }
    if !window.partitionBy.isEmpty {
      part {
        $0.write("PARTITION BY ")
        $0.list(window.partitionBy)
      }
    }
    if !window.orderBy.isEmpty {
      part {
        $0.write("ORDER BY ")
        $0.write(window.orderBy)
      }
    }
    if let frame = window.frame { part { $0.write(frame) } }
    write("(\(parts.map(\.text).joined(separator: " ")))")
  }

  private mutating func write(_ frame: FrameSyntax) {
    switch frame.unit {
    case .rows: write("ROWS BETWEEN ")
    case .range: write("RANGE BETWEEN ")
    case .groups: write("GROUPS BETWEEN ")
    }
    write(frame.start)
    write(" AND ")
    write(frame.end)
  }

  private mutating func write(_ bound: FrameBoundSyntax) {
    switch bound {
    case .unboundedPreceding: write("UNBOUNDED PRECEDING")
    case .unboundedFollowing: write("UNBOUNDED FOLLOWING")
    case .currentRow: write("CURRENT ROW")
    case .preceding(let distance):
      write(distance, in: 5)
      write(" PRECEDING")
    case .following(let distance):
      write(distance, in: 5)
      write(" FOLLOWING")
    }
  }
}
