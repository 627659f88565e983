import Columns

/// What JSON_VALUE, JSON_QUERY, JSON_EXISTS, JSON_OBJECT and JSON_ARRAY are made of.
///
/// Members of objects keep the order in which they are written, unlike those of the type JSON.
///
/// Their clauses (ON EMPTY, ON ERROR, RETURNING …) are spelt out around these by whoever reads the
/// statement; the names begin with a sign that no name in a statement begins with.
enum SQLJSONFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "$json_path",
      summary:
        "What a SQL/JSON path finds: 'v' and its text, 'n', 'e' for nothing, 'x' and an error.",
      overloads: [path(over: .json), path(over: .varchar), path(over: .varbinary)]),
    ScalarFunction(
      "$json_object", summary: "A JSON object from names and values, an empty value for NULL.",
      overloads: [
        members { names, values, keepsNulls in
          var members: [JSONNode.Member] = []
          var seen: Set<[UInt8]> = []
          for (name, value) in zip(names, values) {
            guard let value = try node(value, keepsNulls: keepsNulls) else { continue }
            guard seen.insert(Array(name)).inserted else {
              throw EvaluationError("cannot construct a JSON object with duplicate key")
            }
            members.append(JSONNode.Member(name: Array(name), value: value))
          }
          return .object(members)
        }
      ]),
    ScalarFunction(
      "$json_array", summary: "A JSON array of values, an empty one for NULL.",
      overloads: [
        members { names, values, keepsNulls in
          .array(try values.compactMap { try node($0, keepsNulls: keepsNulls) })
        }
      ]),
    ScalarFunction(
      "$json_text", summary: "A text that is JSON, its members as they are written.",
      overloads: [
        .text([.exactly(.varchar)]) { (text: Text, out: inout [UInt8]) in
          guard let node = JSONNode.parse(text) else {
            throw EvaluationError("expected JSON, found '\(text.prefix(40).string)'")
          }
          node.append(to: &out, asWritten: true)
        }
      ]),
    ScalarFunction(
      "$fail", summary: "An error.",
      overloads: [
        .text([.exactly(.varchar)]) { (message: Text, out: inout [UInt8]) in
          throw EvaluationError(message.string)
        }
      ]),
  ]

  /// The JSON of one value: an empty text stands for NULL, nil for one that is left out.
  private static func node(_ value: Text, keepsNulls: Bool) throws -> JSONNode? {
    if value.isEmpty { return keepsNulls ? .null : nil }
    guard let node = JSONNode.parse(value) else {
      throw EvaluationError("expected JSON, found '\(value.prefix(40).string)'")
    }
    return node
  }

  // MARK: Objects and arrays

  /// Arguments: 'null' or 'absent', then names and values in turn.
  private static func members(
    _ make: @escaping @Sendable ([Text], [Text], Bool) throws -> JSONNode
  ) -> FunctionOverload {
    FunctionOverload(
      [.exactly(.varchar), .exactly(.varchar)], isVariadic: true, result: { _ in .varchar }
    ) { arguments, context in
      let readers = arguments.map { CallReader<Text>($0) }
      return try CallRows(readers.map(\.presence), context).text(.varchar) { row, out in
        let keepsNulls = readers[0][row].elementsEqual("null".utf8)
        let texts = readers.dropFirst().map { $0[row] }
        let names = stride(from: 0, to: texts.count, by: 2).map { texts[$0] }
        let values = stride(from: 1, to: texts.count, by: 2).map { texts[$0] }
        try make(names, values, keepsNulls).append(to: &out, asWritten: true)
        return true
      }
    }
  }

  // MARK: Paths

  /// What is asked of the items that a path finds.
  private enum Question: String {
    case value, exists
    case query
    case queryOmittingQuotes = "query omitting quotes"
    case conditionalWrapper = "conditional wrapper"
    case unconditionalWrapper = "unconditional wrapper"
  }

  /// Arguments: the question, the JSON, the path, then names and values of variables in turn: 'v' and
  /// JSON, 'j' and text that may be JSON, or 'e' for none.
  private static func path(over type: DataType) -> FunctionOverload {
    FunctionOverload(
      [.exactly(.varchar), .exactly(type), .exactly(.varchar), .exactly(.varchar)],
      isVariadic: true, result: { _ in .varchar }
    ) { arguments, context in
      let readers = arguments.map { CallReader<Text>($0) }
      var path = Remembered<PathQuery>()
      return try CallRows(readers.map(\.presence), context).text(.varchar) { row, out in
        let query = try path.make(readers[2][row]) { try PathParser.parse($0) }
        guard let question = Question(rawValue: readers[0][row].string) else { return false }
        do {
          guard let root = JSONNode.parse(readers[1][row]) else {
            throw EvaluationError("conversion to JSON failed")
          }
          let items = try PathEvaluation.items(
            query, in: root, variables: try variables(readers.dropFirst(3).map { $0[row] }))
          try answer(question, items, to: &out)
        } catch let error as EvaluationError {
          out.append(UInt8(ascii: "x"))
          out.append(contentsOf: error.message.utf8)
        }
        return true
      }
    }
  }

  private static func variables(_ texts: [Text]) throws -> [String: JSONNode?] {
    var result: [String: JSONNode?] = [:]
    for position in stride(from: 0, to: texts.count - 1, by: 2) {
      let value = texts[position + 1]
      if value.first == UInt8(ascii: "e") {
        result.updateValue(nil, forKey: texts[position].string)
        continue
      }
      guard let node = JSONNode.parse(value.dropFirst()) else {
        throw EvaluationError("conversion to JSON failed")
      }
      result.updateValue(node, forKey: texts[position].string)
    }
    return result
  }

  private static func answer(
    _ question: Question, _ items: [JSONNode], to out: inout [UInt8]
  ) throws {
    switch question {
    case .exists: out.append(UInt8(ascii: items.isEmpty ? "f" : "t"))
    case .value: try answerValue(items, to: &out)
    case .query, .queryOmittingQuotes:
      guard let item = try single(items) else { return out.append(UInt8(ascii: "e")) }
      out.append(UInt8(ascii: "v"))
      if question == .queryOmittingQuotes, case .string(let text) = item {
        out += text
      } else {
        item.append(to: &out, asWritten: true)
      }
    case .conditionalWrapper, .unconditionalWrapper:
      guard let first = items.first else { return out.append(UInt8(ascii: "e")) }
      var node = JSONNode.array(items)
      if question == .conditionalWrapper, items.count == 1 {
        switch first {
        case .array, .object: node = first
        case .null, .boolean, .number, .string: break
        }
      }
      out.append(UInt8(ascii: "v"))
      node.append(to: &out, asWritten: true)
    }
  }

  private static func single(_ items: [JSONNode]) throws -> JSONNode? {
    guard items.count <= 1 else { throw EvaluationError("JSON path found multiple items") }
    return items.first
  }

  private static func answerValue(_ items: [JSONNode], to out: inout [UInt8]) throws {
    guard let item = try single(items) else { return out.append(UInt8(ascii: "e")) }
    switch item {
    case .null: out.append(UInt8(ascii: "n"))
    case .boolean(let value): out.append(contentsOf: (value ? "vtrue" : "vfalse").utf8)
    case .number(let text), .string(let text):
      out.append(UInt8(ascii: "v"))
      out += text
    case .array, .object:
      throw EvaluationError("JSON path found an item that cannot be converted to an SQL value")
    }
  }
}
