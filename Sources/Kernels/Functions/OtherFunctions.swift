import Columns

/// Functions about expressions themselves.
enum OtherFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "typeof", summary: "The name of an expression's type.",
      overloads: [
        FunctionOverload([.any], result: { _ in .varchar }) { arguments, context in
          let type = arguments[0].columnOrEmpty.type
          return Column(.varchar, constant: .text(name(type)), count: context.rowCount)
        }
      ]),
    ScalarFunction(
      "word_stem", summary: "The stem of an English word in lower case.",
      overloads: [
        .text([.exactly(.varchar)]) { (word: Text, out: inout [UInt8]) in
          out += EnglishStem.stem(word)
        },
        .text([.exactly(.varchar), .exactly(.varchar)]) {
          (word: Text, language: Text, out: inout [UInt8]) in
          guard language.string == "en" else {
            throw EvaluationError(
              "word_stem knows English, 'en', only; found '\(language.prefix(40).string)'")
          }
          out += EnglishStem.stem(word)
        },
      ]),
    ScalarFunction(
      "$fitting", summary: "A text of at most so many characters; an error for a longer one.",
      overloads: [
        .optionalText([.exactly(.varchar), .exactly(.bigint), .exactly(.boolean)]) {
          (text: Text, length: Int64, isTry: Bool, out: inout [UInt8]) in
          let isFitting = text.codePointCount <= length
          guard isFitting || isTry else {
            throw EvaluationError("cannot cast '\(text.prefix(40).string)' to varchar(\(length))")
          }
          out += text
          return isFitting
        }
      ]),
    ScalarFunction(
      "uuid_text", summary: "A UUID in its usual form, lower case; an error for other text.",
      overloads: [
        .optionalText([.exactly(.varchar), .exactly(.boolean)]) {
          (text: Text, isTry: Bool, out: inout [UInt8]) in
          let parts = text.split(separator: 0x2D, omittingEmptySubsequences: false)
          let isFormed =
            parts.map(\.count) == [8, 4, 4, 4, 12]
            && parts.allSatisfy { $0.allSatisfy { HexText.digit($0) != nil } }
          guard isFormed || isTry else {
            throw EvaluationError("cannot cast '\(text.prefix(40).string)' to uuid")
          }
          for byte in text { out.append((0x41...0x46).contains(byte) ? byte | 0x20 : byte) }
          return isFormed
        }
      ]),
  ]

  /// The type as Athena's typeof writes it, with the digits of a second that it has unless told otherwise.
  private static func name(_ type: DataType) -> String {
    switch type {
    case .timestamp: return "timestamp(3)"
    case .time: return "time(3)"
    case .timestampWithZone: return "timestamp(3) with time zone"
    case .array(let element): return "array(\(name(element)))"
    case .map(let key, let value): return "map(\(name(key)), \(name(value)))"
    case .row(let fields):
      let parts = fields.map { ($0.name.map { "\($0) " } ?? "") + name($0.type) }
      return "row(\(parts.joined(separator: ", ")))"
    case .null, .boolean, .tinyint, .smallint, .integer, .bigint, .real, .double, .decimal,
      .varchar, .char, .varbinary, .json, .date, .intervalYearToMonth, .intervalDayToSecond,
      .opaque:
      return "\(type)"
    }
  }
}
