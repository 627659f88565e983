/// What is needed to compare two sets: the least hashes of their values with how often they occurred,
/// and a sketch of how many values there are.
///
/// Up to 8192 distinct values everything is exact. Beyond, the Jaccard index is that of the least
/// hashes, with a standard error of about 1 / √8192 = 1.1 %.
///
/// Source: A. Broder, "On the resemblance and containment of documents", 1997.
struct SetDigest: Sendable {
  private static let maximumHashes = 8192
  private static let sketchBits = 11

  private var sketch = HyperLogLog(indexBits: sketchBits)
  private(set) var counts: [Int64: Int16] = [:]
  /// Hashes above it have been dropped, and are not taken again.
  private var highest = Int64.max

  init() {}

  mutating func insert(hash: UInt64) {
    sketch.insert(hash: hash)
    add(Int64(bitPattern: hash), 1)
  }

  private mutating func add(_ hash: Int64, _ count: Int16) {
    guard hash <= highest else { return }
    let (sum, overflow) = (counts[hash] ?? 0).addingReportingOverflow(count)
    counts[hash] = overflow ? .max : sum
    if counts.count >= 2 * Self.maximumHashes { shrink() }
  }

  private mutating func shrink() {
    guard counts.count > Self.maximumHashes else { return }
    let kept = counts.keys.sorted().prefix(Self.maximumHashes)
    counts = counts.filter { $0.key <= kept[kept.endIndex - 1] }
    highest = kept[kept.endIndex - 1]
  }

  /// - Returns: false if the two sketches do not go together.
  mutating func merge(_ other: SetDigest) -> Bool {
    guard sketch.merge(other.sketch) else { return false }
    highest = min(highest, other.highest)
    counts = counts.filter { $0.key <= highest }
    for (hash, count) in other.counts { add(hash, count) }
    shrink()
    return true
  }

  private var isExact: Bool { highest == .max && counts.count <= Self.maximumHashes }

  /// The hashes in order, no more than are kept.
  private var leastHashes: ArraySlice<Int64> { counts.keys.sorted().prefix(Self.maximumHashes) }

  var cardinality: Int64 { isExact ? Int64(counts.count) : sketch.cardinality }

  /// How many of the least hashes of the union are in both, by the number of the smaller set's.
  func jaccardIndex(_ other: SetDigest) -> Double {
    let (mine, theirs) = (leastHashes, other.leastHashes)
    let size = min(mine.count, theirs.count)
    guard size > 0 else { return 0 }
    let union = Set(mine).union(theirs).sorted().prefix(size)
    let (a, b) = (Set(mine), Set(theirs))
    return Double(union.count { a.contains($0) && b.contains($0) }) / Double(size)
  }

  func intersectionCardinality(_ other: SetDigest) -> Int64 {
    if isExact, other.isExact {
      return Int64(counts.keys.count { other.counts[$0] != nil })
    }
    var union = sketch
    guard union.merge(other.sketch) else { return 0 }
    let estimate = (jaccardIndex(other) * Double(union.cardinality)).rounded()
    return min(Int64(estimate), min(cardinality, other.cardinality))
  }
}

/// A form of our own: a tag, whether hashes were dropped and above which, the hashes in order with
/// their counts, the sketch; little-endian.
extension SetDigest {
  private static let tag: UInt8 = 1

  /// Nil for damaged bytes.
  init?(_ bytes: [UInt8]) {
    var reader = LittleEndianReader(bytes)
    guard reader.byte() == Self.tag, let highest = reader.integer(Int64.self),
      let count = reader.integer(UInt16.self).map(Int.init), count <= Self.maximumHashes
    else { return nil }
    self.highest = highest
    for _ in 0..<count {
      guard let hash = reader.integer(Int64.self), let times = reader.integer(Int16.self),
        times > 0, hash <= highest, counts.updateValue(times, forKey: hash) == nil
      else { return nil }
    }
    guard let length = reader.integer(UInt32.self), let rest = reader.bytes(Int(length)),
      reader.isAtEnd, let sketch = HyperLogLog(Array(rest)), sketch.indexBits == Self.sketchBits
    else { return nil }
    self.sketch = sketch
  }

  var bytes: [UInt8] {
    var digest = self
    digest.shrink()
    var out = [Self.tag]
    out.append(littleEndian: digest.highest)
    out.append(littleEndian: UInt16(digest.counts.count))
    for (hash, count) in digest.counts.sorted(by: { $0.key < $1.key }) {
      out.append(littleEndian: hash)
      out.append(littleEndian: count)
    }
    let sketch = digest.sketch.bytes
    out.append(littleEndian: UInt32(sketch.count))
    return out + sketch
  }
}
