import Columns

/// Case, length, parts and replacement of text; positions and lengths count code points.
enum StringFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "length", summary: "The number of characters, or of bytes of a VARBINARY.",
      overloads: [
        .map([.exactly(.varchar)], to: .bigint) { (text: Text) in Int64(text.codePointCount) },
        .map([.exactly(.varbinary)], to: .bigint) { (bytes: Text) in Int64(bytes.count) },
      ]),
    ScalarFunction(
      "lower", summary: "The text in lower case.",
      overloads: [.text([.exactly(.varchar)], LetterCase.appendLower)]),
    ScalarFunction(
      "upper", summary: "The text in upper case.",
      overloads: [.text([.exactly(.varchar)], LetterCase.appendUpper)]),
    trim("trim", "Drops blanks, or the characters given, from both ends.", left: true, right: true),
    trim(
      "ltrim", "Drops blanks, or the characters given, from the start.", left: true, right: false),
    trim("rtrim", "Drops blanks, or the characters given, from the end.", left: false, right: true),
    substring("substr"),
    substring("substring"),
    ScalarFunction(
      "left", summary: "The first characters, as many as asked for.",
      overloads: [
        .text([.exactly(.varchar), .exactly(.bigint)]) { (text: Text, count: Int64, out) in
          out += Substring.slice(text, from: 1, length: max(count, 0))
        }
      ]),
    ScalarFunction(
      "right", summary: "The last characters, as many as asked for.",
      overloads: [
        .text([.exactly(.varchar), .exactly(.bigint)]) { (text: Text, count: Int64, out) in
          guard count > 0 else { return }
          out +=
            count >= Int64(text.codePointCount)
            ? text : Substring.slice(text, from: -count, length: .max)
        }
      ]),
    ScalarFunction(
      "reverse", summary: "The characters, or an array's elements, in reverse order.",
      overloads: [
        .text([.exactly(.varchar)]) { (text: Text, out) in
          for scalar in text.codePoints.reversed() { UTF8Text.append(scalar, to: &out) }
        },
        .text([.exactly(.varbinary)], to: .varbinary) { (bytes: Text, out) in
          out += bytes.reversed()
        },
        .values([.array(.variable("T"))], result: { $0[0] }) { arguments, _ in
          .array(arguments[0].elements.reversed())
        },
      ]),
    ScalarFunction(
      "replace", summary: "Every occurrence of a text replaced by another, or removed.",
      overloads: [
        .text([.exactly(.varchar), .exactly(.varchar)]) { (text: Text, old: Text, out) in
          Replacement.append(text, replacing: old, with: [], to: &out)
        },
        .text([.exactly(.varchar), .exactly(.varchar), .exactly(.varchar)]) {
          (text: Text, old: Text, new: Text, out) in
          Replacement.append(text, replacing: old, with: new, to: &out)
        },
      ]),
    ScalarFunction(
      "translate", summary: "Characters of the second text replaced by those of the third.",
      overloads: [
        .text([.exactly(.varchar), .exactly(.varchar), .exactly(.varchar)]) {
          (text: Text, from: Text, to: Text, out) in
          let targets = to.codePoints
          var mapping: [UInt32: UInt32?] = [:]
          for (position, scalar) in from.codePoints.enumerated() where mapping[scalar] == nil {
            mapping[scalar] = .some(position < targets.count ? targets[position] : nil)
          }
          for scalar in text.codePoints {
            guard let replacement = mapping[scalar] ?? .some(scalar) else { continue }
            UTF8Text.append(replacement, to: &out)
          }
        }
      ]),
    padding("lpad", "Filled or cut to a length at the start.", atStart: true),
    padding("rpad", "Filled or cut to a length at the end.", atStart: false),
    ScalarFunction(
      "chr", summary: "The character of a Unicode code point.",
      overloads: [
        .text([.exactly(.bigint)]) { (code: Int64, out) in
          guard let scalar = UInt32(exactly: code), Unicode.Scalar(scalar) != nil else {
            throw EvaluationError("not a valid Unicode code point: \(code)")
          }
          UTF8Text.append(scalar, to: &out)
        }
      ]),
    ScalarFunction(
      "codepoint", summary: "The Unicode code point of a single character.",
      overloads: [
        .map([.exactly(.varchar)], to: .integer) { (text: Text) -> Int64? in
          guard text.codePointCount == 1 else {
            throw EvaluationError("expected a single character, found '\(text.string)'")
          }
          return Int64(text.codePoint(at: text.startIndex).scalar)
        }
      ]),
  ]

  private static func trim(_ name: String, _ summary: String, left: Bool, right: Bool)
    -> ScalarFunction
  {
    ScalarFunction(
      name, summary: summary,
      overloads: [
        .text([.exactly(.varchar)]) { (text: Text, out) in
          out += Trimming.trim(text, left: left, right: right, Trimming.isSpace)
        },
        .text([.exactly(.varchar), .exactly(.varchar)]) { (text: Text, characters: Text, out) in
          let set = characters.codePoints
          out += Trimming.trim(text, left: left, right: right) { set.contains($0) }
        },
      ])
  }

  private static func substring(_ name: String) -> ScalarFunction {
    ScalarFunction(
      name, summary: "From a position (1 is the first, −1 the last character), of a length.",
      overloads: [
        .text([.exactly(.varchar), .exactly(.bigint)]) { (text: Text, start: Int64, out) in
          out += Substring.slice(text, from: start, length: .max)
        },
        .text([.exactly(.varchar), .exactly(.bigint), .exactly(.bigint)]) {
          (text: Text, start: Int64, length: Int64, out) in
          out += Substring.slice(text, from: start, length: length)
        },
        .text([.exactly(.varbinary), .exactly(.bigint)], to: .varbinary) {
          (bytes: Text, start: Int64, out) in
          out += Substring.bytes(bytes, from: start, length: .max)
        },
        .text([.exactly(.varbinary), .exactly(.bigint), .exactly(.bigint)], to: .varbinary) {
          (bytes: Text, start: Int64, length: Int64, out) in
          out += Substring.bytes(bytes, from: start, length: length)
        },
      ])
  }

  private static func padding(_ name: String, _ summary: String, atStart: Bool) -> ScalarFunction {
    ScalarFunction(
      name, summary: summary,
      overloads: [
        .text([.exactly(.varchar), .exactly(.bigint), .exactly(.varchar)]) {
          (text: Text, length: Int64, fill: Text, out) in
          try Padding.check(length, fill, "text")
          let missing = Int(length) - text.codePointCount
          guard missing > 0 else {
            out += Substring.slice(text, from: 1, length: length)
            return
          }
          if !atStart { out += text }
          Padding.append(missing, of: fill, to: &out)
          if atStart { out += text }
        },
        .text([.exactly(.varbinary), .exactly(.bigint), .exactly(.varbinary)], to: .varbinary) {
          (bytes: Text, length: Int64, fill: Text, out) in
          try Padding.check(length, fill, "bytes")
          let kept = bytes.prefix(Int(length))
          let missing = Int(length) - kept.count
          if !atStart { out += kept }
          for _ in 0..<(missing / fill.count) { out += fill }
          out += fill.prefix(missing % fill.count)
          if atStart { out += kept }
        },
      ])
  }
}

enum Padding {
  static func check(_ length: Int64, _ fill: Text, _ kind: String) throws {
    guard (0...CallLimits.textLength).contains(length) else {
      throw EvaluationError("expected a length from 0 to \(CallLimits.textLength), found \(length)")
    }
    guard !fill.isEmpty else {
      throw EvaluationError("the padding \(kind) \(kind == "text" ? "is" : "are") empty")
    }
  }

  /// `count` characters, `fill` over and over.
  static func append(_ count: Int, of fill: Text, to out: inout [UInt8]) {
    let width = fill.codePointCount
    for _ in 0..<(count / width) { out += fill }
    out += Substring.slice(fill, from: 1, length: Int64(count % width))
  }
}

enum Substring {
  /// Trino's substr: positions from 1, negative ones from the end, nothing where out of the text.
  static func slice(_ text: Text, from start: Int64, length: Int64) -> Text {
    guard start != 0, length > 0, !text.isEmpty else { return [] }
    var first = text.startIndex
    if start > 0 {
      first = text.index(first, movedByCodePoints: Int(clamping: start - 1))
    } else {
      let count = Int64(text.codePointCount)
      guard start >= -count else { return [] }
      first = text.index(first, movedByCodePoints: Int(count + start))
    }
    if length >= Int64(text.endIndex - first) { return text[first...] }
    return text[first..<text.index(first, movedByCodePoints: Int(length))]
  }
}

extension Substring {
  /// The same over bytes.
  static func bytes(_ bytes: Text, from start: Int64, length: Int64) -> Text {
    let count = Int64(bytes.count)
    guard start != 0, length > 0, start >= -count, start <= count else { return [] }
    let first = start > 0 ? start - 1 : count + start
    return bytes.dropFirst(Int(first)).prefix(Int(min(length, count - first)))
  }
}

enum Trimming {
  /// White space, but for the spaces at which no line breaks.
  ///
  /// Source: Java's `Character.isWhitespace`, which Trino asks.
  static func isSpace(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x09...0x0D, 0x1C...0x20: true
    case ..<0x80: false
    case 0x1680, 0x2000...0x2006, 0x2008...0x200A, 0x2028, 0x2029, 0x205F, 0x3000: true
    default: false
    }
  }

  static func trim(_ text: Text, left: Bool, right: Bool, _ drops: (UInt32) -> Bool) -> Text {
    var start = text.startIndex
    var end = text.endIndex
    while left && start < end {
      let (scalar, next) = text.codePoint(at: start)
      guard drops(scalar) else { break }
      start = next
    }
    while right && end > start {
      var at = end - 1
      while at > start && UTF8Text.isContinuation(text[at]) { at -= 1 }
      guard drops(text[..<end].codePoint(at: at).scalar) else { break }
      end = at
    }
    return text[start..<end]
  }
}

enum Replacement {
  /// An empty `old` stands between all characters and at both ends.
  static func append(_ text: Text, replacing old: Text, with new: Text, to out: inout [UInt8]) {
    var at = text.startIndex
    if old.isEmpty {
      while at < text.endIndex {
        let next = text.codePoint(at: at).next
        out += new
        out += text[at..<next]
        at = next
      }
      out += new
      return
    }
    while let found = text.firstIndex(of: old, from: at) {
      out += text[at..<found]
      out += new
      at = found + old.count
    }
    out += text[at...]
  }
}

/// Case mapping, one code point to one code point as in Java.
enum LetterCase {
  @Sendable
  static func appendLower(_ text: Text, _ out: inout [UInt8]) {
    guard text.isASCII else { return appendMapped(text, to: &out, \.lowercaseMapping) }
    for byte in text { out.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte) }
  }

  @Sendable
  static func appendUpper(_ text: Text, _ out: inout [UInt8]) {
    guard text.isASCII else { return appendMapped(text, to: &out, \.uppercaseMapping) }
    for byte in text { out.append((0x61...0x7A).contains(byte) ? byte & 0xDF : byte) }
  }

  private static func appendMapped(
    _ text: Text, to out: inout [UInt8], _ mapping: (Unicode.Scalar.Properties) -> String
  ) {
    for code in text.codePoints {
      guard let scalar = Unicode.Scalar(code) else {
        UTF8Text.append(code, to: &out)
        continue
      }
      let mapped = mapping(scalar.properties).unicodeScalars
      UTF8Text.append((mapped.count == 1 ? mapped.first ?? scalar : scalar).value, to: &out)
    }
  }
}

extension Value {
  /// The elements of an ARRAY or the fields of a ROW.
  var elements: [Value] {
    switch self {
    case .array(let elements), .row(let elements): elements
    default: []
    }
  }

  var entries: [MapEntry] {
    if case .map(let entries) = self { entries } else { [] }
  }

  /// The bytes of a text.
  var text: Text {
    if case .bytes(let bytes) = self { bytes[...] } else { [] }
  }
}
