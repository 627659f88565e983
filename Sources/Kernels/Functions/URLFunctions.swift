import Columns

/// The parts of a URL (RFC 3986), and percent-encoding.
enum URLFunctions {
  static let all: [ScalarFunction] = [
    part("url_extract_protocol", "The scheme of a URL.", \.scheme),
    part("url_extract_host", "The host of a URL.", \.host),
    part("url_extract_path", "The path of a URL.", \.path),
    part("url_extract_query", "The query of a URL.", \.query),
    part("url_extract_fragment", "The fragment of a URL.", \.fragment),
    ScalarFunction(
      "url_extract_port", summary: "The port of a URL; NULL if it names none.",
      overloads: [
        .map([.exactly(.varchar)], to: .bigint) { (text: Text) in
          URLParts(text)?.port.flatMap { NumberText.int64($0) }
        }
      ]),
    ScalarFunction(
      "url_extract_parameter", summary: "The first value of a parameter of a URL's query.",
      overloads: [
        .optionalText([.exactly(.varchar), .exactly(.varchar)]) {
          (text: Text, name: Text, out: inout [UInt8]) in
          for pair in URLParts(text)?.query?.split(separator: 0x26) ?? [] {
            let equals = pair.firstIndex(of: 0x3D) ?? pair.endIndex
            guard pair[..<equals] == name else { continue }
            out += PercentEncoding.decoded(pair[equals...].dropFirst()) ?? []
            return true
          }
          return false
        }
      ]),
    ScalarFunction(
      "url_encode", summary: "A text percent-encoded for a query.",
      overloads: [.text([.exactly(.varchar)], PercentEncoding.append)]),
    ScalarFunction(
      "url_decode", summary: "A text with its percent-encoding resolved.",
      overloads: [
        .text([.exactly(.varchar)]) { (text: Text, out) in
          guard let decoded = PercentEncoding.decoded(text) else {
            throw EvaluationError(
              "expected percent-encoded text, found '\(text.prefix(40).string)'")
          }
          out += decoded.string.utf8
        }
      ]),
  ]

  private static func part(
    _ name: String, _ summary: String, _ part: @escaping @Sendable (URLParts) -> Text?
  ) -> ScalarFunction {
    ScalarFunction(
      name, summary: summary,
      overloads: [
        .optionalText([.exactly(.varchar)]) { (text: Text, out: inout [UInt8]) in
          guard let url = URLParts(text) else { return false }
          out += PercentEncoding.decoded(part(url) ?? [], plus: 0x2B) ?? []
          return true
        }
      ])
  }
}

/// The parts of a URL as they are written; nil where there is none, and for text that is no URL.
struct URLParts {
  private(set) var scheme: Text?
  private(set) var host: Text?
  private(set) var port: Text?
  private(set) var path: Text?
  private(set) var query: Text?
  private(set) var fragment: Text?

  init?(_ text: Text) {
    guard URLParts.isPossible(text) else { return nil }
    var rest = text
    if let hash = rest.firstIndex(of: 0x23) {
      fragment = rest[(hash + 1)...]
      rest = rest[..<hash]
    }
    if let mark = rest.firstIndex(of: 0x3F) {
      query = rest[(mark + 1)...]
      rest = rest[..<mark]
    }
    if let colon = rest.firstIndex(of: 0x3A),
      !rest[..<colon].isEmpty, !rest[..<colon].contains(0x2F)
    {
      scheme = rest[..<colon]
      rest = rest[(colon + 1)...]
    }
    if rest.starts(with: [0x2F, 0x2F]) {
      rest = rest.dropFirst(2)
      let end = rest.firstIndex(of: 0x2F) ?? rest.endIndex
      readAuthority(rest[..<end])
      rest = rest[end...]
    }
    // `mailto:someone` has neither host nor path.
    path = scheme == nil || host != nil || rest.first == 0x2F ? rest : []
  }

  /// No blanks, quotes and brackets of some kinds, and two digits behind each percent sign.
  private static func isPossible(_ text: Text) -> Bool {
    for (at, byte) in zip(text.indices, text) {
      switch byte {
      case 0...0x20, 0x22, 0x3C, 0x3E, 0x5C, 0x5E, 0x60, 0x7B, 0x7C, 0x7D, 0x7F: return false
      case 0x25:
        guard at + 2 < text.endIndex, HexText.digit(text[at + 1]) != nil,
          HexText.digit(text[at + 2]) != nil
        else { return false }
      default: break
      }
    }
    return true
  }

  private mutating func readAuthority(_ authority: Text) {
    var name = authority
    if let at = name.lastIndex(of: 0x40) { name = name[(at + 1)...] }
    let bracket = name.lastIndex(of: 0x5D) ?? name.startIndex
    if let colon = name[bracket...].lastIndex(of: 0x3A) {
      port = name[(colon + 1)...]
      name = name[..<colon]
    }
    host = name
  }
}

enum PercentEncoding {
  /// As HTML forms: letters, digits and `-_.*` stay, a blank becomes `+`.
  @Sendable
  static func append(_ text: Text, to out: inout [UInt8]) {
    for byte in text {
      let isPlain =
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte)
        || [0x2D, 0x5F, 0x2E, 0x2A].contains(byte)
      if isPlain {
        out.append(byte)
      } else if byte == 0x20 {
        out.append(0x2B)
      } else {
        out.append(0x25)
        out.append(HexText.upper[Int(byte >> 4)])
        out.append(HexText.upper[Int(byte & 15)])
      }
    }
  }

  /// nil when a percent sign has no two digits after it.
  static func decoded(_ text: Text, plus: UInt8 = 0x20) -> Text? {
    var out: [UInt8] = []
    var at = text.startIndex
    while at < text.endIndex {
      let byte = text[at]
      at += 1
      guard byte == 0x25 else {
        out.append(byte == 0x2B ? plus : byte)
        continue
      }
      guard at + 1 < text.endIndex, let high = HexText.digit(text[at]),
        let low = HexText.digit(text[at + 1])
      else { return nil }
      out.append(high << 4 | low)
      at += 2
    }
    return out[...]
  }
}
