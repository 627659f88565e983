/// Makes the expressions that a JSON function with clauses stands for, all at the function's place.
struct JSONSyntax {
  let range: SourceRange

  init(_ range: SourceRange) {
    self.range = range
  }

  var varchar: TypeSyntax { TypeSyntax(name: "varchar", arguments: [], range: range) }

  private func make(_ kind: ExpressionSyntax.Kind) -> ExpressionSyntax {
    ExpressionSyntax(kind, range)
  }

  func text(_ text: String) -> ExpressionSyntax { make(.string(text)) }

  func boolean(_ value: Bool) -> ExpressionSyntax { make(.boolean(value)) }

  func null(_ type: TypeSyntax) -> ExpressionSyntax { cast(make(.null), type) }

  func function(_ name: String, _ arguments: [ExpressionSyntax]) -> ExpressionSyntax {
    let name = QualifiedName([Identifier(name, range: range)])
    return make(.call(FunctionCallSyntax(name: name, arguments: arguments)))
  }

  func cast(_ value: ExpressionSyntax, _ type: TypeSyntax, isTry: Bool = false) -> ExpressionSyntax
  {
    ExpressionSyntax(.cast(value, type, isTry: isTry), value.range)
  }

  func cast(_ value: ExpressionSyntax, _ type: String) -> ExpressionSyntax {
    cast(value, TypeSyntax(name: type, arguments: [], range: value.range))
  }

  func coalesce(_ value: ExpressionSyntax, _ other: ExpressionSyntax) -> ExpressionSyntax {
    function("coalesce", [value, other])
  }

  func concatenate(_ left: ExpressionSyntax, _ right: ExpressionSyntax) -> ExpressionSyntax {
    make(.concatenate(left, right))
  }

  func compare(_ left: ExpressionSyntax, _ right: ExpressionSyntax) -> ExpressionSyntax {
    make(.compare(.equal, left, right))
  }

  /// A value of any type that has a cast to JSON, as JSON's text.
  func jsonText(_ value: ExpressionSyntax) -> ExpressionSyntax {
    function("json_format", [cast(value, "json")])
  }

  /// The first character of what `$json_path` found.
  func sign(of found: ExpressionSyntax) -> ExpressionSyntax {
    function("substr", [found, make(.integer("1")), make(.integer("1"))])
  }

  /// What stands behind the sign.
  func rest(of found: ExpressionSyntax) -> ExpressionSyntax {
    function("substr", [found, make(.integer("2"))])
  }

  /// CASE over the sign; a NULL input finds nothing.
  func choose(
    _ sign: ExpressionSyntax, _ results: KeyValuePairs<String, ExpressionSyntax>,
    error: ExpressionSyntax, otherwise: ExpressionSyntax
  ) -> ExpressionSyntax {
    var branches = results.map { CaseBranch(condition: text($0.key), result: $0.value) }
    branches.append(CaseBranch(condition: text("x"), result: error))
    return make(.caseWhen(operand: sign, branches: branches, otherwise: otherwise))
  }
}
