extension TextVector {
  /// The first row with the smallest or largest text, byte by byte, among those that are present.
  ///
  /// - Returns: nil when no row is present.
  /// - Complexity: O(`count`); texts are compared beyond their first eight bytes only where these agree
  ///   with those of the best so far.
  package func extremeRow(isLargest: Bool, _ validity: Validity) -> Int? {
    let present = validity.mask
    guard let first = (0..<count).first(where: { present?[$0] ?? true }) else { return nil }
    // Turned around, the largest is the smallest.
    let turn: UInt64 = isLargest ? .max : 0
    var winner = first
    var least = prefix(first) ^ turn
    for row in (first + 1)..<max(first + 1, count) {
      let prefix = prefix(row) ^ turn
      if prefix > least { continue }
      if let present, !present[row] { continue }
      if prefix == least {
        let order = compare(row, with: self, winner)
        if isLargest ? order <= 0 : order >= 0 { continue }
      }
      winner = row
      least = prefix
    }
    return winner
  }

  /// The first eight bytes as a number that sorts as they do; zeros stand for those that are not there.
  @inline(__always)
  private func prefix(_ row: Int) -> UInt64 {
    let bytes = bytes.span
    let start = Int(offsets[row])
    let length = Int(offsets[row &+ 1]) &- start
    if start &+ 8 <= bytes.count {
      let word = bytes.bigEndianWord(at: start)
      return length >= 8 ? word : length == 0 ? 0 : word & ~(UInt64.max &>> UInt64(8 &* length))
    }
    var word: UInt64 = 0
    for offset in 0..<8 {
      word = word &<< 8 | (offset < length ? UInt64(bytes[start &+ offset]) : 0)
    }
    return word
  }
}
