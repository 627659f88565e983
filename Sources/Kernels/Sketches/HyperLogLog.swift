import Glibc

/// An estimate of how many distinct values were seen, from the highest rank of their hashes per bucket.
///
///     hash   0110 … 1011 0001 0110 …
///            └ bucket ┘ └┬┘           rank = leading zeros + 1
///
/// Sparse at first, as the ranks of 2^26 buckets, which counts almost exactly; dense from where the
/// registers take less memory. The standard error is 1.04 / √registers: 1.6 % for 4096 of them.
///
/// Sources: P. Flajolet et al., "HyperLogLog", 2007; S. Heule et al., "HyperLogLog in practice", 2013,
/// for the sparse form; O. Ertl, "New cardinality estimation algorithms for HyperLogLog sketches",
/// 2017, algorithm 6, for the estimate.
struct HyperLogLog: Sendable {
  /// So many bits of a hash choose the register.
  let indexBits: Int
  private(set) var registers: Registers

  enum Registers: Sendable {
    /// The zeros behind the first 26 bits of a hash, by these bits.
    case sparse([UInt32: UInt8])
    /// Ranks; 0 for none.
    case dense([UInt8])
  }

  static let prefixBits = 26
  static let indexBitsRange = 1...16
  /// That of a standard error of 1.625 %.
  static let defaultIndexBits = 12

  init(indexBits: Int = defaultIndexBits) {
    self.init(indexBits: indexBits, .sparse([:]))
  }

  /// - Precondition: ranks are below 65, and as many as there are registers.
  init(indexBits: Int, _ registers: Registers) {
    self.indexBits = indexBits
    self.registers = registers
  }

  /// The fewest registers whose standard error is at most so much; nil for errors outside of
  /// 0.0040625 … 0.26.
  static func indexBits(error: Double) -> Int? {
    guard error >= 0.0040625, error <= 0.26 else { return nil }
    return (1...16).first { 1.04 / Double(1 << $0).squareRoot() <= error + 1e-12 }
  }

  /// Entries take four bytes, registers half a byte each.
  private var sparseLimit: Int { 1 << max(0, indexBits - 3) }

  mutating func insert(hash: UInt64) {
    switch registers {
    case .dense(var ranks):
      registers = .dense([])
      let rank = UInt8((hash << indexBits | 1 << (indexBits - 1)).leadingZeroBitCount + 1)
      let bucket = Int(hash >> (64 - indexBits))
      if rank > ranks[bucket] { ranks[bucket] = rank }
      registers = .dense(ranks)
    case .sparse(var entries):
      registers = .sparse([:])
      let zeros = (hash << Self.prefixBits | 1 << (Self.prefixBits - 1)).leadingZeroBitCount
      let prefix = UInt32(truncatingIfNeeded: hash >> (64 - Self.prefixBits))
      entries[prefix] = max(entries[prefix] ?? 0, UInt8(zeros))
      registers = .sparse(entries)
      if entries.count > sparseLimit { self = dense() }
    }
  }

  /// - Returns: false if the two have registers of different number.
  mutating func merge(_ other: HyperLogLog) -> Bool {
    guard indexBits == other.indexBits else { return false }
    switch (registers, other.registers) {
    case (.sparse(let mine), .sparse(let theirs)):
      registers = .sparse(mine.merging(theirs, uniquingKeysWith: max))
      if mine.count + theirs.count > sparseLimit, case .sparse(let all) = registers,
        all.count > sparseLimit
      {
        self = dense()
      }
    case (.dense, _), (_, .dense):
      guard case .dense(let mine) = dense().registers,
        case .dense(let theirs) = other.dense().registers
      else { return false }
      registers = .dense(zip(mine, theirs).map { max($0, $1) })
    }
    return true
  }

  /// The same with a rank per register.
  func dense() -> HyperLogLog {
    guard case .sparse(let entries) = registers else { return self }
    var ranks = [UInt8](repeating: 0, count: 1 << indexBits)
    let restBits = Self.prefixBits - indexBits
    for (prefix, zeros) in entries {
      let rest = prefix << UInt32(32 - restBits)
      let rank = rest == 0 ? UInt8(restBits) + zeros + 1 : UInt8(rest.leadingZeroBitCount) + 1
      let bucket = Int(prefix >> UInt32(restBits))
      ranks[bucket] = max(ranks[bucket], rank)
    }
    return HyperLogLog(indexBits: indexBits, .dense(ranks))
  }

  /// About how many distinct values were inserted.
  var cardinality: Int64 {
    switch registers {
    case .sparse(let entries):
      let buckets = Double(1 << Self.prefixBits)
      return Int64((buckets * log(buckets / (buckets - Double(entries.count)))).rounded())
    case .dense(let ranks): return Int64(estimate(ranks).rounded())
    }
  }

  private func estimate(_ ranks: [UInt8]) -> Double {
    let highest = 64 - indexBits
    var counts = [Double](repeating: 0, count: highest + 2)
    for rank in ranks { counts[min(Int(rank), highest + 1)] += 1 }
    let size = Double(ranks.count)
    var sum = size * Self.tau(1 - counts[highest + 1] / size)
    for rank in (1...highest).reversed() { sum = (sum + counts[rank]) / 2 }
    sum += size * Self.sigma(counts[0] / size)
    return size * size / (2 * log(2)) / sum
  }

  /// x + Σ x^(2^k) · 2^(k−1).
  private static func sigma(_ start: Double) -> Double {
    if start >= 1 { return .infinity }
    var (x, factor, sum) = (start, 1.0, start)
    while true {
      x *= x
      let next = sum + x * factor
      if next == sum { return sum }
      (sum, factor) = (next, factor * 2)
    }
  }

  /// (1 − x − Σ (1 − x^(2^−k))² · 2^−k) / 3.
  private static func tau(_ start: Double) -> Double {
    if start <= 0 || start >= 1 { return 0 }
    var (x, factor, sum) = (start, 1.0, 1 - start)
    while true {
      x = x.squareRoot()
      factor /= 2
      let next = sum - (1 - x) * (1 - x) * factor
      if next == sum { return sum / 3 }
      sum = next
    }
  }
}
