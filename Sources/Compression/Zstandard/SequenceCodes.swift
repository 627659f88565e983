/// What the codes of literal lengths, match lengths and offsets stand for, and the tables that blocks
/// may use without describing them (RFC 8878, sections 3.1.1.3.2.1 and 3.1.1.3.2.2).
struct SequenceCodes: Sendable {
  /// The value of each code, and how many bits are added to it.
  private let values: [(baseline: UInt32, extraBits: UInt8)]
  let maximumAccuracy: Int
  /// The table of blocks that describe none.
  let predefined: FiniteStateTable

  var count: Int { values.count }

  subscript(code: Int) -> (baseline: UInt32, extraBits: UInt8) { values[code] }

  static let literalLengths = SequenceCodes(
    extraBits: [UInt8](repeating: 0, count: 16) + [1, 1, 1, 1, 2, 2, 3, 3, 4] + Array(6...16),
    from: 0, maximumAccuracy: 9, accuracy: 6,
    counts: [4, 3] + times(11, 2) + times(3, 1) + times(9, 2) + [3, 2] + times(5, 1)
      + times(4, -1))

  static let matchLengths = SequenceCodes(
    extraBits: [UInt8](repeating: 0, count: 32) + [1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5]
      + Array(7...16),
    from: 3, maximumAccuracy: 9, accuracy: 6,
    counts: [1, 4, 3] + times(6, 2) + times(37, 1) + times(7, -1))

  /// Code n is `1 << n` and n bits; 31 is the largest that four bytes hold.
  static let offsets = SequenceCodes(
    extraBits: Array(0...31), from: 1, maximumAccuracy: 8, accuracy: 5,
    counts: times(6, 1) + times(3, 2) + times(15, 1) + times(5, -1))

  /// Each code goes on where the one before it ends.
  private init(
    extraBits: [UInt8], from first: UInt32, maximumAccuracy: Int, accuracy: Int, counts: [Int]
  ) {
    var baseline = first
    var values: [(baseline: UInt32, extraBits: UInt8)] = []
    for bits in extraBits {
      values.append((baseline, bits))
      baseline &+= 1 << UInt32(bits)
    }
    self.values = values
    self.maximumAccuracy = maximumAccuracy
    predefined = FiniteStateTable(SymbolCounts(predefined: counts, accuracy: accuracy)) {
      values[$0]
    }
  }

  private static func times(_ count: Int, _ value: Int) -> [Int] {
    [Int](repeating: value, count: count)
  }
}
