#if arch(x86_64)
  import CIntrinsics
#endif

/// Sixty-four bytes at a time, the unit in which the structure of text is found.
///
/// The lanes of a comparison become bits of one word, the first byte the lowest, so that separators and
/// quotes are found by arithmetic on words.
///
/// Source: G. Langdale, D. Lemire, "Parsing Gigabytes of JSON per Second", VLDB Journal 28 (2019), section 3.
typealias ByteBlock = SIMD64<UInt8>

extension ByteBlock {
  static let size = 64

  @inline(__always)
  var words: SIMD8<UInt64> {
    // SAFETY: 64 bytes are eight words, whatever they hold.
    unsafe unsafeBitCast(self, to: SIMD8<UInt64>.self)
  }
}

extension Span<UInt8> {
  /// The block from `position`.
  ///
  /// - Precondition: sixty-four bytes are there; checked, in one comparison.
  @inline(__always)
  func block(at position: Int) -> ByteBlock {
    // SAFETY: any bytes are a block, and unsafeLoadUnaligned checks that they lie in the span.
    unsafe bytes.unsafeLoadUnaligned(fromByteOffset: position, as: ByteBlock.self)
  }
}

extension SIMDMask<SIMD64<Int8>> {
  /// The lanes, eight to a word, each all ones or all zeros.
  @inline(__always)
  var words: SIMD8<UInt64> {
    // SAFETY: a mask of 64 lanes is 64 bytes, each all ones or all zeros; any bytes are words.
    unsafe unsafeBitCast(self, to: SIMD8<UInt64>.self)
  }

  /// Whether any lane is set.
  @inline(__always)
  var isAny: Bool {
    words.union != 0
  }

  #if arch(x86_64)
    /// One bit a lane, the first lane the lowest.
    @inline(__always)
    var bits: UInt64 {
      words.lowHalf.lowHalf.highestOfBytes | words.lowHalf.highHalf.highestOfBytes << 16
        | words.highHalf.lowHalf.highestOfBytes << 32 | words.highHalf.highHalf.highestOfBytes << 48
    }
  #else
    /// One bit a lane, the first lane the lowest.
    @inline(__always)
    var bits: UInt64 {
      let ones = words & SIMD8(repeating: Bytewise.repeated(1))
      var bits: UInt64 = 0
      for word in 0..<8 {
        // The multiplication moves the lowest bit of byte `i` to bit `56 + i`; no two meet.
        let gathered = (ones[word] &* 0x0102_0408_1020_4080) >> 56
        bits |= gathered << UInt64(8 &* word)
      }
      return bits
    }
  #endif
}

#if arch(x86_64)
  extension SIMD2<UInt64> {
    /// The highest bit of each of the sixteen bytes: one instruction, which no Swift expression becomes.
    @inline(__always)
    fileprivate var highestOfBytes: UInt64 {
      UInt64(truncatingIfNeeded: _mm_movemask_epi8(SIMD2<Int64>(truncatingIfNeeded: self)))
    }
  }
#endif

extension SIMD8<UInt64> {
  /// The bits that any word has.
  @inline(__always)
  var union: UInt64 {
    let words = folded
    return words[0] | words[1]
  }

  /// The bits that any of the even words has, and any of the odd ones.
  @inline(__always)
  var folded: SIMD2<UInt64> {
    lowHalf.lowHalf | lowHalf.highHalf | highHalf.lowHalf | highHalf.highHalf
  }

  /// The sums of the even words and of the odd ones.
  @inline(__always)
  var summed: SIMD2<UInt64> {
    lowHalf.lowHalf &+ lowHalf.highHalf &+ (highHalf.lowHalf &+ highHalf.highHalf)
  }
}

extension UInt64 {
  /// Bit `i` is the parity of the bits up to and with `i`.
  @inline(__always)
  var prefixParity: UInt64 {
    var bits = self
    bits ^= bits << 1
    bits ^= bits << 2
    bits ^= bits << 4
    bits ^= bits << 8
    bits ^= bits << 16
    bits ^= bits << 32
    return bits
  }
}

/// Counting and checking of text that needs no structure.
enum ByteScan {
  /// How many bytes are equal to one.
  static func count(of byte: UInt8, in bytes: Span<UInt8>) -> Int {
    let wanted = ByteBlock(repeating: byte)
    let ones = SIMD8(repeating: Bytewise.repeated(1))
    var total = 0
    var position = 0
    while position &+ ByteBlock.size <= bytes.count {
      // Each byte of `sums` counts for its lane, which has room for 255.
      let stop = min(bytes.count &- ByteBlock.size, position &+ 254 &* ByteBlock.size)
      var sums = SIMD8<UInt64>(repeating: 0)
      while position <= stop {
        sums &+= (bytes.block(at: position) .== wanted).words & ones
        position &+= ByteBlock.size
      }
      for word in 0..<8 { total &+= Bytewise.sum(sums[word]) }
    }
    while position < bytes.count {
      total &+= bytes[position] == byte ? 1 : 0
      position &+= 1
    }
    return total
  }

  /// Whether all bytes are ASCII other than NUL.
  static func isPlainASCII(_ bytes: Span<UInt8>) -> Bool {
    var high = SIMD8<UInt64>(repeating: 0)
    var zeros = SIMD8<UInt64>(repeating: 0)
    let zero = ByteBlock(repeating: 0)
    var position = 0
    while position &+ ByteBlock.size <= bytes.count {
      let block = bytes.block(at: position)
      high |= block.words
      zeros |= (block .== zero).words
      position &+= ByteBlock.size
    }
    if zeros.union != 0 || high.union & Bytewise.repeated(0x80) != 0 { return false }
    while position < bytes.count {
      if bytes[position] &- 1 >= 0x7F { return false }
      position &+= 1
    }
    return true
  }
}
