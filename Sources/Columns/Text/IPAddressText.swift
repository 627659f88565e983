/// IP addresses as text: `10.0.0.1`, `2001:db8::1`.
///
/// Sources: RFC 4291, section 2.2, for what is read; RFC 5952, section 4, for what is written. IPv4
/// addresses are kept as the IPv6 addresses that RFC 4291, section 2.5.5.2, maps them to.
package enum IPAddressText {
  private static let mappedPrefix: [UInt8] = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]

  /// The sixteen bytes of an address; nil for text that is none.
  package static func parse(_ text: some Collection<UInt8>) -> [UInt8]? {
    let text = Array(text)
    return text.contains(UInt8(ascii: ":"))
      ? longAddress(text) : shortAddress(text[...]).map { mappedPrefix + $0 }
  }

  /// The sixteen bytes of an address of four or sixteen; nil for other counts.
  package static func address(bytes: [UInt8]) -> [UInt8]? {
    bytes.count == 4 ? mappedPrefix + bytes : bytes.count == 16 ? bytes : nil
  }

  /// Whether an address of sixteen bytes stands for an IPv4 address.
  package static func isShort(_ address: [UInt8]) -> Bool { address.starts(with: mappedPrefix) }

  /// Appends an address of sixteen bytes.
  package static func append(_ address: [UInt8], to out: inout [UInt8]) {
    guard address.count == 16 else { return }
    if isShort(address) {
      out += address.suffix(4).map { "\($0)" }.joined(separator: ".").utf8
      return
    }
    let groups = (0..<8).map { UInt16(address[2 * $0]) << 8 | UInt16(address[2 * $0 + 1]) }
    let zeros = longestRunOfZeros(groups)
    let words = groups.map { String($0, radix: 16) }
    guard zeros.count > 1 else {
      out += words.joined(separator: ":").utf8
      return
    }
    out += words[..<zeros.lowerBound].joined(separator: ":").utf8
    out += "::".utf8
    out += words[zeros.upperBound...].joined(separator: ":").utf8
  }

  /// The first of the longest.
  private static func longestRunOfZeros(_ groups: [UInt16]) -> Range<Int> {
    var longest = 0..<0
    var start = 0
    for position in 0...groups.count where position == groups.count || groups[position] != 0 {
      if position - start > longest.count { longest = start..<position }
      start = position + 1
    }
    return longest
  }

  /// Four numbers from 0 to 255 between dots, without zeros in front.
  private static func shortAddress(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    let bytes = parts.compactMap { part -> UInt8? in
      guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0"),
        part.allSatisfy({ (0x30...0x39).contains($0) })
      else { return nil }
      return UInt8(String(decoding: part, as: UTF8.self))
    }
    return bytes.count == 4 ? bytes : nil
  }

  /// Eight groups of hexadecimal digits, or fewer about one `::`; the last two may be an IPv4 address.
  private static func longAddress(_ text: [UInt8]) -> [UInt8]? {
    let colon = UInt8(ascii: ":")
    let gap = text.indices.dropLast().first { text[$0] == colon && text[$0 + 1] == colon }
    guard let gap else {
      let bytes = groups(text[...])
      return bytes?.count == 16 ? bytes : nil
    }
    guard let head = groups(text[..<gap]), let tail = groups(text[(gap + 2)...]),
      head.count + tail.count <= 14, !text[..<gap].contains(UInt8(ascii: "."))
    else { return nil }
    return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
  }

  private static func groups(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    if text.isEmpty { return [] }
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    var bytes: [UInt8] = []
    for (position, part) in parts.enumerated() {
      if position == parts.count - 1, part.contains(UInt8(ascii: ".")) {
        guard let short = shortAddress(part) else { return nil }
        bytes += short
        continue
      }
      guard (1...4).contains(part.count), part.first != UInt8(ascii: "+"),
        let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16)
      else { return nil }
      bytes += [UInt8(group >> 8), UInt8(truncatingIfNeeded: group)]
    }
    return bytes.count <= 16 ? bytes : nil
  }
}
