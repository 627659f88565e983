/// Comparisons of raw fields.
enum CSVCompare {
  /// Whether two runs of bytes are equal; eight more bytes must follow each.
  @inline(__always)
  static func equal(
    _ a: Span<UInt8>, _ aStart: Int, _ b: Span<UInt8>, _ bStart: Int, _ length: Int
  ) -> Bool {
    var offset = 0
    while offset &+ ByteBlock.size <= length {
      if (a.block(at: aStart &+ offset).words ^ b.block(at: bStart &+ offset).words).union != 0 {
        return false
      }
      offset &+= ByteBlock.size
    }
    while offset &+ 8 <= length {
      if a.word(at: aStart &+ offset) != b.word(at: bStart &+ offset) { return false }
      offset &+= 8
    }
    let rest = length &- offset
    if rest == 0 { return true }
    let difference = a.word(at: aStart &+ offset) ^ b.word(at: bStart &+ offset)
    return difference << UInt64(truncatingIfNeeded: 64 &- 8 &* rest) == 0
  }
}
