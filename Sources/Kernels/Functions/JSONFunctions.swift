import Columns

/// JSON by path, parsed and printed. JSON is kept as its text.
enum JSONFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "json_parse", summary: "A text as JSON, an error when it is none.",
      overloads: [
        .text([.exactly(.varchar)], to: .json) { (text: Text, out) in
          guard let node = JSONNode.parse(text) else {
            throw EvaluationError("expected JSON, found '\(text.prefix(40).string)'")
          }
          node.append(to: &out)
        }
      ]),
    ScalarFunction(
      "json_format", summary: "JSON as text.",
      overloads: [
        // JSON has one spelling already. Members of rows keep their order, and may lack names.
        .text([.exactly(.json)]) { (json: Text, out) in out += json }
      ]),
    path("json_extract", "The JSON value at a path; NULL if there is none.", to: .json) {
      found, out in
      appendCompact(found, to: &out)
      return true
    },
    path(
      "json_extract_scalar", "The text, number or boolean at a path as text; else NULL.",
      to: .varchar, scalar),
    path(
      "json_value", "The text, number or boolean at a path as text; else NULL.", to: .varchar,
      scalar),
    path(
      "json_query", "The value at a path as JSON text; NULL if there is none.", to: .varchar,
      takesMultiple: false
    ) { found, out in
      appendCompact(found, to: &out)
      return true
    },
    ScalarFunction(
      "json_exists", summary: "Whether a path leads to a value.",
      overloads: both { type in
        predicate([.exactly(type), .exactly(.varchar)]) { json, path in
          path.find(in: json).map { !path.isMultiple || $0 != [0x5B, 0x5D] } ?? false
        }
      }),
    ScalarFunction(
      "json_size", summary: "How many elements or members the value at a path has.",
      overloads: both { type in
        FunctionOverload([.exactly(type), .exactly(.varchar)], result: { _ in .bigint }) {
          arguments, context in
          try overPaths(arguments, context) { rows, find in
            try rows.map(.bigint) { row -> Int64? in
              try find(row).flatMap { JSONPath.count(JSONCursor($0)).map(Int64.init) }
            }
          }
        }
      }),
    ScalarFunction(
      "json_array_length", summary: "How many elements a JSON array has.",
      overloads: both { type in
        .map([.exactly(type)], to: .bigint) { (json: Text) -> Int64? in
          var cursor = JSONCursor(json)
          guard cursor.peek() == 0x5B else { return nil }
          return JSONPath.count(cursor).map(Int64.init)
        }
      }),
    ScalarFunction(
      "json_array_get",
      summary: "The element of a JSON array at a position from 0, texts without quotes.",
      overloads: both { type in
        .optionalText([.exactly(type), .exactly(.bigint)], to: .json) {
          (json: Text, position: Int64, out: inout [UInt8]) in
          guard let path = try? JSONPath(Array("$[\(position)]".utf8)[...]),
            let found = path.find(in: json)
          else { return false }
          // As it has always been: texts come without their quotes.
          if found.first == 0x22 { return scalar(found, &out) }
          if found.first == 0x6E { return false }
          appendCompact(found, to: &out)
          return true
        }
      }),
    ScalarFunction(
      "json_array_contains", summary: "Whether a JSON array holds a value.",
      overloads: both { type in contains(type) }.flatMap { $0 }),
    ScalarFunction(
      "is_json_scalar", summary: "Whether JSON is a text, number, boolean or null.",
      overloads: both { type in
        .map([.exactly(type)], to: .boolean) { (json: Text) -> Bool? in
          guard let node = JSONNode.parse(json) else {
            throw EvaluationError("expected JSON, found '\(json.prefix(40).string)'")
          }
          switch node {
          case .array, .object: return false
          case .null, .boolean, .number, .string: return true
          }
        }
      }),
    ScalarFunction(
      "json_object_keys", summary: "The member names of a JSON object.",
      overloads: both { type in
        .values([.exactly(type)], result: { _ in .array(.varchar) }) { arguments, _ in
          guard case .object(let members)? = JSONNode.parse(arguments[0].text) else { return .null }
          return .array(members.map { .bytes($0.name) })
        }
      }),
  ]

  /// The functions take JSON and text alike.
  private static func both<Overload>(_ make: (DataType) -> Overload) -> [Overload] {
    [make(.json), make(.varchar)]
  }

  @Sendable
  private static func scalar(_ found: Text, _ out: inout [UInt8]) -> Bool {
    switch found.first {
    case 0x22:
      guard let text = JSONText.unescaped(found.dropFirst().dropLast()) else { return false }
      out += text
      return true
    case 0x7B, 0x5B, 0x6E, nil: return false
    default:
      out += found
      return true
    }
  }

  /// Appends JSON without the white space between its parts and without needless escapes, members in
  /// their order.
  private static func appendCompact(_ json: Text, to out: inout [UInt8]) {
    var at = json.startIndex
    while at < json.endIndex {
      switch json[at] {
      case 0x20, 0x09, 0x0A, 0x0D: at += 1
      case UInt8(ascii: "\""):
        var cursor = JSONCursor(json[at...])
        let string = cursor.skipString()
        let end = string == nil ? json.endIndex : cursor.at
        if let string, string.hasEscapes, let text = JSONText.unescaped(json[string.range]) {
          JSONText.appendQuoted(text[...], to: &out)
        } else {
          out += json[at..<end]
        }
        at = end
      case let byte:
        out.append(byte)
        at += 1
      }
    }
  }

  private static func path(
    _ name: String, _ summary: String, to type: DataType, takesMultiple: Bool = true,
    _ write: @escaping @Sendable (Text, inout [UInt8]) -> Bool
  ) -> ScalarFunction {
    ScalarFunction(
      name, summary: summary,
      overloads: both { source in
        FunctionOverload([.exactly(source), .exactly(.varchar)], result: { _ in type }) {
          arguments, context in
          try overPaths(arguments, context, takesMultiple: takesMultiple) { rows, find in
            try rows.text(type) { row, out in
              guard let found = try find(row) else { return false }
              return write(found, &out)
            }
          }
        }
      })
  }

  private static func predicate(
    _ parameters: [ParameterType], _ body: @escaping @Sendable (Text, JSONPath) -> Bool
  ) -> FunctionOverload {
    FunctionOverload(parameters, result: { _ in .boolean }) { arguments, context in
      let texts = CallReader<Text>(arguments[0])
      let paths = CallReader<Text>(arguments[1])
      var compiled = Remembered<JSONPath>()
      return try CallRows([texts.presence, paths.presence], context).map(.boolean) { row in
        body(texts[row], try compiled.make(paths[row], JSONPath.init))
      }
    }
  }

  private static func overPaths(
    _ arguments: [Argument], _ context: EvaluationContext, takesMultiple: Bool = true,
    _ body: (CallRows, (Int) throws -> Text?) throws -> Column
  ) throws -> Column {
    let texts = CallReader<Text>(arguments[0])
    let paths = CallReader<Text>(arguments[1])
    var compiled = Remembered<JSONPath>()
    return try body(CallRows([texts.presence, paths.presence], context)) { row in
      let path = try compiled.make(paths[row], JSONPath.init)
      guard takesMultiple || !path.isMultiple else {
        throw EvaluationError(
          "the JSON path '\(paths[row].prefix(60).string)' may give several values, which need "
            + "json_extract")
      }
      return path.find(in: texts[row])
    }
  }

  private static func contains(_ type: DataType) -> [FunctionOverload] {
    func overload(
      _ wanted: DataType, _ matches: @escaping @Sendable (JSONNode, Value) -> Bool
    ) -> FunctionOverload {
      .values([.exactly(type), .exactly(wanted)], result: { _ in .boolean }) { arguments, _ in
        guard case .array(let elements)? = JSONNode.parse(arguments[0].text) else { return .null }
        return .boolean(elements.contains { matches($0, arguments[1]) })
      }
    }
    return [
      overload(.boolean) { node, value in value.boolean.map { node == .boolean($0) } ?? false },
      overload(.bigint) { node, value in
        if case .number(let digits) = node {
          NumberText.int64(digits[...]) == value.int64
        } else {
          false
        }
      },
      overload(.double) { node, value in
        if case .number(let digits) = node,
          digits.contains(where: { [0x2E, 0x45, 0x65].contains($0) })
        {
          NumberText.double(casting: digits[...]) == value.double
        } else {
          false
        }
      },
      overload(.varchar) { node, value in node == .string(Array(value.text)) },
    ]
  }
}
