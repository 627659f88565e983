/// Writes JSON text.
package enum JSONText {
  /// Appends a value; `indent` nil writes it on one line, else members get a line each, two spaces deeper
  /// than `indent`.
  package static func append(_ value: JSONValue, to out: inout [UInt8], indent: Int? = nil) {
    switch value {
    case .null: out += "null".utf8
    case .boolean(let value): out += (value ? "true" : "false").utf8
    case .number(let text): out += text.utf8
    case .string(let text): append(string: text.utf8, to: &out)
    case .array(let elements):
      appendList(elements, "[", "]", to: &out, indent: indent) { element, out, deeper in
        append(element, to: &out, indent: deeper)
      }
    case .object(let object):
      appendList(object.members, "{", "}", to: &out, indent: indent) { member, out, deeper in
        append(string: member.key.utf8, to: &out)
        out.append(UInt8(ascii: ":"))
        if deeper != nil { out.append(0x20) }
        append(member.value, to: &out, indent: deeper)
      }
    }
  }

  /// Appends a string with its quotes; what is not UTF-8 must not be passed.
  package static func append(string text: some Collection<UInt8>, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        out.append(UInt8(ascii: "\\"))
        out.append(byte)
      case 0x20...: out.append(byte)
      case 0x0A: out += "\\n".utf8
      case 0x0D: out += "\\r".utf8
      case 0x09: out += "\\t".utf8
      default:
        out += "\\u00".utf8
        out.append(hexadecimal(byte >> 4))
        out.append(hexadecimal(byte & 15))
      }
    }
    out.append(UInt8(ascii: "\""))
  }

  private static func hexadecimal(_ digit: UInt8) -> UInt8 {
    digit < 10 ? digit + 0x30 : digit + 0x57
  }

  private static func appendList<T>(
    _ list: [T], _ open: Unicode.Scalar, _ close: Unicode.Scalar, to out: inout [UInt8],
    indent: Int?, _ body: (T, inout [UInt8], Int?) -> Void
  ) {
    out.append(UInt8(ascii: open))
    for (position, element) in list.enumerated() {
      if position > 0 { out.append(UInt8(ascii: ",")) }
      if let indent { newLine(indent + 2, &out) }
      body(element, &out, indent.map { $0 + 2 })
    }
    if let indent, !list.isEmpty { newLine(indent, &out) }
    out.append(UInt8(ascii: close))
  }

  private static func newLine(_ indent: Int, _ out: inout [UInt8]) {
    out.append(0x0A)
    out.append(contentsOf: repeatElement(0x20, count: indent))
  }
}

extension JSONValue {
  /// The document as text, on one line or indented by two spaces.
  package func serialized(pretty: Bool = false) -> [UInt8] {
    var out: [UInt8] = []
    JSONText.append(self, to: &out, indent: pretty ? 0 : nil)
    return out
  }
}

extension JSONValue: CustomStringConvertible {
  /// The document on one line.
  package var description: String { String(decoding: serialized(), as: UTF8.self) }
}
