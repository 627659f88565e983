/// SHA-1, SHA-256 and SHA-512 (FIPS 180-4).
enum SHA {
  static func sha1(_ message: ArraySlice<UInt8>) -> [UInt8] {
    let bytes = BlockPadding.padded(message, block: 64, lengthSize: 8)
    var state: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]
    for start in stride(from: 0, to: bytes.count, by: 64) {
      var words: [UInt32] = (0..<16).map { BlockPadding.word(bytes, start + $0 * 4) }
      for index in 16..<80 {
        let mixed = words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16]
        words.append(mixed << 1 | mixed >> 31)
      }
      var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
      for round in 0..<80 {
        let (mixed, constant): (UInt32, UInt32) =
          switch round / 20 {
          case 0: (b & c | ~b & d, 0x5a82_7999)
          case 1: (b ^ c ^ d, 0x6ed9_eba1)
          case 2: (b & c | b & d | c & d, 0x8f1b_bcdc)
          default: (b ^ c ^ d, 0xca62_c1d6)
          }
        let sum = (a << 5 | a >> 27) &+ mixed &+ e &+ constant &+ words[round]
        (e, d, c, b, a) = (d, c, b << 30 | b >> 2, a, sum)
      }
      state = zip(state, [a, b, c, d, e]).map { $0 &+ $1 }
    }
    return BlockPadding.bytes(state)
  }

  static func sha256(_ message: ArraySlice<UInt8>) -> [UInt8] {
    let bytes = BlockPadding.padded(message, block: 64, lengthSize: 8)
    let state = run(
      bytes, initial.map { UInt32($0 >> 32) }, constants.prefix(64).map { UInt32($0 >> 32) },
      Rotations(first: (2, 13, 22), second: (6, 11, 25), low: (7, 18, 3), high: (17, 19, 10)))
    return BlockPadding.bytes(state)
  }

  static func sha512(_ message: ArraySlice<UInt8>) -> [UInt8] {
    let bytes = BlockPadding.padded(message, block: 128, lengthSize: 16)
    let state = run(
      bytes, initial, constants,
      Rotations(first: (28, 34, 39), second: (14, 18, 41), low: (1, 8, 7), high: (19, 61, 6)))
    return BlockPadding.bytes(state)
  }

  /// How far words are turned; the third of `low` and `high` shifts.
  private struct Rotations {
    let first: (Int, Int, Int)
    let second: (Int, Int, Int)
    let low: (Int, Int, Int)
    let high: (Int, Int, Int)
  }

  private static func run<Word: FixedWidthInteger>(
    _ bytes: [UInt8], _ initial: [Word], _ constants: [Word], _ rotations: Rotations
  ) -> [Word] {
    func turned(_ word: Word, _ count: Int) -> Word {
      word >> Word(count) | word << Word(Word.bitWidth - count)
    }
    func mixed(_ word: Word, _ by: (Int, Int, Int)) -> Word {
      turned(word, by.0) ^ turned(word, by.1) ^ turned(word, by.2)
    }
    func spread(_ word: Word, _ by: (Int, Int, Int)) -> Word {
      turned(word, by.0) ^ turned(word, by.1) ^ word >> Word(by.2)
    }
    let size = Word.bitWidth / 8
    var state = initial
    for start in stride(from: 0, to: bytes.count, by: 16 * size) {
      var words: [Word] = (0..<16).map { BlockPadding.word(bytes, start + $0 * size) }
      for index in 16..<constants.count {
        words.append(
          words[index - 16] &+ spread(words[index - 15], rotations.low) &+ words[index - 7]
            &+ spread(words[index - 2], rotations.high))
      }
      var s = state
      for round in constants.indices {
        let choice = s[4] & s[5] ^ ~s[4] & s[6]
        let majority = s[0] & s[1] ^ s[0] & s[2] ^ s[1] & s[2]
        let first =
          s[7] &+ mixed(s[4], rotations.second) &+ choice &+ constants[round]
          &+ words[round]
        let second = mixed(s[0], rotations.first) &+ majority
        s = [first &+ second, s[0], s[1], s[2], s[3] &+ first, s[4], s[5], s[6]]
      }
      state = zip(state, s).map { $0 &+ $1 }
    }
    return state
  }

  private static let initial = rootDigits(primes.prefix(8), root: 2)
  private static let constants = rootDigits(primes.prefix(80), root: 3)

  private static let primes: [UInt64] = {
    var primes: [UInt64] = []
    var candidate: UInt64 = 2
    while primes.count < 80 {
      if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
      candidate += 1
    }
    return primes
  }()

  /// The first 64 bits of the fractions of square or cube roots, which the standard's constants are:
  /// the largest x with x^root ≤ prime × 2^(64 root), found bit by bit.
  private static func rootDigits(_ primes: ArraySlice<UInt64>, root: Int) -> [UInt64] {
    primes.map { prime in
      var whole: UInt64 = 1
      while power(whole + 1, root) <= prime { whole += 1 }
      var fraction: UInt64 = 0
      for bit in (0..<64).reversed() {
        let candidate = fraction | 1 << UInt64(bit)
        if WideNumber(whole: whole, fraction: candidate).power(root).whole < prime {
          fraction = candidate
        }
      }
      return fraction
    }
  }

  private static func power(_ base: UInt64, _ exponent: Int) -> UInt64 {
    (0..<exponent).reduce(1) { value, _ in value * base }
  }

  /// A small number with 64 bits of fraction, and its powers exactly: 32-bit limbs, lowest first.
  private struct WideNumber {
    let limbs: [UInt64]

    init(whole: UInt64, fraction: UInt64) {
      limbs = [fraction & 0xffff_ffff, fraction >> 32, whole]
    }

    /// The product's limbs, and the part before the point.
    func power(_ exponent: Int) -> (limbs: [UInt64], whole: UInt64) {
      var product: [UInt64] = [1]
      for _ in 0..<exponent {
        var next = [UInt64](repeating: 0, count: product.count + limbs.count)
        for (i, a) in product.enumerated() {
          var carry: UInt64 = 0
          for (j, b) in limbs.enumerated() {
            let sum = next[i + j] + a * b + carry
            next[i + j] = sum & 0xffff_ffff
            carry = sum >> 32
          }
          next[i + limbs.count] += carry
        }
        product = next
      }
      return (product, product[2 * exponent])
    }
  }
}
