/// Writes numbers as runs: repeated values, and values packed bit by bit in between.
///
/// Source: Parquet format, Encodings.md, "Run Length Encoding / Bit-Packing Hybrid".
enum RunLengthEncoder {
  /// Appends the runs of `numbers[range]`, each of which fits `width` bits.
  static func append<Number: FixedWidthInteger & UnsignedInteger>(
    _ numbers: [Number], _ range: Range<Int>, width: Int, to bytes: inout [UInt8]
  ) {
    // Below this, packing a repeated value is as short as a run of its own.
    let shortestRun = width == 1 ? 32 : width <= 4 ? 16 : 8
    let span = numbers.span
    var position = range.lowerBound
    var packedStart = position
    while position < range.upperBound {
      let value = span[position]
      var runEnd = position + 1
      while runEnd < range.upperBound && span[runEnd] == value { runEnd += 1 }
      if runEnd - position >= shortestRun {
        appendPacked(span, packedStart..<position, width, &bytes)
        append(repeating: UInt64(value), count: runEnd - position, width: width, to: &bytes)
        position = runEnd
        packedStart = position
      } else {
        // Whole groups of eight, so that a run may follow.
        let groups = (runEnd - position + 7) / 8
        position = min(range.upperBound, position + groups * 8)
      }
    }
    appendPacked(span, packedStart..<position, width, &bytes)
  }

  /// Appends one run of one number.
  static func append(repeating value: UInt64, count: Int, width: Int, to bytes: inout [UInt8]) {
    guard count > 0 else { return }
    appendHeader(UInt64(count) << 1, &bytes)
    for index in 0..<(width + 7) / 8 {
      bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index)))
    }
  }

  /// The bits that the largest of some numbers takes.
  static func width(ofLargest largest: Int) -> Int {
    Int.bitWidth - largest.leadingZeroBitCount
  }

  private static func appendPacked<Number: FixedWidthInteger & UnsignedInteger>(
    _ numbers: Span<Number>, _ range: Range<Int>, _ width: Int, _ bytes: inout [UInt8]
  ) {
    guard !range.isEmpty else { return }
    let groups = (range.count + 7) / 8
    appendHeader(UInt64(groups) << 1 | 1, &bytes)
    var at = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: groups * width))
    var packed = bytes.mutableSpan
    var pending: UInt64 = 0
    var pendingBits = 0
    for position in range {
      pending |= UInt64(numbers[position]) << UInt64(truncatingIfNeeded: pendingBits)
      pendingBits &+= width
      while pendingBits >= 8 {
        packed[at] = UInt8(truncatingIfNeeded: pending)
        at &+= 1
        pending >>= 8
        pendingBits &-= 8
      }
    }
    if pendingBits > 0 { packed[at] = UInt8(truncatingIfNeeded: pending) }
  }

  private static func appendHeader(_ value: UInt64, _ bytes: inout [UInt8]) {
    var left = value
    while left >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: left) | 0x80)
      left >>= 7
    }
    bytes.append(UInt8(left))
  }
}
