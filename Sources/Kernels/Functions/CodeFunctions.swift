import Columns

/// Codes and checks of words and numbers.
enum CodeFunctions {
  private static let text = ParameterType.exactly(.varchar)

  static let all: [ScalarFunction] = [
    ScalarFunction(
      "soundex", summary: "A letter and three digits for how a word sounds in English.",
      overloads: [.text([text]) { (word: Text, out) in try appendSoundex(word, to: &out) }]),
    ScalarFunction(
      "luhn_check", summary: "Whether the last digit of a number is its check digit.",
      overloads: [
        .map([text], to: .boolean) { (digits: Text) -> Bool? in
          guard !digits.isEmpty else { return false }
          var sum = 0
          for (position, byte) in digits.reversed().enumerated() {
            guard byte &- 0x30 <= 9 else {
              throw EvaluationError("expected digits, found '\(digits.prefix(40).string)'")
            }
            let digit = Int(byte - 0x30)
            sum += position % 2 == 0 ? digit : (digit * 2) / 10 + (digit * 2) % 10
          }
          return sum % 10 == 0
        }
      ]),
    ScalarFunction(
      "split_to_multimap", summary: "Pairs between separators, as a map from key to its values.",
      overloads: [
        .values(
          [text, text, text], result: { _ in .map(key: .varchar, value: .array(.varchar)) }
        ) { arguments, _ in
          let entrySeparator = arguments[1].text
          let keySeparator = arguments[2].text
          guard !entrySeparator.isEmpty, !keySeparator.isEmpty, entrySeparator != keySeparator
          else {
            throw EvaluationError("expected two separators that differ and are not empty")
          }
          var positions: [Text: Int] = [:]
          var entries: [(key: Text, values: [Value])] = []
          for part in try Splitting.parts(arguments[0].text, entrySeparator, limit: .max)
          where !part.isEmpty {
            let pair = try Splitting.parts(part, keySeparator, limit: .max)
            guard pair.count == 2 else {
              throw EvaluationError("expected one key and one value, found '\(part.string)'")
            }
            let position = positions[pair[0]] ?? entries.count
            if position == entries.count {
              positions[pair[0]] = position
              entries.append((pair[0], []))
            }
            entries[position].values.append(.bytes(Array(pair[1])))
          }
          return .map(
            entries.map { MapEntry(key: .bytes(Array($0.key)), value: .array($0.values)) })
        }
      ]),
    ScalarFunction(
      "format_number", summary: "A number with a letter for its size: 123456 as 123K.",
      overloads: [
        .text([.exactly(.bigint)]) { (value: Int64, out) in
          appendCount(Double(value), to: &out)
        },
        .text([.exactly(.double)]) { (value: Double, out) in appendCount(value, to: &out) },
      ]),
    sizes("parse_data_size"), sizes("parse_presto_data_size"),
  ]

  /// Letters of one code next to each other, or with H or W between them, count once.
  private static func appendSoundex(_ word: Text, to out: inout [UInt8]) throws {
    let codes = Array("01230120022455012623010202".utf8)
    var previous: UInt8 = 0
    let start = out.count
    for byte in word {
      let letter = byte & 0xDF
      guard (0x41...0x5A).contains(letter), byte < 0x80 else {
        throw EvaluationError("expected letters, found '\(word.prefix(40).string)'")
      }
      let code = codes[Int(letter - 0x41)]
      if out.count == start {
        out.append(letter)
      } else if code != 0x30, code != previous, out.count < start + 4 {
        out.append(code)
      }
      if letter != UInt8(ascii: "H"), letter != UInt8(ascii: "W") { previous = code }
    }
    guard out.count > start else { return }
    while out.count < start + 4 { out.append(0x30) }
  }

  /// Three significant digits and K, M, B, T or Q.
  private static func appendCount(_ value: Double, to out: inout [UInt8]) {
    guard value.isFinite else { return NumberText.append(value, to: &out) }
    let units = ["", "K", "M", "B", "T", "Q"]
    var scaled = value.magnitude
    var unit = 0
    while scaled >= 1000, unit < units.count - 1 {
      scaled /= 1000
      unit += 1
    }
    if value < 0 { out.append(0x2D) }
    let decimals = scaled < 10 ? 2 : scaled < 100 ? 1 : 0
    let factor: Double = [1, 10, 100][decimals]
    let rounded = (scaled * factor).rounded(.toNearestOrEven)
    guard let digits = Int128(exactly: rounded) else { return }
    var text: [UInt8] = []
    NumberText.append(digits, scale: decimals, to: &text)
    if decimals > 0 {
      while text.last == 0x30 { text.removeLast() }
      if text.last == 0x2E { text.removeLast() }
    }
    out += text
    out += units[unit].utf8
  }

  private static func sizes(_ name: String) -> ScalarFunction {
    let units = Array("BkMGTPEZY")
    return ScalarFunction(
      name, summary: "The bytes of a size such as 2.3MB, which is 2.3 × 1024 × 1024.",
      overloads: [
        .map([text], to: .decimal(precision: 38, scale: 0)) { (text: Text) -> Int128? in
          let split = text.firstIndex { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A } ?? text.endIndex
          let digits = Array(text[..<split])
          let unit = text[split...].string
          let letter = unit == "B" ? "B" : unit.count == 2 && unit.hasSuffix("B") ? unit.first : nil
          guard let letter, let power = units.firstIndex(of: letter),
            let number = DecimalParts(digits.span, 0, digits.count),
            number.mantissa >= 0, number.exponent <= 0, number.exponent > -30
          else {
            throw EvaluationError(
              "expected a size such as 2.3MB, found '\(text.prefix(40).string)'")
          }
          var value = number.mantissa
          var overflow = false
          for _ in 0..<power where !overflow {
            (value, overflow) = value.multipliedReportingOverflow(by: 1024)
          }
          let result = value / DecimalMath.powerOfTen(-number.exponent)
          guard !overflow, DecimalMath.fits(result, precision: 38) else {
            throw EvaluationError("the size is too large: '\(text.prefix(40).string)'")
          }
          return result
        }
      ])
  }
}
