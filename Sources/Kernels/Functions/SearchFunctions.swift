import Columns

/// Finding, splitting and joining text.
enum SearchFunctions {
  static let all: [ScalarFunction] = [
    position("strpos"),
    position("position"),
    ScalarFunction(
      "starts_with", summary: "Whether the text begins with another.",
      overloads: [
        .map([.exactly(.varchar), .exactly(.varchar)], to: .boolean) { (text: Text, head: Text) in
          text.starts(with: head)
        }
      ]),
    ScalarFunction(
      "ends_with", summary: "Whether the text ends with another.",
      overloads: [
        .map([.exactly(.varchar), .exactly(.varchar)], to: .boolean) { (text: Text, tail: Text) in
          text.suffix(tail.count) == tail
        }
      ]),
    ScalarFunction(
      "split_part", summary: "The n-th part, from 1, between separators; NULL past the last.",
      overloads: [
        .optionalText([.exactly(.varchar), .exactly(.varchar), .exactly(.bigint)]) {
          (text: Text, separator: Text, index: Int64, out) in
          guard index > 0 else {
            throw EvaluationError("expected an index from 1 on, found \(index)")
          }
          guard let part = Splitting.part(text, separator, index) else { return false }
          out += part
          return true
        }
      ]),
    ScalarFunction(
      "split", summary: "The parts between separators, at most as many as the limit.",
      overloads: [
        .values(
          [.exactly(.varchar), .exactly(.varchar)], result: { _ in .array(.varchar) }
        ) { arguments, _ in
          try Splitting.array(arguments[0].text, arguments[1].text, limit: .max)
        },
        .values(
          [.exactly(.varchar), .exactly(.varchar), .exactly(.bigint)],
          result: { _ in .array(.varchar) }
        ) { arguments, _ in
          guard let limit = arguments[2].int64, limit > 0 else {
            throw EvaluationError("expected a positive limit")
          }
          return try Splitting.array(
            arguments[0].text, arguments[1].text, limit: Int(clamping: limit))
        },
      ]),
    ScalarFunction(
      "split_to_map", summary: "Pairs between separators, as a map from key to value.",
      overloads: [
        .values(
          [.exactly(.varchar), .exactly(.varchar), .exactly(.varchar)],
          result: { _ in .map(key: .varchar, value: .varchar) }
        ) { arguments, _ in
          try Splitting.map(arguments[0].text, arguments[1].text, arguments[2].text)
        }
      ]),
    ScalarFunction(
      "concat", summary: "Texts, binaries or arrays joined; NULL if any is.",
      overloads: [
        concatenation(.varchar),
        concatenation(.varbinary),
        .values(
          [.array(.variable("T")), .array(.variable("T"))], isVariadic: true, result: { $0[0] }
        ) { arguments, _ in
          .array(arguments.flatMap(\.elements))
        },
        .element(
          [.array(.variable("T")), .variable("T")], result: { $0[0] }
        ) { .array($0.elements + [$1]) },
        .element(
          [.variable("T"), .array(.variable("T"))], result: { $0[1] }
        ) { .array([$0] + $1.elements) },
      ]),
    ScalarFunction(
      "concat_ws", summary: "Texts, or an array's elements, joined by a separator; skips NULL.",
      overloads: [
        joined([.exactly(.varchar), .exactly(.varchar)], isVariadic: true),
        joined([.exactly(.varchar), .array(.exactly(.varchar))], isVariadic: false),
      ]),
    ScalarFunction(
      "like", summary: "Whether the text matches a LIKE pattern that differs by row.",
      overloads: [
        likeOverload([.exactly(.varchar), .exactly(.varchar)]),
        likeOverload([.exactly(.varchar), .exactly(.varchar), .exactly(.varchar)]),
      ]),
    ScalarFunction(
      "levenshtein_distance",
      summary: "How many edits of one character turn one text into another.",
      overloads: [
        .map([.exactly(.varchar), .exactly(.varchar)], to: .bigint) { (a: Text, b: Text) in
          try EditDistance.levenshtein(a.codePoints, b.codePoints)
        }
      ]),
    ScalarFunction(
      "hamming_distance", summary: "In how many positions two texts of equal length differ.",
      overloads: [
        .map([.exactly(.varchar), .exactly(.varchar)], to: .bigint) {
          (a: Text, b: Text) -> Int64? in
          let left = a.codePoints
          let right = b.codePoints
          guard left.count == right.count else {
            throw EvaluationError("expected two texts of the same length")
          }
          return Int64(zip(left, right).count { $0 != $1 })
        }
      ]),
  ]

  private static func position(_ name: String) -> ScalarFunction {
    ScalarFunction(
      name, summary: "The position, from 1, of the n-th occurrence of a text; 0 if there is none.",
      overloads: [
        .map([.exactly(.varchar), .exactly(.varchar)], to: .bigint) { (text: Text, part: Text) in
          Splitting.position(text, part, occurrence: 1)
        },
        .map([.exactly(.varchar), .exactly(.varchar), .exactly(.bigint)], to: .bigint) {
          (text: Text, part: Text, occurrence: Int64) -> Int64? in
          guard occurrence != 0 else { throw EvaluationError("the occurrence must not be 0") }
          return Splitting.position(text, part, occurrence: occurrence)
        },
      ])
  }

  private static func concatenation(_ type: DataType) -> FunctionOverload {
    FunctionOverload(
      [.exactly(type), .exactly(type), .exactly(type)], isVariadic: true, result: { _ in type }
    ) { arguments, context in
      let readers = arguments.map { CallReader<Text>($0) }
      return try CallRows(readers.map(\.presence), context).text(type) { row, out in
        for reader in readers { out += reader[row] }
        return true
      }
    }
  }

  private static func joined(_ parameters: [ParameterType], isVariadic: Bool) -> FunctionOverload {
    FunctionOverload(parameters, isVariadic: isVariadic, result: { _ in .varchar }) {
      arguments, context in
      let separator = CallReader<Text>(arguments[0])
      let others = arguments.dropFirst().map { CallReader<Value>($0) }
      let rows = others.filter { if case .rows = $0.presence { true } else { false } }
      let presences = rows.isEmpty ? [] : [Presence.rows(.allPresent)]
      return try CallRows([separator.presence] + presences, context).text(.varchar) { row, out in
        var isFirst = true
        for reader in others where reader.isPresent(row) {
          let value = reader[row]
          for part in parameters.count == 2 && !isVariadic ? value.elements : [value]
          where !part.isNull {
            if !isFirst { out += separator[row] }
            out += part.text
            isFirst = false
          }
        }
        return true
      }
    }
  }

  private static func likeOverload(_ parameters: [ParameterType]) -> FunctionOverload {
    FunctionOverload(parameters, result: { _ in .boolean }) { arguments, context in
      let readers = arguments.map { CallReader<Text>($0) }
      var patterns = Remembered<Like>()
      return try CallRows(readers.map(\.presence), context).map(.boolean) { row -> Bool? in
        let escape = readers.count > 2 ? readers[2][row] : []
        guard escape.count <= 1 else {
          throw EvaluationError("expected a single escape character, found '\(escape.string)'")
        }
        let pattern = try patterns.make(readers[1][row]) {
          try Like(pattern: Array($0), escape: escape.first)
        }
        return pattern.matches(readers[0][row])
      }
    }
  }
}

extension FunctionOverload {
  /// Two arguments of which the one that is no array may be NULL and is then taken as a value.
  fileprivate static func element(
    _ parameters: [ParameterType], result: @escaping @Sendable ([DataType]) -> DataType,
    _ body: @escaping @Sendable (Value, Value) -> Value
  ) -> FunctionOverload {
    FunctionOverload(parameters, result: result) { arguments, context in
      let columns = arguments.map(\.columnOrEmpty)
      let type = result(columns.map(\.type))
      var builder = ColumnBuilder(type)
      for row in 0..<context.rowCount {
        let values = columns.map { $0.value(row) }
        let array = columns[0].type == type ? values[0] : values[1]
        builder.append(array.isNull ? .null : body(values[0], values[1]))
      }
      return builder.finish()
    }
  }
}

enum Splitting {
  static func part(_ text: Text, _ separator: Text, _ index: Int64) -> Text? {
    guard !separator.isEmpty else {
      // Trino splits into characters then.
      guard index <= Int64(text.codePointCount) else { return nil }
      return Substring.slice(text, from: index, length: 1)
    }
    var start = text.startIndex
    var left = index
    while left > 1 {
      guard let found = text.firstIndex(of: separator, from: start) else { return nil }
      start = found + separator.count
      left -= 1
    }
    return text[start..<(text.firstIndex(of: separator, from: start) ?? text.endIndex)]
  }

  static func parts(_ text: Text, _ separator: Text, limit: Int) throws -> [Text] {
    guard !separator.isEmpty else { throw EvaluationError("the separator is empty") }
    var parts: [Text] = []
    var start = text.startIndex
    while parts.count < limit - 1, let found = text.firstIndex(of: separator, from: start) {
      parts.append(text[start..<found])
      start = found + separator.count
    }
    parts.append(text[start...])
    return parts
  }

  static func array(_ text: Text, _ separator: Text, limit: Int) throws -> Value {
    .array(try parts(text, separator, limit: limit).map { .bytes(Array($0)) })
  }

  static func map(_ text: Text, _ entrySeparator: Text, _ keySeparator: Text) throws -> Value {
    guard !keySeparator.isEmpty, keySeparator != entrySeparator else {
      throw EvaluationError("expected two separators that differ and are not empty")
    }
    var entries: [MapEntry] = []
    var seen: Set<Text> = []
    for part in try parts(text, entrySeparator, limit: .max) where !part.isEmpty {
      let pair = try parts(part, keySeparator, limit: .max)
      guard pair.count == 2 else {
        throw EvaluationError("expected one key and one value, found '\(part.string)'")
      }
      guard seen.insert(pair[0]).inserted else {
        throw EvaluationError("the key '\(pair[0].string)' occurs twice")
      }
      entries.append(MapEntry(key: .bytes(Array(pair[0])), value: .bytes(Array(pair[1]))))
    }
    return .map(entries)
  }

  /// The position in code points from 1; a negative occurrence counts from the end.
  static func position(_ text: Text, _ part: Text, occurrence: Int64) -> Int64 {
    if part.isEmpty { return 1 }
    if occurrence < 0 { return positionFromEnd(text, part, occurrence.magnitude) }
    var start = text.startIndex
    var left = occurrence
    while let found = text.firstIndex(of: part, from: start) {
      left -= 1
      if left == 0 { return Int64(text[..<found].codePointCount) + 1 }
      start = found + 1
    }
    return 0
  }

  private static func positionFromEnd(_ text: Text, _ part: Text, _ occurrence: UInt64) -> Int64 {
    var found: [Int] = []
    var start = text.startIndex
    while let at = text.firstIndex(of: part, from: start) {
      found.append(at)
      start = at + 1
    }
    guard occurrence <= UInt64(found.count) else { return 0 }
    return Int64(text[..<found[found.count - Int(occurrence)]].codePointCount) + 1
  }
}

enum EditDistance {
  /// Wagner and Fischer's table, two rows at a time; texts whose table is too large are refused.
  static func levenshtein(_ a: [UInt32], _ b: [UInt32]) throws -> Int64 {
    guard a.count * b.count <= 100_000_000 else {
      throw EvaluationError("the texts are too long to compare: \(a.count) × \(b.count) characters")
    }
    if a.isEmpty || b.isEmpty { return Int64(max(a.count, b.count)) }
    var previous = Array(0...b.count)
    var current = previous
    for (row, left) in a.enumerated() {
      current[0] = row + 1
      for (column, right) in b.enumerated() {
        current[column + 1] = min(
          previous[column] + (left == right ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
      }
      swap(&previous, &current)
    }
    return Int64(previous[b.count])
  }
}
