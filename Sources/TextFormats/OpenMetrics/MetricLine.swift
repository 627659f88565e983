import Columns
import Files

/// One line of an exposition and how far it is read.
struct MetricLine {
  private let bytes: [UInt8]
  private let number: Int
  private let file: String
  private let isOpenMetrics: Bool
  private var position = 0

  init(_ text: ArraySlice<UInt8>, number: Int, file: String, isOpenMetrics: Bool) {
    bytes = Array(text.last == 0x0D ? text.dropLast() : text)
    self.number = number
    self.file = file
    self.isOpenMetrics = isOpenMetrics
  }

  var isAtEnd: Bool { position == bytes.count }
  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
  var rest: ArraySlice<UInt8> { bytes[position...] }

  mutating func skip() { position = min(position + 1, bytes.count) }

  mutating func skipBlanks() {
    while let byte = peek, byte == 0x20 || byte == 0x09 { position += 1 }
  }

  /// The next word, blanks before it passed over.
  mutating func word() -> String {
    skipBlanks()
    let start = position
    while let byte = peek, byte != 0x20, byte != 0x09 { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// What is left, without the blanks around it.
  mutating func remaining() -> String {
    skipBlanks()
    var end = bytes.count
    while end > position, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    defer { position = bytes.count }
    return String(decoding: bytes[position..<end], as: UTF8.self)
  }

  /// The name of a family in a comment, quoted or not.
  mutating func familyName() throws(FormatError) -> String {
    skipBlanks()
    return peek == UInt8(ascii: "\"") ? try quoted() : try name(allowsColon: true)
  }

  // MARK: Samples

  /// The sample that the line is.
  mutating func sample(_ families: MetricFamilies) throws(FormatError) -> MetricSample {
    skipBlanks()
    var name: String?
    if peek != UInt8(ascii: "{") { name = try self.name(allowsColon: true) }
    skipBlanks()
    var labels: [MetricLabel] = []
    if take(UInt8(ascii: "{")) { labels = try self.labels(&name) }
    guard let name else { throw failure("expected the name of a metric") }
    let value = try number(of: "the value of '\(name)'")
    skipBlanks()
    var timestamp: Int64?
    if let byte = peek, byte != UInt8(ascii: "#") { timestamp = try time() }
    skipBlanks()
    if take(UInt8(ascii: "#")) { try skipExemplar() }
    skipBlanks()
    guard isAtEnd else { throw unexpected("the end of the line") }
    return MetricSample(
      name: name, labels: labels, value: value, timestamp: timestamp,
      type: families.type(of: name), unit: families.unit(of: name), line: number)
  }

  /// Labels up to the closing brace; a quoted name alone is the metric's.
  private mutating func labels(_ metric: inout String?) throws(FormatError) -> [MetricLabel] {
    var labels: [MetricLabel] = []
    skipBlanks()
    while !take(UInt8(ascii: "}")) {
      let isQuoted = peek == UInt8(ascii: "\"")
      let name = isQuoted ? try quoted() : try self.name(allowsColon: false)
      skipBlanks()
      if take(UInt8(ascii: "=")) {
        skipBlanks()
        guard peek == UInt8(ascii: "\"") else { throw unexpected("a value in double quotes") }
        let value = try quoted()
        guard !labels.contains(where: { $0.name == name }) else {
          throw failure("label '\(name)' is there twice")
        }
        labels.append(MetricLabel(name: name, value: value))
      } else if isQuoted && metric == nil {
        metric = name
      } else {
        throw unexpected("'=' behind the label '\(name)'")
      }
      skipBlanks()
      if take(UInt8(ascii: ",")) {
        skipBlanks()
      } else if peek != UInt8(ascii: "}") {
        throw unexpected("',' or '}'")
      }
    }
    return labels
  }

  /// The time behind a value: seconds in OpenMetrics, milliseconds in the older text.
  private mutating func time() throws(FormatError) -> Int64 {
    let start = position
    let text = word()
    if isOpenMetrics {
      guard let seconds = NumberText.double(Array(text.utf8)),
        let time = Int64(exactly: (seconds * 1e6).rounded()), isPossible(time)
      else {
        position = start
        throw failure("expected a time in seconds since 1970, found '\(text.prefix(40))'")
      }
      return time
    }
    let digits = text.hasPrefix("+") ? text.dropFirst() : Substring(text)
    guard let milliseconds = Int64(digits) else {
      position = start
      throw failure(
        "expected a time in milliseconds since 1970, found '\(text.prefix(40))'; times in seconds "
          + "are for texts that end with '# EOF'")
    }
    let time = milliseconds.multipliedReportingOverflow(by: 1000)
    guard !time.overflow, isPossible(time.partialValue) else {
      position = start
      throw failure("'\(text.prefix(40))' is no time between the years 1 and 9999")
    }
    return time.partialValue
  }

  private func isPossible(_ time: Int64) -> Bool {
    (-62_135_596_800_000_000..<253_402_300_800_000_000).contains(time)
  }

  /// Behind `#`: an example of what was measured, which is read and left.
  private mutating func skipExemplar() throws(FormatError) {
    guard isOpenMetrics else {
      throw failure(
        "an exemplar is of OpenMetrics, which ends with '# EOF': the file may be incomplete")
    }
    skipBlanks()
    guard take(UInt8(ascii: "{")) else { throw unexpected("'{' of an exemplar") }
    var none: String? = ""
    _ = try labels(&none)
    _ = try number(of: "the exemplar's value")
    skipBlanks()
    if !isAtEnd { _ = try time() }
  }

  // MARK: Words

  private mutating func name(allowsColon: Bool) throws(FormatError) -> String {
    let start = position
    while let byte = peek {
      let isLetter = (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
      let isDigit = (0x30...0x39).contains(byte) && position > start
      guard isLetter || isDigit || byte == UInt8(ascii: ":") && allowsColon else { break }
      position += 1
    }
    guard position > start else { throw unexpected("a name") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// Text in double quotes, in which `\\`, `\"` and `\n` stand for one character.
  private mutating func quoted() throws(FormatError) -> String {
    let start = position
    position += 1
    var text: [UInt8] = []
    while let byte = peek, byte != UInt8(ascii: "\"") {
      position += 1
      guard byte == UInt8(ascii: "\\"), let escaped = peek else {
        text.append(byte)
        continue
      }
      position += 1
      switch escaped {
      case UInt8(ascii: "n"): text.append(0x0A)
      case UInt8(ascii: "\\"), UInt8(ascii: "\""): text.append(escaped)
      // Anything else stands for itself, the backslash too.
      default: text += [byte, escaped]
      }
    }
    guard take(UInt8(ascii: "\"")) else {
      position = start
      throw failure("the text that starts here is never closed")
    }
    guard let valid = String(validating: text, as: UTF8.self) else {
      position = start
      throw failure("the text is not valid UTF-8")
    }
    return valid
  }

  private mutating func number(of what: String) throws(FormatError) -> Double {
    skipBlanks()
    let start = position
    let text = word()
    if let number = MetricLine.number(text) { return number }
    position = start
    throw text.isEmpty
      ? failure("expected \(what), found the end of the line: the file may be incomplete")
      : failure("expected \(what), found '\(text.prefix(40))'")
  }

  private static func number(_ text: String) -> Double? {
    switch text.lowercased() {
    case "nan": .nan
    case "inf", "+inf", "infinity", "+infinity": .infinity
    case "-inf", "-infinity": -.infinity
    default: NumberText.double(Array(text.utf8))
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    position += 1
    return true
  }

  // MARK: Messages

  private func unexpected(_ expected: String) -> FormatError {
    guard let byte = peek else {
      return failure("expected \(expected), found the end of the line: the file may be incomplete")
    }
    let found =
      (0x21...0x7E).contains(byte)
      ? "'\(Character(Unicode.Scalar(byte)))'" : byte == 0x20 ? "a blank" : "byte \(byte)"
    return failure("expected \(expected), found \(found)")
  }

  func failure(_ sentence: String) -> FormatError {
    FormatError(file, at: "line \(number), column \(position + 1)", sentence)
  }
}
