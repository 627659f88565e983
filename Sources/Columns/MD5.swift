import Glibc

/// MD5 of bytes that come piece by piece: for comparing with digests made elsewhere, not for security.
///
/// Source: RFC 1321.
package struct MD5: Sendable {
  private typealias State = (UInt32, UInt32, UInt32, UInt32)
  private var state: State = (0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476)
  private var count: UInt64 = 0
  /// Bytes of a block that is not full yet.
  private var pending: [UInt8] = []

  private static let shifts: [UInt32] = [
    [7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21],
  ].flatMap { row in (0..<4).flatMap { _ in row } }
  private static let constants = (1...64).map { UInt32(abs(sin(Double($0))) * 4_294_967_296) }
  /// Which word of the block each of the 64 steps takes.
  private static let order = (0..<64).map { step in
    switch step / 16 {
    case 0: step
    case 1: (5 * step + 1) % 16
    case 2: (3 * step + 5) % 16
    default: 7 * step % 16
    }
  }

  package init() {}

  package mutating func add(_ bytes: [UInt8]) { add(bytes[...]) }

  package mutating func add(_ bytes: ArraySlice<UInt8>) {
    count &+= UInt64(bytes.count)
    var rest = bytes
    if !pending.isEmpty {
      let head = rest.prefix(64 - pending.count)
      pending += head
      rest = rest.dropFirst(head.count)
      guard pending.count == 64 else { return }
      let block = pending
      MD5.mix(block.span, into: &state)
      pending = []
    }
    let whole = rest.count / 64 * 64
    if whole > 0 {
      let blocks = rest.prefix(whole)
      MD5.mix(blocks.span, into: &state)
    }
    pending += rest.dropFirst(whole)
  }

  /// The digest of all that was added: 16 bytes.
  package func digest() -> [UInt8] {
    var padded = self
    let bits = count &* 8
    let zeros = (119 - Int(count % 64)) % 64
    padded.add([0x80] + [UInt8](repeating: 0, count: zeros))
    padded.add((0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) })
    let words = [padded.state.0, padded.state.1, padded.state.2, padded.state.3]
    return words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }

  /// The digest in 32 lower-case hexadecimal digits.
  package func text() -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: digest().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// Mixes whole blocks of 64 bytes into the state.
  private static func mix(_ bytes: Span<UInt8>, into state: inout State) {
    let (shifts, constants, order) = (self.shifts, self.constants, self.order)
    var words = InlineArray<16, UInt32>(repeating: 0)
    for block in stride(from: 0, to: bytes.count, by: 64) {
      for word in 0..<16 {
        let at = block + word * 4
        words[word] =
          UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16
          | UInt32(bytes[at + 3]) << 24
      }
      var (a, b, c, d) = state
      for step in 0..<64 {
        let mixed =
          switch step / 16 {
          case 0: b & c | ~b & d
          case 1: d & b | ~d & c
          case 2: b ^ c ^ d
          default: c ^ (b | ~d)
          }
        let sum = mixed &+ a &+ constants[step] &+ words[order[step]]
        let shift = shifts[step]
        (a, d, c, b) = (d, c, b, b &+ (sum &<< shift | sum &>> (32 &- shift)))
      }
      state = (state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d)
    }
  }
}
