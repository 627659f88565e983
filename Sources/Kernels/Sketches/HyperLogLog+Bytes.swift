/// The layouts of Airlift, which Trino's sketches are written in.
///
///     sparse  02  index bits  entry count (2)  entries (4 each, by bucket): 26 bits bucket, 6 bits zeros
///     dense   03  index bits  baseline  deltas (half a byte each, even buckets in the upper half)
///             overflow count (2)  overflow buckets (2 each)  overflow values (1 each)
///
/// A register is baseline + delta, and + the overflow where a delta of 15 is not enough. Numbers are
/// little-endian.
///
/// Source: Airlift, stats/docs/hll.md, sparse and dense (v2).
extension HyperLogLog {
  private static let sparseTag: UInt8 = 2
  private static let denseTag: UInt8 = 3

  /// Nil for damaged bytes.
  init?(_ bytes: [UInt8]) {
    var reader = LittleEndianReader(bytes)
    guard let tag = reader.byte(), let indexBits = reader.byte().map(Int.init),
      Self.indexBitsRange.contains(indexBits),
      let registers = tag == Self.sparseTag
        ? Self.sparse(&reader)
        : tag == Self.denseTag ? Self.dense(&reader, indexBits) : nil,
      reader.isAtEnd
    else { return nil }
    self.init(indexBits: indexBits, registers)
  }

  private static func sparse(_ reader: inout LittleEndianReader) -> Registers? {
    guard let count = reader.integer(UInt16.self) else { return nil }
    var entries: [UInt32: UInt8] = [:]
    for _ in 0..<count {
      guard let entry = reader.integer(UInt32.self), entry & 63 <= 64 - prefixBits else {
        return nil
      }
      guard entries.updateValue(UInt8(entry & 63), forKey: entry >> 6) == nil else { return nil }
    }
    return .sparse(entries)
  }

  private static func dense(_ reader: inout LittleEndianReader, _ indexBits: Int) -> Registers? {
    let size = 1 << indexBits
    let highest = 65 - indexBits
    guard let baseline = reader.byte().map(Int.init), let deltas = reader.bytes(size / 2),
      let overflows = reader.integer(UInt16.self).map(Int.init)
    else { return nil }
    var ranks = (0..<size).map { bucket -> Int in
      let pair = deltas[bucket / 2]
      return baseline + Int(bucket % 2 == 0 ? pair >> 4 : pair & 15)
    }
    var buckets: [Int] = []
    for _ in 0..<overflows {
      guard let bucket = reader.integer(UInt16.self), bucket < size else { return nil }
      buckets.append(Int(bucket))
    }
    for bucket in buckets {
      guard let more = reader.byte() else { return nil }
      ranks[bucket] += Int(more)
    }
    guard ranks.allSatisfy({ $0 <= highest }) else { return nil }
    return .dense(ranks.map { UInt8($0) })
  }

  var bytes: [UInt8] {
    switch registers {
    case .sparse(let entries):
      var out = [Self.sparseTag, UInt8(indexBits)]
      out.append(littleEndian: UInt16(entries.count))
      for (prefix, zeros) in entries.sorted(by: { $0.key < $1.key }) {
        out.append(littleEndian: prefix << 6 | UInt32(zeros))
      }
      return out
    case .dense(let ranks): return Self.bytes(ranks, indexBits)
    }
  }

  private static func bytes(_ ranks: [UInt8], _ indexBits: Int) -> [UInt8] {
    let baseline = ranks.min() ?? 0
    var out = [denseTag, UInt8(indexBits), baseline]
    for pair in 0..<(ranks.count / 2) {
      out.append(
        min(15, ranks[2 * pair] - baseline) << 4 | min(15, ranks[2 * pair + 1] - baseline))
    }
    let overflows = ranks.indices.filter { ranks[$0] - baseline > 15 }
    out.append(littleEndian: UInt16(overflows.count))
    for bucket in overflows { out.append(littleEndian: UInt16(bucket)) }
    for bucket in overflows { out.append(ranks[bucket] - baseline - 15) }
    return out
  }
}
