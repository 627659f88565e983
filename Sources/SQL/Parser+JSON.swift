/// JSON_VALUE, JSON_QUERY, JSON_EXISTS, JSON_OBJECT and JSON_ARRAY: calls with clauses of their own.
///
/// They are read as expressions over a few plain functions (`$json_path`, `$json_object` …), CASE and
/// CAST, so that nothing behind the parser needs to know of the clauses.
extension Parser {
  /// The JSON function that begins here, nil where none does.
  mutating func jsonFunction() throws(SQLError) -> ExpressionSyntax? {
    guard at(.word), peek(1).kind == .leftParenthesis else { return nil }
    let first = token
    switch text(of: token).lowercased() {
    case "json_value":
      return try jsonCall(first) { p, call throws(SQLError) in try p.jsonValue(call) }
    case "json_query":
      return try jsonCall(first) { p, call throws(SQLError) in try p.jsonQuery(call) }
    case "json_exists":
      return try jsonCall(first) { p, call throws(SQLError) in try p.jsonExists(call) }
    case "json_object":
      return try jsonCall(first) { p, call throws(SQLError) in try p.jsonObject(call) }
    case "json_array":
      return try jsonCall(first) { p, call throws(SQLError) in try p.jsonArray(call) }
    default: return nil
    }
  }

  private mutating func jsonCall(
    _ first: Token,
    _ body: (inout Parser, JSONSyntax) throws(SQLError) -> ExpressionSyntax
  ) throws(SQLError) -> ExpressionSyntax {
    advance()
    let opening = token
    try expect(.leftParenthesis)
    let outer = try enter()
    let result = try body(&self, JSONSyntax(first.range))
    try close(.rightParenthesis, opening)
    // What is read as one call stands for a few levels.
    try grow(by: 4)
    try leave(outer)
    return ExpressionSyntax(result.kind, range(from: first))
  }

  // MARK: Paths

  /// `input [FORMAT JSON], path [PASSING value AS name, …]`: arguments of `$json_path` behind the first.
  private mutating func pathArguments(_ call: JSONSyntax) throws(SQLError) -> [ExpressionSyntax] {
    var arguments = [try jsonInput(call)]
    try expect(.comma)
    arguments.append(try expression())
    guard accept(word: "passing") else { return arguments }
    repeat {
      let value = try expression()
      let isJSON = try formatJSON()
      try expect(.as)
      let name = try identifier()
      // As everywhere in standard SQL, a name without quotes is meant in capitals.
      arguments.append(call.text(name.isQuoted ? name.text : name.text.uppercased()))
      arguments.append(
        isJSON
          ? call.coalesce(
            call.concatenate(call.text("j"), call.cast(value, "varchar")), call.text("e"))
          : call.coalesce(
            call.concatenate(call.text("v"), call.jsonText(value)), call.text("vnull")))
    } while accept(.comma)
    return arguments
  }

  private mutating func jsonInput(_ call: JSONSyntax) throws(SQLError) -> ExpressionSyntax {
    let input = try expression()
    guard accept(word: "format") else { return input }
    guard accept(word: "json") else { throw unexpected("JSON") }
    guard accept(word: "encoding") else { return input }
    guard accept(word: "utf8") else {
      throw unexpected("UTF8", hint: "; other encodings are not supported")
    }
    return call.function("from_utf8", [input])
  }

  /// `FORMAT JSON`.
  private mutating func formatJSON() throws(SQLError) -> Bool {
    guard accept(word: "format") else { return false }
    guard accept(word: "json") else { throw unexpected("JSON") }
    return true
  }

  /// `RETURNING type [FORMAT JSON]`.
  private mutating func returning() throws(SQLError) -> TypeSyntax? {
    guard accept(word: "returning") else { return nil }
    let type = try type()
    if try formatJSON(), accept(word: "encoding") {
      guard accept(word: "utf8") else {
        throw unexpected("UTF8", hint: "; other encodings are not supported")
      }
    }
    return type
  }

  /// What stands before ON EMPTY or ON ERROR.
  private enum Behaviour {
    case null, error
    case value(ExpressionSyntax)
  }

  /// `NULL ON EMPTY DEFAULT 'x' ON ERROR` and its like.
  private mutating func behaviours(
    _ call: JSONSyntax, emptyValues: Bool
  ) throws(SQLError) -> (empty: Behaviour, error: Behaviour) {
    var result = (empty: Behaviour.null, error: Behaviour.null)
    while true {
      let behaviour: Behaviour
      if accept(.null) {
        behaviour = .null
      } else if accept(word: "error") {
        behaviour = .error
      } else if !emptyValues, accept(word: "default") {
        behaviour = .value(try expression())
      } else if emptyValues, accept(word: "empty") {
        let isObject = accept(word: "object")
        if !isObject { _ = accept(.array) }
        behaviour = .value(call.text(isObject ? "{}" : "[]"))
      } else {
        return result
      }
      try expect(.on)
      if accept(word: "empty") {
        result.empty = behaviour
      } else if accept(word: "error") {
        result.error = behaviour
      } else {
        throw unexpected("EMPTY or ERROR")
      }
    }
  }

  // MARK: JSON_VALUE, JSON_QUERY, JSON_EXISTS

  private mutating func jsonValue(_ call: JSONSyntax) throws(SQLError) -> ExpressionSyntax {
    let arguments = try pathArguments(call)
    let type = try returning() ?? call.varchar
    let (empty, error) = try behaviours(call, emptyValues: false)
    let found = call.function("$json_path", [call.text("value")] + arguments)
    let text = call.rest(of: found)
    let value: ExpressionSyntax
    switch error {
    case .null: value = call.cast(text, type, isTry: true)
    case .error: value = call.cast(text, type)
    case .value(let other):
      value = call.coalesce(call.cast(text, type, isTry: true), call.cast(other, type))
    }
    return call.choose(
      call.sign(of: found), ["v": value, "n": call.null(type)],
      error: call.cast(outcome(error, call, call.rest(of: found)), type),
      otherwise: call.cast(
        outcome(
          empty, call,
          call.text("cannot extract SQL scalar from JSON: JSON path found no items")), type))
  }

  private func outcome(
    _ behaviour: Behaviour, _ call: JSONSyntax, _ message: ExpressionSyntax
  ) -> ExpressionSyntax {
    switch behaviour {
    case .null: call.null(call.varchar)
    case .error: call.function("$fail", [message])
    case .value(let value): value
    }
  }

  private mutating func jsonQuery(_ call: JSONSyntax) throws(SQLError) -> ExpressionSyntax {
    let arguments = try pathArguments(call)
    let type = try returning() ?? call.varchar
    var question = "query"
    if accept(.without) {
      _ = accept(.array)
      guard accept(word: "wrapper") else { throw unexpected("WRAPPER") }
    } else if accept(.with) {
      let isConditional = accept(word: "conditional")
      if !isConditional { _ = accept(word: "unconditional") }
      _ = accept(.array)
      guard accept(word: "wrapper") else { throw unexpected("WRAPPER") }
      question = isConditional ? "conditional wrapper" : "unconditional wrapper"
    }
    let keeps = at(.word) && text(of: token).lowercased() == "keep"
    if keeps || (at(.word) && text(of: token).lowercased() == "omit") {
      advance()
      guard accept(word: "quotes") else { throw unexpected("QUOTES") }
      if at(.on), peek(1).kind == .word, text(of: peek(1)).lowercased() == "scalar" {
        index += 2
        guard accept(word: "string") else { throw unexpected("STRING") }
      }
      if !keeps, question == "query" { question = "query omitting quotes" }
    }
    let (empty, error) = try behaviours(call, emptyValues: true)
    let found = call.function("$json_path", [call.text(question)] + arguments)
    let none = call.text("conversion from JSON failed: JSON path found no items")
    let result = call.choose(
      call.sign(of: found), ["v": call.rest(of: found)],
      error: outcome(error, call, call.rest(of: found)), otherwise: outcome(empty, call, none))
    guard type.name != "varbinary" else { return call.function("to_utf8", [result]) }
    return call.cast(result, type)
  }

  private mutating func jsonExists(_ call: JSONSyntax) throws(SQLError) -> ExpressionSyntax {
    let arguments = try pathArguments(call)
    let found = call.function("$json_path", [call.text("exists")] + arguments)
    var error = call.boolean(false)
    var isHandled = true
    if accept(.true) {
      error = call.boolean(true)
    } else if accept(word: "unknown") {
      error = call.null(TypeSyntax(name: "boolean", arguments: [], range: call.range))
    } else if accept(word: "error") {
      error = call.compare(call.function("$fail", [call.rest(of: found)]), call.text(""))
    } else {
      isHandled = accept(.false)
    }
    if isHandled {
      try expect(.on)
      guard accept(word: "error") else { throw unexpected("ERROR") }
    }
    return call.choose(
      call.sign(of: found), ["t": call.boolean(true)], error: error, otherwise: call.boolean(false))
  }

  // MARK: JSON_OBJECT, JSON_ARRAY

  private mutating func jsonObject(_ call: JSONSyntax) throws(SQLError) -> ExpressionSyntax {
    var members: [ExpressionSyntax] = []
    if !at(.rightParenthesis), !atReturning {
      repeat {
        let name = try memberName()
        let failure = call.text("null value passed for JSON object key to JSON_OBJECT function")
        members.append(call.coalesce(call.cast(name, "varchar"), call.function("$fail", [failure])))
        members.append(try jsonElement(call))
      } while accept(.comma)
    }
    let keepsNulls = try nullTreatment() ?? true
    if at(.with) || at(.without) {
      advance()
      guard accept(word: "unique") else { throw unexpected("UNIQUE KEYS") }
      _ = accept(word: "keys")
    }
    return try output("$json_object", members, keepsNulls, call)
  }

  /// `KEY a VALUE`, `a VALUE` or `a :`.
  private mutating func memberName() throws(SQLError) -> ExpressionSyntax {
    let isWord = at(.word) && text(of: token).lowercased() == "key"
    let next = peek(1)
    if isWord,
      next.kind == .string || next.kind == .quotedName || next.kind == .leftParenthesis
        || (next.kind == .word && text(of: next).lowercased() != "value")
    {
      advance()
    }
    let name = try expression()
    guard accept(.colon) || accept(word: "value") else { throw unexpected("':' or VALUE") }
    return name
  }

  private mutating func jsonArray(_ call: JSONSyntax) throws(SQLError) -> ExpressionSyntax {
    var elements: [ExpressionSyntax] = []
    if !at(.rightParenthesis), !atReturning {
      repeat {
        elements.append(call.text(""))
        elements.append(try jsonElement(call))
      } while accept(.comma)
    }
    return try output("$json_array", elements, try nullTreatment() ?? false, call)
  }

  private var atReturning: Bool {
    at(.word) && text(of: token).lowercased() == "returning" && isName(peek(1))
  }

  /// A value as JSON text; empty for NULL.
  private mutating func jsonElement(_ call: JSONSyntax) throws(SQLError) -> ExpressionSyntax {
    let first = token
    let value = try expression()
    let isNested =
      first.kind == .word
      && ["json_object", "json_array", "json_query"].contains(text(of: first).lowercased())
      && tokens[index - 1].kind == .rightParenthesis
    let isJSON = try formatJSON() || isNested
    let json =
      isJSON ? call.function("$json_text", [value]) : call.jsonText(value)
    return call.coalesce(json, call.text(""))
  }

  /// `NULL ON NULL` and `ABSENT ON NULL`.
  private mutating func nullTreatment() throws(SQLError) -> Bool? {
    let keeps = accept(.null)
    guard keeps || accept(word: "absent") else { return nil }
    try expect(.on)
    try expect(.null)
    return keeps
  }

  private mutating func output(
    _ function: String, _ arguments: [ExpressionSyntax], _ keepsNulls: Bool, _ call: JSONSyntax
  ) throws(SQLError) -> ExpressionSyntax {
    let type = try returning()
    let result = call.function(function, [call.text(keepsNulls ? "null" : "absent")] + arguments)
    guard let type else { return result }
    return type.name == "varbinary"
      ? call.function("to_utf8", [result]) : call.cast(result, type)
  }
}
