/// Code points in UTF-8 text; damaged text is read byte by byte instead of trapping.
enum UTF8Text {
  /// The number of bytes of the code point that starts with `lead`.
  @inline(__always)
  static func width(_ lead: UInt8) -> Int {
    lead < 0xC0 ? 1 : (lead < 0xE0 ? 2 : (lead < 0xF0 ? 3 : 4))
  }

  /// Whether a byte continues a code point rather than starting one.
  @inline(__always)
  static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

  static func append(_ scalar: UInt32, to out: inout [UInt8]) {
    switch scalar {
    case ..<0x80: out.append(UInt8(scalar))
    case ..<0x800:
      out.append(0xC0 | UInt8(scalar >> 6))
      out.append(0x80 | UInt8(scalar & 0x3F))
    case ..<0x1_0000:
      out.append(0xE0 | UInt8(scalar >> 12))
      out.append(0x80 | UInt8(scalar >> 6 & 0x3F))
      out.append(0x80 | UInt8(scalar & 0x3F))
    default:
      out.append(0xF0 | UInt8(scalar >> 18 & 0x07))
      out.append(0x80 | UInt8(scalar >> 12 & 0x3F))
      out.append(0x80 | UInt8(scalar >> 6 & 0x3F))
      out.append(0x80 | UInt8(scalar & 0x3F))
    }
  }
}

/// A piece of a text column: what functions take for VARCHAR.
typealias Text = ArraySlice<UInt8>

extension ArraySlice<UInt8> {
  /// The number of code points.
  var codePointCount: Int {
    var count = 0
    for byte in self where !UTF8Text.isContinuation(byte) { count += 1 }
    return count
  }

  var isASCII: Bool { allSatisfy { $0 < 0x80 } }

  /// The index that lies `count` code points after `start`, at most `endIndex`.
  func index(_ start: Int, movedByCodePoints count: Int) -> Int {
    var at = start
    var left = count
    while left > 0 && at < endIndex {
      at += 1
      while at < endIndex && UTF8Text.isContinuation(self[at]) { at += 1 }
      left -= 1
    }
    return at
  }

  /// The code point at `index` and the index after it.
  func codePoint(at index: Int) -> (scalar: UInt32, next: Int) {
    let lead = self[index]
    let width = UTF8Text.width(lead)
    guard width > 1, index + width <= endIndex else { return (UInt32(lead), index + 1) }
    var scalar = UInt32(lead) & (width == 2 ? 0x1F : (width == 3 ? 0x0F : 0x07))
    for at in (index + 1)..<(index + width) {
      guard UTF8Text.isContinuation(self[at]) else { return (UInt32(lead), index + 1) }
      scalar = scalar << 6 | UInt32(self[at] & 0x3F)
    }
    return (scalar, index + width)
  }

  var codePoints: [UInt32] {
    var result: [UInt32] = []
    var at = startIndex
    while at < endIndex {
      let (scalar, next) = codePoint(at: at)
      result.append(scalar)
      at = next
    }
    return result
  }

  var string: String { String(decoding: self, as: UTF8.self) }
}
