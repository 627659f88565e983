/// Arrays laid out one after the other as they are in memory, to be read back by the same process.
package struct SpillBytes: Sendable {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func append(_ number: Int) { add([number]) }
  package mutating func append(_ values: [UInt8]) { add(values) }
  package mutating func append(_ values: [Bool]) { add(values) }
  package mutating func append(_ values: [Int32]) { add(values) }
  package mutating func append(_ values: [UInt32]) { add(values) }
  package mutating func append(_ values: [Int64]) { add(values) }
  package mutating func append(_ values: [Double]) { add(values) }
  package mutating func append(_ values: [Int128]) { add(values) }

  // SAFETY: the elements have no padding and no references, so that their bytes are all there is.
  private mutating func add<Element: BitwiseCopyable>(_ values: [Element]) {
    unsafe values.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }
}

/// Reads ``SpillBytes`` back in the order they were appended.
package struct SpillReader {
  private let bytes: [UInt8]
  private var position = 0

  /// - Precondition: the bytes are those of ``SpillBytes``, read in the same order and counts.
  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  package mutating func number() -> Int { take(1, 0)[0] }
  package mutating func bytes(_ count: Int) -> [UInt8] { take(count, 0) }
  package mutating func booleans(_ count: Int) -> [Bool] { take(count, false) }
  package mutating func int32s(_ count: Int) -> [Int32] { take(count, 0) }
  package mutating func uint32s(_ count: Int) -> [UInt32] { take(count, 0) }
  package mutating func int64s(_ count: Int) -> [Int64] { take(count, 0) }
  package mutating func doubles(_ count: Int) -> [Double] { take(count, 0) }
  package mutating func int128s(_ count: Int) -> [Int128] { take(count, 0) }

  private mutating func take<Element: BitwiseCopyable>(
    _ count: Int, _ filler: Element
  ) -> [Element] {
    let length = count * MemoryLayout<Element>.stride
    precondition(length <= bytes.count - position, "spilled bytes are read as they were written")
    var values = [Element](repeating: filler, count: count)
    let start = position
    // SAFETY: `length` bytes from `start` were just found to be there, and were elements of this type.
    unsafe values.withUnsafeMutableBytes { target in
      unsafe bytes.withUnsafeBytes { source in
        unsafe target.copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[start..<start + length]))
      }
    }
    position += length
    return values
  }
}
