/// SpookyHash V2 with seeds of 0, of up to 191 bytes.
///
/// Source: B. Jenkins, "SpookyHash: a 128-bit noncryptographic hash", the short form.
enum SpookyHash {
  /// From here on the hash has another form.
  static let shortLimit = 192

  private static let filler: UInt64 = 0xDEAD_BEEF_DEAD_BEEF

  /// The first half of the hash.
  ///
  /// - Precondition: `bytes.count` < ``shortLimit``.
  static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var state = State(a: 0, b: 0, c: filler, d: filler)
    var at = bytes.startIndex
    while bytes.endIndex - at >= 32 {
      state.c &+= XXHash64.word(bytes, at, 8)
      state.d &+= XXHash64.word(bytes, at + 8, 8)
      state.mix()
      state.a &+= XXHash64.word(bytes, at + 16, 8)
      state.b &+= XXHash64.word(bytes, at + 24, 8)
      at += 32
    }
    if bytes.endIndex - at >= 16 {
      state.c &+= XXHash64.word(bytes, at, 8)
      state.d &+= XXHash64.word(bytes, at + 8, 8)
      state.mix()
      at += 16
    }
    let rest = bytes.endIndex - at
    state.d &+= UInt64(bytes.count) << 56
    if rest == 0 {
      state.c &+= filler
      state.d &+= filler
    } else {
      state.c &+= XXHash64.word(bytes, at, min(rest, 8))
      if rest > 8 { state.d &+= XXHash64.word(bytes, at + 8, rest - 8) }
    }
    state.end()
    return state.a
  }

  private struct State {
    var a: UInt64
    var b: UInt64
    var c: UInt64
    var d: UInt64

    mutating func mix() {
      for turns in [(50, 52, 30, 41), (54, 48, 38, 37), (62, 34, 5, 36)] as [(Int, Int, Int, Int)] {
        c = Self.turned(c, turns.0) &+ d
        a ^= c
        d = Self.turned(d, turns.1) &+ a
        b ^= d
        a = Self.turned(a, turns.2) &+ b
        c ^= a
        b = Self.turned(b, turns.3) &+ c
        d ^= b
      }
    }

    mutating func end() {
      for turns in [(15, 52, 26, 51), (28, 9, 47, 54), (32, 25, 63, 0)] as [(Int, Int, Int, Int)] {
        d ^= c
        c = Self.turned(c, turns.0)
        d = d &+ c
        a ^= d
        d = Self.turned(d, turns.1)
        a = a &+ d
        b ^= a
        a = Self.turned(a, turns.2)
        b = b &+ a
        if turns.3 == 0 { return }
        c ^= b
        b = Self.turned(b, turns.3)
        c = c &+ b
      }
    }

    private static func turned(_ value: UInt64, _ bits: Int) -> UInt64 {
      value << UInt64(bits) | value >> UInt64(64 - bits)
    }
  }
}
