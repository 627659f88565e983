/// JSON strings to and from plain text.
enum JSONText {
  /// The text between quotes with its escapes resolved; nil for an escape that JSON does not have.
  static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var out: [UInt8] = []
    out.reserveCapacity(text.count)
    var at = text.startIndex
    while at < text.endIndex {
      let byte = text[at]
      at += 1
      guard byte == 0x5C else {
        out.append(byte)
        continue
      }
      guard at < text.endIndex else { return nil }
      let escape = text[at]
      at += 1
      switch escape {
      case 0x22, 0x5C, 0x2F: out.append(escape)
      case 0x62: out.append(0x08)
      case 0x66: out.append(0x0C)
      case 0x6E: out.append(0x0A)
      case 0x72: out.append(0x0D)
      case 0x74: out.append(0x09)
      case 0x75:
        guard let scalar = scalar(text, &at) else { return nil }
        UTF8Text.append(scalar, to: &out)
      default: return nil
      }
    }
    return out
  }

  /// The four hex digits at `at`, and the second half of a surrogate pair; a lone half becomes U+FFFD.
  private static func scalar(_ text: ArraySlice<UInt8>, _ at: inout Int) -> UInt32? {
    guard let unit = hex(text, at) else { return nil }
    at += 4
    guard (0xD800...0xDFFF).contains(unit) else { return unit }
    guard unit < 0xDC00, at + 6 <= text.endIndex, text[at] == 0x5C, text[at + 1] == 0x75,
      let low = hex(text, at + 2), (0xDC00...0xDFFF).contains(low)
    else { return 0xFFFD }
    at += 6
    return 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
  }

  private static func hex(_ text: ArraySlice<UInt8>, _ start: Int) -> UInt32? {
    guard start + 4 <= text.endIndex else { return nil }
    var value: UInt32 = 0
    for byte in text[start..<(start + 4)] {
      guard let digit = HexText.digit(byte) else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  /// A text as a JSON string with its quotes.
  static func appendQuoted(_ text: ArraySlice<UInt8>, to out: inout [UInt8]) {
    out.append(0x22)
    for byte in text {
      switch byte {
      case 0x22, 0x5C:
        out.append(0x5C)
        out.append(byte)
      case 0x08: out.append(contentsOf: [0x5C, 0x62])
      case 0x0C: out.append(contentsOf: [0x5C, 0x66])
      case 0x0A: out.append(contentsOf: [0x5C, 0x6E])
      case 0x0D: out.append(contentsOf: [0x5C, 0x72])
      case 0x09: out.append(contentsOf: [0x5C, 0x74])
      case ..<0x20:
        out.append(contentsOf: [0x5C, 0x75, 0x30, 0x30])
        out.append(HexText.upper[Int(byte >> 4)])
        out.append(HexText.upper[Int(byte & 15)])
      default: out.append(byte)
      }
    }
    out.append(0x22)
  }
}

/// Hexadecimal digits.
enum HexText {
  static let upper = Array("0123456789ABCDEF".utf8)

  static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
