/// Many texts in one buffer: row `i` is `bytes[offsets[i]..<offsets[i + 1]]`.
///
///     bytes    A m a z o n E C 2 A m a z o n S 3
///     offsets  0                 9               17
///
/// - Invariant: `offsets` is never empty, starts at 0, never falls, and ends at `bytes.count`.
package struct TextVector: Sendable, Hashable {
  package var bytes: [UInt8]
  package var offsets: [Int32]

  package init() {
    bytes = []
    offsets = [0]
  }

  package init(bytes: [UInt8], offsets: [Int32]) {
    self.bytes = bytes
    self.offsets = offsets
  }

  package init(_ texts: some Sequence<String>) {
    self.init()
    for text in texts { append(text.utf8) }
  }

  package var count: Int { offsets.count - 1 }

  @inlinable
  package func range(_ row: Int) -> Range<Int> { Int(offsets[row])..<Int(offsets[row + 1]) }

  @inlinable
  package func length(_ row: Int) -> Int { Int(offsets[row + 1] - offsets[row]) }

  /// The bytes of one row, copied; in loops take `bytes.span.extracting(range(row))` instead.
  package func copy(_ row: Int) -> [UInt8] { Array(bytes[range(row)]) }

  package func string(_ row: Int) -> String { String(decoding: bytes[range(row)], as: UTF8.self) }

  package mutating func reserve(rows: Int, bytes byteCount: Int) {
    offsets.reserveCapacity(offsets.count + rows)
    bytes.reserveCapacity(bytes.count + byteCount)
  }

  /// Begins anew, in the same memory.
  package mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
    offsets.append(0)
  }

  package mutating func append(_ text: some Collection<UInt8>) {
    bytes.append(contentsOf: text)
    offsets.append(Int32(bytes.count))
  }

  /// Appends row `row` of another vector.
  package mutating func append(_ row: Int, of other: TextVector) {
    bytes.append(contentsOf: other.bytes[other.range(row)])
    offsets.append(Int32(bytes.count))
  }

  /// Byte-wise comparison of a row with a row of another vector: negative, zero or positive.
  package func compare(_ row: Int, with other: TextVector, _ otherRow: Int) -> Int {
    Self.compare(bytes, range(row), other.bytes, other.range(otherRow))
  }

  /// Byte-wise comparison of a row with a text: negative, zero or positive.
  package func compare(_ row: Int, with text: [UInt8]) -> Int {
    Self.compare(bytes, range(row), text, text.indices)
  }

  @inline(__always)
  private static func compare(
    _ bytes: [UInt8], _ a: Range<Int>, _ others: [UInt8], _ b: Range<Int>
  ) -> Int {
    let shared = min(a.count, b.count)
    let left = bytes.span
    let right = others.span
    var offset = 0
    while offset &+ 8 <= shared {
      let x = left.bigEndianWord(at: a.lowerBound &+ offset)
      let y = right.bigEndianWord(at: b.lowerBound &+ offset)
      if x != y { return x < y ? -1 : 1 }
      offset &+= 8
    }
    while offset < shared {
      let x = left[a.lowerBound &+ offset]
      let y = right[b.lowerBound &+ offset]
      if x != y { return x < y ? -1 : 1 }
      offset &+= 1
    }
    return a.count - b.count
  }

  /// Appends a run of rows of another vector.
  package mutating func append(_ rows: Range<Int>, of other: TextVector) {
    let start = Int(other.offsets[rows.lowerBound])
    let shift = Int32(bytes.count - start)
    bytes.append(contentsOf: other.bytes[start..<Int(other.offsets[rows.upperBound])])
    let ends = other.offsets[(rows.lowerBound + 1)..<(rows.upperBound + 1)]
    offsets.append(contentsOf: ends.lazy.map { $0 + shift })
  }
}

extension Span<UInt8> {
  /// Eight bytes as a number that sorts as they do.
  @inline(__always)
  func bigEndianWord(at position: Int) -> UInt64 {
    // SAFETY: any eight bytes are a UInt64, and unsafeLoadUnaligned checks that they lie in the span.
    let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
    return UInt64(bigEndian: word)
  }
}
