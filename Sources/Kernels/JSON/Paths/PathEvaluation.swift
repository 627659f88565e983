import Columns

/// Walks a JSON value along a SQL/JSON path.
struct PathEvaluation {
  let isStrict: Bool
  let root: JSONNode
  /// What PASSING gave by name; nil for a NULL, which is no item at all.
  let variables: [String: JSONNode?]

  /// The items that a path leads to.
  ///
  /// - Throws: `EvaluationError` for what is an error in the path's mode: a missing member in strict
  ///   mode, arithmetic with texts, division by zero.
  static func items(
    _ query: PathQuery, in root: JSONNode, variables: [String: JSONNode?]
  ) throws -> [JSONNode] {
    let evaluation = PathEvaluation(isStrict: query.isStrict, root: root, variables: variables)
    return try evaluation.items(query.expression, Surroundings())
  }

  /// What `@` and `last` mean.
  struct Surroundings {
    var current: JSONNode?
    var last: Int?
  }

  private func structural(_ reason: String) -> EvaluationError {
    EvaluationError("path evaluation failed: structural error: \(reason)")
  }

  func items(_ expression: PathExpression, _ around: Surroundings) throws -> [JSONNode] {
    switch expression {
    case .literal(let node): return [node]
    case .context: return [root]
    case .current:
      guard let current = around.current else {
        throw EvaluationError("'@' stands outside of a filter in the JSON path")
      }
      return [current]
    case .last:
      guard let last = around.last else {
        throw EvaluationError("'last' stands outside of a subscript in the JSON path")
      }
      return [.number(Array(String(last).utf8))]
    case .variable(let name):
      guard let value = variables[name] else {
        throw EvaluationError(
          "no value passed for parameter \(name); names in PASSING keep their case in double quotes"
        )
      }
      return value.map { [$0] } ?? []
    case .negate(let operand):
      return try unwrapped(items(operand, around)).map {
        try PathNumber($0, "negation").negated().node
      }
    case .arithmetic(let operation, let left, let right):
      let a = try singleNumber(left, around)
      let b = try singleNumber(right, around)
      return [try a.combined(operation, b).node]
    case .member(let base, let name):
      return try unwrapped(items(base, around)).flatMap { try members(of: $0, name) }
    case .descendant(let base, let name):
      var found: [JSONNode] = []
      for item in try items(base, around) { descend(item, name, &found) }
      return found
    case .elements(let base, let subscripts):
      return try items(base, around).flatMap { try elements(of: $0, subscripts, around) }
    case .filter(let base, let condition):
      return try unwrapped(items(base, around)).filter { item in
        var inner = around
        inner.current = item
        return try holds(condition, inner) == true
      }
    case .method(let base, let method): return try call(method, on: items(base, around))
    }
  }

  /// Arrays opened in lax mode.
  private func unwrapped(_ items: [JSONNode]) -> [JSONNode] {
    guard !isStrict else { return items }
    return items.flatMap { item -> [JSONNode] in
      if case .array(let elements) = item { elements } else { [item] }
    }
  }

  private func singleNumber(_ expression: PathExpression, _ around: Surroundings) throws
    -> PathNumber
  {
    let operands = try unwrapped(items(expression, around))
    guard operands.count == 1 else {
      throw EvaluationError(
        "path evaluation failed: arithmetic takes one number, found \(operands.count) items")
    }
    return try PathNumber(operands[0], "arithmetic")
  }

  private func members(of item: JSONNode, _ name: [UInt8]?) throws -> [JSONNode] {
    guard case .object(let members) = item else {
      guard isStrict else { return [] }
      throw structural("expected an object, found \(item.kind)")
    }
    guard let name else { return members.map(\.value) }
    if let member = members.first(where: { $0.name == name }) { return [member.value] }
    guard isStrict else { return [] }
    throw structural("missing member '\(name[...].string)' in JSON object")
  }

  private func descend(_ item: JSONNode, _ name: [UInt8], _ found: inout [JSONNode]) {
    switch item {
    case .object(let members):
      found += members.filter { $0.name == name }.map(\.value)
      for member in members { descend(member.value, name, &found) }
    case .array(let elements):
      for element in elements { descend(element, name, &found) }
    case .null, .boolean, .number, .string: return
    }
  }

  private func elements(
    of item: JSONNode, _ subscripts: [PathSubscript]?, _ around: Surroundings
  ) throws -> [JSONNode] {
    var array = [item]
    if case .array(let elements) = item {
      array = elements
    } else if isStrict {
      throw structural("expected an array, found \(item.kind)")
    }
    guard let subscripts else { return array }
    var inner = around
    inner.last = array.count - 1
    return try subscripts.flatMap { entry -> [JSONNode] in
      let from = try position(entry.from, inner)
      let to = try entry.to.map { try position($0, inner) } ?? from
      let isInside = from >= 0 && to < array.count && from <= to
      guard isInside || !isStrict else {
        throw structural(
          "invalid array subscript: [\(from), \(to)] for array of size \(array.count)")
      }
      let range = max(from, 0)...max(max(from, 0), min(to, array.count - 1))
      guard from <= to, range.lowerBound < array.count, to >= 0 else { return [] }
      return Array(array[range])
    }
  }

  private func position(_ expression: PathExpression, _ around: Surroundings) throws -> Int {
    guard let position = Int(exactly: try singleNumber(expression, around).truncated) else {
      throw EvaluationError("path evaluation failed: the array subscript is out of range")
    }
    return position
  }

  private func call(_ method: PathMethod, on items: [JSONNode]) throws -> [JSONNode] {
    switch method {
    case .type: return items.map { .string(Array($0.kind.utf8)) }
    case .size:
      return try items.map { item in
        var count = 1
        if case .array(let elements) = item {
          count = elements.count
        } else if isStrict {
          throw structural("expected an array, found \(item.kind)")
        }
        return .number(Array(String(count).utf8))
      }
    case .double, .ceiling, .floor, .abs:
      return try unwrapped(items).map { item in
        // `double()` reads texts, too.
        if method == .double, case .string(let text) = item,
          let number = NumberText.double(casting: text[...]), number.isFinite
        {
          return PathNumber.double(number).node
        }
        return try PathNumber(item, "\(method.rawValue)()").applied(method).node
      }
    case .keyvalue:
      return try unwrapped(items).enumerated().flatMap { number, item -> [JSONNode] in
        guard case .object(let members) = item else {
          throw EvaluationError(
            "path evaluation failed: keyvalue() takes objects, found \(item.kind)")
        }
        return members.map { member in
          .object([
            JSONNode.Member(name: Array("name".utf8), value: .string(member.name)),
            JSONNode.Member(name: Array("value".utf8), value: member.value),
            JSONNode.Member(name: Array("id".utf8), value: .number(Array(String(number).utf8))),
          ])
        }
      }
    }
  }
}

// MARK: - Conditions

extension PathEvaluation {
  /// nil for unknown: an error inside a filter is no error of the path.
  func holds(_ condition: PathPredicate, _ around: Surroundings) throws -> Bool? {
    switch condition {
    case .and(let left, let right):
      let (a, b) = (try holds(left, around), try holds(right, around))
      if a == false || b == false { return false }
      return a == nil || b == nil ? nil : true
    case .or(let left, let right):
      let (a, b) = (try holds(left, around), try holds(right, around))
      if a == true || b == true { return true }
      return a == nil || b == nil ? nil : false
    case .not(let inner): return try holds(inner, around).map { !$0 }
    case .isUnknown(let inner): return try holds(inner, around) == nil
    case .exists(let expression):
      guard let found = try? items(expression, around) else { return nil }
      return !found.isEmpty
    case .compare(let comparison, let left, let right):
      guard let a = try? unwrapped(items(left, around)),
        let b = try? unwrapped(items(right, around))
      else { return nil }
      return decide(a.flatMap { x in b.map { Self.compare(comparison, x, $0) } })
    case .startsWith(let whole, let start):
      guard let a = try? unwrapped(items(whole, around)), let b = try? items(start, around),
        b.count == 1, case .string(let prefix) = b[0]
      else { return nil }
      return decide(
        a.map { item in
          if case .string(let text) = item { text.starts(with: prefix) } else { nil }
        })
    case .matches(let whole, let program):
      guard let a = try? unwrapped(items(whole, around)) else { return nil }
      var matcher = RegexMatcher(program, capturing: false)
      return decide(
        a.map { item in
          if case .string(let text) = item { matcher.matches(text[...]) } else { nil }
        })
    }
  }

  /// True where one answer is, unknown where one is; in strict mode an unknown answer decides.
  private func decide(_ answers: [Bool?]) -> Bool? {
    if isStrict && answers.contains(nil) { return nil }
    if answers.contains(true) { return true }
    return answers.contains(nil) ? nil : false
  }

  private static func compare(_ comparison: PathComparison, _ a: JSONNode, _ b: JSONNode) -> Bool? {
    switch (a, b) {
    case (.null, .null): return order(comparison, 0)
    case (.null, .boolean), (.null, .number), (.null, .string), (.boolean, .null), (.number, .null),
      (.string, .null):
      return comparison == .notEqual
    case (.boolean(let x), .boolean(let y)):
      return order(comparison, x == y ? 0 : x ? 1 : -1)
    case (.string(let x), .string(let y)):
      return order(comparison, x == y ? 0 : x.lexicographicallyPrecedes(y) ? -1 : 1)
    case (.number, .number):
      guard let x = try? PathNumber(a, ""), let y = try? PathNumber(b, "") else { return nil }
      return order(comparison, x.compared(with: y))
    default: return nil
    }
  }

  private static func order(_ comparison: PathComparison, _ sign: Int) -> Bool {
    switch comparison {
    case .equal: sign == 0
    case .notEqual: sign != 0
    case .less: sign < 0
    case .lessOrEqual: sign <= 0
    case .greater: sign > 0
    case .greaterOrEqual: sign >= 0
    }
  }
}

extension JSONNode {
  /// What the path method `type()` answers.
  var kind: String {
    switch self {
    case .null: "null"
    case .boolean: "boolean"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}
