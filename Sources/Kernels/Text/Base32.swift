/// Base32 (RFC 4648) with padding.
enum Base32 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

  static func append(_ bytes: ArraySlice<UInt8>, to out: inout [UInt8]) {
    var at = bytes.startIndex
    while at < bytes.endIndex {
      let count = min(5, bytes.endIndex - at)
      var group: UInt64 = 0
      for offset in 0..<5 { group = group << 8 | (offset < count ? UInt64(bytes[at + offset]) : 0) }
      let digits = (count * 8 + 4) / 5
      for position in 0..<8 {
        out.append(
          position < digits ? alphabet[Int(group >> UInt64(35 - 5 * position) & 31)] : 0x3D)
      }
      at += count
    }
  }

  /// nil for other letters, or for digits that are no whole bytes.
  static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var digits = text
    while digits.last == 0x3D { digits = digits.dropLast() }
    guard [0, 2, 4, 5, 7].contains(digits.count % 8) else { return nil }
    var out: [UInt8] = []
    var group: UInt64 = 0
    var bits: UInt64 = 0
    for byte in digits {
      let value: UInt8
      switch byte {
      case 0x41...0x5A: value = byte - 0x41
      case 0x61...0x7A: value = byte - 0x61
      case 0x32...0x37: value = byte - 0x32 + 26
      default: return nil
      }
      group = (group << 5 | UInt64(value)) & 0xFFFF
      bits += 5
      if bits >= 8 {
        bits -= 8
        out.append(UInt8(truncatingIfNeeded: group >> bits))
      }
    }
    return out
  }
}
