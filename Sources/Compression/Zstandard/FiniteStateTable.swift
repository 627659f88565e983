/// Probabilities of symbols as a table description gives them (RFC 8878, section 4.1.1).
struct SymbolCounts {
  /// Times each symbol occurs among `1 << accuracy` states; -1 is one state with few bits of its own.
  private(set) var counts: [Int]
  let accuracy: Int

  init(predefined counts: [Int], accuracy: Int) {
    self.counts = counts
    self.accuracy = accuracy
  }

  /// Reads a description and moves `input` behind it.
  ///
  /// - Throws: `CodecError` when it is damaged, more accurate or has more symbols than allowed.
  init(
    reading input: inout InputReader, maximumAccuracy: Int, symbolLimit: Int
  ) throws(CodecError) {
    let damaged = CodecError("a table of probabilities is damaged")
    var bits = ForwardBits(input)
    accuracy = bits.read(4) + 5
    guard accuracy <= maximumAccuracy else { throw damaged }
    var counts: [Int] = []
    var remaining = 1 << accuracy
    while remaining > 0 {
      guard counts.count < symbolLimit else { throw damaged }
      // Values up to remaining + 1; the smaller ones take one bit less.
      let width = Int.bitWidth - (remaining + 1).leadingZeroBitCount
      let short = (1 << (width - 1)) - 1
      let threshold = (1 << width) - 1 - (remaining + 1)
      var value = bits.peek(width)
      if value & short < threshold {
        value &= short
        bits.skip(width - 1)
      } else {
        if value > short { value -= threshold }
        bits.skip(width)
      }
      let count = value - 1
      remaining -= abs(count)
      counts.append(count)
      var isRepeating = count == 0
      while isRepeating {
        let zeros = bits.read(2)
        guard counts.count + zeros <= symbolLimit else { throw damaged }
        for _ in 0..<zeros { counts.append(0) }
        isRepeating = zeros == 3
      }
    }
    guard remaining == 0 else { throw damaged }
    self.counts = counts
    try input.skip(bits.bytesUsed)
  }
}

/// Bits from the front of a stream, the lowest of each byte first; zeros behind its end.
private struct ForwardBits {
  private var input: InputReader
  private var held = 0
  private var heldCount = 0
  private var used = 0

  init(_ input: InputReader) { self.input = input }

  /// Whole bytes that the bits read so far take, also such as lie behind the end.
  var bytesUsed: Int { (used + 7) / 8 }

  /// - Precondition: `count` is at most 16.
  mutating func peek(_ count: Int) -> Int {
    while heldCount < count {
      held |= ((try? input.number(1)) ?? 0) << heldCount
      heldCount += 8
    }
    return held & ((1 << count) - 1)
  }

  mutating func skip(_ count: Int) {
    held >>= count
    heldCount -= count
    used += count
  }

  mutating func read(_ count: Int) -> Int {
    let value = peek(count)
    skip(count)
    return value
  }
}

/// A decoding table of FSE, tANS as Zstandard uses it (RFC 8878, section 4.1).
struct FiniteStateTable {
  /// One state: what it stands for, and how the next one is found.
  struct State {
    /// The symbol, or the least value that its code stands for.
    var baseline: UInt32
    /// The next state, before the bits that are added.
    var next: UInt16
    var nextBits: UInt8
    /// Bits that are added to the baseline.
    var extraBits: UInt8
  }

  /// `1 << accuracy` of them.
  private(set) var states: [State]
  let accuracy: Int

  /// One symbol without any bits.
  init(always baseline: UInt32, extraBits: UInt8) {
    states = [State(baseline: baseline, next: 0, nextBits: 0, extraBits: extraBits)]
    accuracy = 0
  }

  /// - Precondition: the counts add up to `1 << accuracy`, and `code` has a value for each symbol.
  init(_ counts: SymbolCounts, code: (Int) -> (baseline: UInt32, extraBits: UInt8)) {
    accuracy = counts.accuracy
    let size = 1 << counts.accuracy
    var symbols = [UInt8](repeating: 0, count: size)
    var numbers = counts.counts
    var high = size
    for (symbol, count) in counts.counts.enumerated() where count == -1 {
      high -= 1
      symbols[high] = UInt8(symbol)
      numbers[symbol] = 1
    }
    let step = size >> 1 + size >> 3 + 3
    var position = 0
    for (symbol, count) in counts.counts.enumerated() where count > 0 {
      for _ in 0..<count {
        symbols[position] = UInt8(symbol)
        repeat { position = (position + step) & (size - 1) } while position >= high
      }
    }
    states = symbols.map { symbol in
      let symbol = Int(symbol)
      let number = numbers[symbol]
      numbers[symbol] += 1
      let bits = counts.accuracy - (Int.bitWidth - 1 - number.leadingZeroBitCount)
      let (baseline, extraBits) = code(symbol)
      return State(
        baseline: baseline, next: UInt16(number << bits - size), nextBits: UInt8(bits),
        extraBits: extraBits)
    }
  }
}
