extension Parser {
  /// Arguments, and what may follow them: WITHIN GROUP, FILTER, IGNORE NULLS, OVER.
  mutating func call(_ name: QualifiedName, from first: Token) throws(SQLError) -> ExpressionSyntax
  {
    var call = FunctionCallSyntax(name: name, arguments: [])
    try arguments(&call)
    if call.arguments.count == 2, name.text.lowercased() == "normalize" {
      call.arguments[1] = Self.normalForm(call.arguments[1])
    }
    try afterArguments(&call)
    return ExpressionSyntax(.call(call), range(from: first))
  }

  private mutating func arguments(_ call: inout FunctionCallSyntax) throws(SQLError) {
    let opening = token
    try expect(.leftParenthesis)
    let outer = try enter()
    if at(.star), peek(1).kind == .rightParenthesis {
      advance()
      call.isStar = true
    } else if !at(.rightParenthesis) {
      if accept(.distinct) { call.isDistinct = true } else { _ = accept(.all) }
      call.arguments = try expressionList()
      if accept(.order, .by) { call.orderBy = try sortItems() }
      if at(.on) { try overflow(&call) }
    }
    try close(.rightParenthesis, opening)
    try leave(outer)
  }

  /// `NFC` in `normalize(text, NFC)` is a word of the grammar and no column.
  private static func normalForm(_ argument: ExpressionSyntax) -> ExpressionSyntax {
    guard case .name(let name) = argument.kind, name.parts.count == 1,
      ["NFC", "NFD", "NFKC", "NFKD"].contains(name.last.text.uppercased()), !name.last.isQuoted
    else { return argument }
    return ExpressionSyntax(.string(name.last.text.uppercased()), argument.range)
  }

  /// `ON OVERFLOW TRUNCATE '…' WITH COUNT` of listagg: two more arguments. `ON OVERFLOW ERROR` is what
  /// it does anyway.
  private mutating func overflow(_ call: inout FunctionCallSyntax) throws(SQLError) {
    let first = token
    guard peek(1).kind == .word, text(of: peek(1)).lowercased() == "overflow" else { return }
    index += 2
    if accept(word: "error") { return }
    guard accept(word: "truncate") else { throw unexpected("ERROR or TRUNCATE") }
    let filler = at(.string) ? try string() : "..."
    var hasCount = true
    if accept(.without) {
      hasCount = false
    } else if !accept(.with) {
      throw unexpected(oneOf: [.with, .without])
    }
    guard accept(word: "count") else { throw unexpected("COUNT") }
    if call.arguments.count == 1 {
      call.arguments.append(ExpressionSyntax(.string(""), first.range))
    }
    call.arguments.append(ExpressionSyntax(.string(filler), range(from: first)))
    call.arguments.append(ExpressionSyntax(.boolean(hasCount), range(from: first)))
  }

  private mutating func afterArguments(_ call: inout FunctionCallSyntax) throws(SQLError) {
    if accept(.within, .group) {
      let opening = token
      try expect(.leftParenthesis)
      let outer = try enter()
      try expect(.order)
      try expect(.by)
      call.orderBy = try sortItems()
      try close(.rightParenthesis, opening)
      try leave(outer)
    }
    if at(.filter), peek(1).kind == .leftParenthesis {
      advance()
      let opening = token
      advance()
      let outer = try enter()
      try expect(.where)
      call.filter = try expression()
      try close(.rightParenthesis, opening)
      try leave(outer)
    }
    if accept(.ignore, .nulls) {
      call.ignoresNulls = true
    } else {
      _ = accept(.respect, .nulls)
    }
    guard at(.over), peek(1).kind == .leftParenthesis || isName(peek(1)) else { return }
    advance()
    call.over = at(.leftParenthesis) ? .inline(try window()) : .named(try identifier())
  }

  /// `(base PARTITION BY … ORDER BY … ROWS …)`.
  mutating func window() throws(SQLError) -> WindowSyntax {
    let opening = token
    try expect(.leftParenthesis)
    let outer = try enter()
    var window = WindowSyntax(base: nil, partitionBy: [], orderBy: [], frame: nil)
    let beginsClause = at(.partition) && peek(1).keyword == .by
    if !beginsClause, frameUnit == nil, atName { window.base = try identifier() }
    if accept(.partition) {
      try expect(.by)
      window.partitionBy = try expressionList()
    }
    if accept(.order) {
      try expect(.by)
      window.orderBy = try sortItems()
    }
    if let unit = frameUnit {
      advance()
      window.frame = try frame(unit)
    }
    if !at(.rightParenthesis), !at(.endOfText) {
      throw unexpected("PARTITION BY, ORDER BY, ROWS, RANGE or ')'")
    }
    try close(.rightParenthesis, opening)
    try leave(outer)
    return window
  }

  private var frameUnit: FrameUnit? {
    switch token.keyword {
    case .rows: .rows
    case .range: .range
    case .groups: .groups
    default: nil
    }
  }

  private mutating func frame(_ unit: FrameUnit) throws(SQLError) -> FrameSyntax {
    guard accept(.between) else {
      return FrameSyntax(unit: unit, start: try frameBound(), end: .currentRow)
    }
    let start = try frameBound()
    try expect(.and)
    return FrameSyntax(unit: unit, start: start, end: try frameBound())
  }

  private mutating func frameBound() throws(SQLError) -> FrameBoundSyntax {
    if accept(.unbounded) {
      if accept(.preceding) { return .unboundedPreceding }
      guard accept(.following) else { throw unexpected(oneOf: [.preceding, .following]) }
      return .unboundedFollowing
    }
    if accept(.current) {
      try expect(.row)
      return .currentRow
    }
    let distance = try valueExpression()
    if accept(.preceding) { return .preceding(distance) }
    guard accept(.following) else { throw unexpected(oneOf: [.preceding, .following]) }
    return .following(distance)
  }
}
