import Columns

/// Regular expressions with RE2's and Java's common syntax and Java's looks, in linear time.
enum RegexFunctions {
  private static let text = ParameterType.exactly(.varchar)

  static let all: [ScalarFunction] = [
    ScalarFunction(
      "regexp_like", summary: "Whether a regular expression matches anywhere in a text.",
      overloads: [
        FunctionOverload([text, text], result: { _ in .boolean }) { arguments, context in
          try over(arguments, context, capturing: false) { rows, texts, matcher in
            try rows.map(.boolean) { row in try matcher.at(row) { $0.matches(texts[row]) } }
          }
        }
      ]),
    ScalarFunction(
      "regexp_extract", summary: "The first match, or one of its groups; NULL if there is none.",
      overloads: [extract([text, text]), extract([text, text, .exactly(.bigint)])]),
    ScalarFunction(
      "regexp_extract_all", summary: "All matches, or a group of each.",
      overloads: [extractAll([text, text]), extractAll([text, text, .exactly(.bigint)])]),
    ScalarFunction(
      "regexp_replace", summary: "Matches removed, or replaced by a text with $1 or by a lambda.",
      overloads: [
        replace([text, text]), replace([text, text, text]),
        FunctionOverload(
          [text, text, .lambda([.array(.exactly(.varchar))], .exactly(.varchar))],
          result: { _ in .varchar }, body: replaceByLambda),
      ]),
    ScalarFunction(
      "regexp_split", summary: "The parts between matches.",
      overloads: [
        FunctionOverload([text, text], result: { _ in .array(.varchar) }) { arguments, context in
          try over(arguments, context, capturing: false) { rows, texts, matcher in
            try rows.values(.array(.varchar)) { row in
              let text = texts[row]
              var parts: [Value] = []
              var start = text.startIndex
              try matcher.at(row) { matcher in
                matcher.forEachMatch(text) { match in
                  parts.append(.bytes(Array(text[start..<match[0]])))
                  start = match[1]
                }
              }
              return .array(parts + [.bytes(Array(text[start...]))])
            }
          }
        }
      ]),
    ScalarFunction(
      "regexp_count", summary: "How often a regular expression matches.",
      overloads: [
        FunctionOverload([text, text], result: { _ in .bigint }) { arguments, context in
          try over(arguments, context, capturing: false) { rows, texts, matcher in
            try rows.map(.bigint) { row -> Int64? in
              var count: Int64 = 0
              try matcher.at(row) { $0.forEachMatch(texts[row]) { _ in count += 1 } }
              return count
            }
          }
        }
      ]),
    ScalarFunction(
      "regexp_position", summary: "The position, from 1, of the first match; −1 if there is none.",
      overloads: [
        position([text, text]), position([text, text, .exactly(.bigint)]),
        position([text, text, .exactly(.bigint), .exactly(.bigint)]),
      ]),
  ]

  /// The matcher of each row's pattern, compiled when the pattern changes.
  private struct Matchers {
    let patterns: CallReader<Text>
    let capturing: Bool
    private var key: Text?
    private var matcher: RegexMatcher?

    init(_ patterns: CallReader<Text>, capturing: Bool) {
      self.patterns = patterns
      self.capturing = capturing
    }

    mutating func at<Result>(_ row: Int, _ body: (inout RegexMatcher) throws -> Result) throws
      -> Result
    {
      let pattern = patterns[row]
      if matcher == nil || key != pattern {
        matcher = RegexMatcher(try RegexProgram(pattern), capturing: capturing)
        key = pattern
      }
      guard var current = matcher.take() else {
        throw EvaluationError("the regular expression is not compiled")
      }
      defer { matcher = current }
      return try body(&current)
    }
  }

  private static func over(
    _ arguments: [Argument], _ context: EvaluationContext, capturing: Bool,
    _ body: (CallRows, CallReader<Text>, inout Matchers) throws -> Column
  ) throws -> Column {
    let texts = CallReader<Text>(arguments[0])
    let patterns = CallReader<Text>(arguments[1])
    let others = arguments.dropFirst(2).map { CallReader<Value>($0).presence }
    var matchers = Matchers(patterns, capturing: capturing)
    let rows = CallRows([texts.presence, patterns.presence] + others, context)
    return try body(rows, texts, &matchers)
  }

  private static func group(
    _ arguments: [Argument], _ row: Int, _ program: RegexProgram, _ groups: CallReader<Int64>?
  ) throws -> Int {
    guard let groups else { return 0 }
    let group = groups[row]
    guard (0...Int64(program.groupCount)).contains(group) else {
      throw EvaluationError(
        "the regular expression has \(program.groupCount) groups, there is no group \(group)")
    }
    return Int(group)
  }

  private static func position(_ parameters: [ParameterType]) -> FunctionOverload {
    FunctionOverload(parameters, result: { _ in .bigint }) { arguments, context in
      let starts = arguments.count > 2 ? CallReader<Int64>(arguments[2]) : nil
      let occurrences = arguments.count > 3 ? CallReader<Int64>(arguments[3]) : nil
      return try over(arguments, context, capturing: false) { rows, texts, matcher in
        try rows.map(.bigint) { row -> Int64? in
          let text = texts[row]
          let start = starts?[row] ?? 1
          var left = occurrences?[row] ?? 1
          guard start > 0, left > 0 else {
            throw EvaluationError("a start and an occurrence are 1 or more")
          }
          guard start <= max(Int64(text.codePointCount), 1) else { return -1 }
          let first = text.index(text.startIndex, movedByCodePoints: Int(start - 1))
          var position: Int64 = -1
          try matcher.at(row) { matcher in
            matcher.search(text, from: first) { match in
              left -= 1
              if left == 0 { position = Int64(text[..<match[0]].codePointCount) + 1 }
              return left == 0
            }
          }
          return position
        }
      }
    }
  }

  private static func extract(_ parameters: [ParameterType]) -> FunctionOverload {
    FunctionOverload(parameters, result: { _ in .varchar }) { arguments, context in
      let groups = arguments.count > 2 ? CallReader<Int64>(arguments[2]) : nil
      return try over(arguments, context, capturing: groups != nil) { rows, texts, matcher in
        try rows.text(.varchar) { row, out in
          let text = texts[row]
          return try matcher.at(row) { matcher in
            let group = try group(arguments, row, matcher.program, groups)
            guard let match = matcher.firstMatch(text),
              match[2 * group] >= 0
            else { return false }
            out += text[match[2 * group]..<match[2 * group + 1]]
            return true
          }
        }
      }
    }
  }

  private static func extractAll(_ parameters: [ParameterType]) -> FunctionOverload {
    FunctionOverload(parameters, result: { _ in .array(.varchar) }) { arguments, context in
      let groups = arguments.count > 2 ? CallReader<Int64>(arguments[2]) : nil
      return try over(arguments, context, capturing: groups != nil) { rows, texts, matcher in
        try rows.values(.array(.varchar)) { row in
          let text = texts[row]
          var found: [Value] = []
          try matcher.at(row) { matcher in
            let group = try group(arguments, row, matcher.program, groups)
            matcher.forEachMatch(text) { match in
              found.append(
                match[2 * group] < 0
                  ? .null : .bytes(Array(text[match[2 * group]..<match[2 * group + 1]])))
            }
          }
          return .array(found)
        }
      }
    }
  }

  private static func replace(_ parameters: [ParameterType]) -> FunctionOverload {
    FunctionOverload(parameters, result: { _ in .varchar }) { arguments, context in
      let replacements = arguments.count > 2 ? CallReader<Text>(arguments[2]) : nil
      var compiled = Remembered<RegexReplacement>()
      return try over(arguments, context, capturing: true) { rows, texts, matcher in
        try rows.text(.varchar) { row, out in
          let text = texts[row]
          try matcher.at(row) { matcher in
            let program = matcher.program
            let replacement = try compiled.make(replacements.map { $0[row] } ?? []) {
              try RegexReplacement($0, program)
            }
            var start = text.startIndex
            try matcher.forEachMatch(text) { match in
              guard out.count < CallLimits.batchBytes else { throw CallLimits.tooLarge }
              out += text[start..<match[0]]
              try replacement.append(match, of: text, to: &out)
              start = match[1]
            }
            out += text[start...]
          }
          return true
        }
      }
    }
  }

  /// All matches of the batch are handed to the lambda at once, each as the array of its groups.
  @Sendable
  private static func replaceByLambda(_ arguments: [Argument], _ context: EvaluationContext) throws
    -> Column
  {
    let texts = CallReader<Text>(arguments[0])
    var matchers = Matchers(CallReader<Text>(arguments[1]), capturing: true)
    var found: [(row: Int, range: Range<Int>)] = []
    var groups = ColumnBuilder(.array(.varchar))
    for row in 0..<context.rowCount
    where texts.isPresent(row) && matchers.patterns.isPresent(row) {
      let text = texts[row]
      try matchers.at(row) { matcher in
        matcher.forEachMatch(text) { match in
          found.append((row, match[0]..<match[1]))
          groups.append(
            .array(
              stride(from: 2, to: match.count, by: 2).map { slot in
                match[slot] < 0 ? .null : .bytes(Array(text[match[slot]..<match[slot + 1]]))
              }))
        }
      }
    }
    let results = try arguments[2].call([groups.finish()], found.map { UInt32($0.row) })
    var next = 0
    let values = try (0..<context.rowCount).map { row -> Value in
      guard texts.isPresent(row), matchers.patterns.isPresent(row) else { return .null }
      let text = texts[row]
      var out: [UInt8] = []
      var start = text.startIndex
      while next < found.count && found[next].row == row {
        out += text[start..<found[next].range.lowerBound]
        out += results.value(next).text
        start = found[next].range.upperBound
        next += 1
        guard out.count < CallLimits.batchBytes else { throw CallLimits.tooLarge }
      }
      return .bytes(out + text[start...])
    }
    return Column(.varchar, values: values)
  }
}

/// A replacement text with `$1` and `${name}`; `\` takes the next character as it is.
struct RegexReplacement {
  private enum Part {
    case text([UInt8])
    case group(Int)
  }

  private var parts: [Part] = []

  init(_ text: Text, _ program: RegexProgram) throws {
    var at = text.startIndex
    while at < text.endIndex {
      let byte = text[at]
      at += 1
      if byte == 0x5C {
        guard at < text.endIndex else {
          throw EvaluationError("a replacement ends with '\\'; write '\\\\' for itself")
        }
        parts.append(.text([text[at]]))
        at += 1
      } else if byte == 0x24 {
        parts.append(.group(try RegexReplacement.group(text, &at, program)))
      } else {
        parts.append(.text([byte]))
      }
    }
  }

  func append(_ match: [Int], of text: Text, to out: inout [UInt8]) throws {
    for part in parts {
      switch part {
      case .text(let bytes): out += bytes
      case .group(let group):
        guard match[2 * group] >= 0 else { continue }
        out += text[match[2 * group]..<match[2 * group + 1]]
      }
    }
  }

  private static func group(_ text: Text, _ at: inout Int, _ program: RegexProgram) throws -> Int {
    if at < text.endIndex, text[at] == 0x7B {
      let end = text[at...].firstIndex(of: 0x7D) ?? text.endIndex
      let name = text[(at + 1)..<end].string
      guard end < text.endIndex, let group = program.groupNames[name] else {
        throw EvaluationError("the regular expression has no group named '\(name)'")
      }
      at = end + 1
      return group
    }
    guard at < text.endIndex, text[at] &- 0x30 <= 9 else {
      throw EvaluationError(
        "'$' in a replacement must be followed by a group; write '\\$' for itself")
    }
    var group = Int(text[at] - 0x30)
    at += 1
    guard group <= program.groupCount else {
      throw EvaluationError(
        "the regular expression has \(program.groupCount) groups, there is no group \(group)")
    }
    // As Java: further digits belong to the number as long as there is such a group.
    while at < text.endIndex, text[at] &- 0x30 <= 9 {
      let longer = group * 10 + Int(text[at] - 0x30)
      guard longer <= program.groupCount else { break }
      group = longer
      at += 1
    }
    return group
  }
}
