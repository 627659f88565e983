/// A hash of text or bytes that is the same in every run and on every machine.
///
/// Source: FNV-1a, 64 bits (Fowler, Noll, Vo; draft-eastlake-fnv).
package struct FNV1a: Sendable {
  /// The hash of all that was added so far.
  package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  package init() {}

  package mutating func add(_ text: String) {
    for byte in text.utf8 { add(byte) }
  }

  package mutating func add(_ bytes: [UInt8]) {
    for byte in bytes { add(byte) }
  }

  package mutating func add(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
  }
}
