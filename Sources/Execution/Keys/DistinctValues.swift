import Columns

/// The distinct values of one column, without groups.
///
/// What the pieces of a table have found is not put together piece by piece, which one thread would
/// have to do for all; it is shared out by hash at the end, and each thread compares its share.
final class DistinctValues {
  /// Parts are looked through once they have so many values more than the last time, so that values
  /// which all pieces have do not fill memory.
  private static let patience = 1 << 20

  private let type: DataType
  /// The values of this piece.
  private let table: KeyTable
  private var memo = DictionaryMemo()
  /// Those of later pieces, in order.
  private var later: [KeyTable] = []
  private var laterCount = 0
  private var limit = DistinctValues.patience

  init(_ type: DataType) {
    self.type = type
    table = KeyTable(type, keepsAll: true)
  }

  var byteCount: Int { later.reduce(table.byteCount) { $0 + $1.byteCount } }

  func insert(_ column: Column) throws {
    if case .flat(.text(let texts), let validity) = column.form, validity.mask == nil,
      column.type != .null
    {
      return try table.insert(allOf: texts)
    }
    _ = try table.insert(column, memo: &memo)
  }

  /// Takes in what later rows have.
  func insert(allOf other: DistinctValues, _ workers: Workers) throws {
    guard table.isHashed else {
      _ = try table.insert(allOf: other.table)
      return
    }
    for part in [other.table] + other.later where part.count > 0 {
      part.dropSlots()
      later.append(part)
      laterCount += part.count
    }
    if laterCount > limit { try dropRepeats(workers) }
  }

  /// The number of values other than NULL.
  func countPresent(_ workers: Workers) throws -> Int {
    if later.isEmpty { return table.hashedCount }
    return try DistinctUnion([table] + later, workers).firstCount()
  }

  /// The values in order of first appearance, a column per piece.
  func columns(_ workers: Workers) throws -> [Column] {
    if later.isEmpty { return table.count == 0 ? [] : [table.values()] }
    return try firsts(workers).compactMap { part, rows in
      rows.isEmpty ? nil : part.values().selected(Selection(rows)).flattened()
    }
  }

  private func dropRepeats(_ workers: Workers) throws {
    let parts = try firsts(workers).dropFirst()
    later = parts.compactMap { part, rows in
      rows.isEmpty ? nil : rows.count == part.count ? part : part.keeping(rows)
    }
    let count = later.reduce(0) { $0 + $1.count }
    // Where few values come again, looking for them often would only cost time.
    limit = max(DistinctValues.patience, count * (count > laterCount / 2 ? 8 : 2))
    laterCount = count
  }

  /// Per part the values that no earlier part has.
  private func firsts(_ workers: Workers) throws -> [(part: KeyTable, rows: [UInt32])] {
    let parts = [table] + later
    var hasNull = false
    let rows = try DistinctUnion(parts, workers).firstRows()
    return zip(parts, rows).map { part, rows in
      defer { hasNull = hasNull || part.hasNull }
      return (part, part.rows(ofHashed: rows, withNull: !hasNull))
    }
  }
}

/// Finds equal values of several tables by their hashes, in shares of all hashes side by side.
struct DistinctUnion: Sendable {
  /// About so many hashes are in a share: their slots then stay in the cache of a core.
  private static let shareSize = 1 << 14

  private let parts: [KeyTable]
  private let workers: Workers
  private let shareBits: Int
  private let shares: [HashShares]

  init(_ parts: [KeyTable], _ workers: Workers) throws {
    self.parts = parts
    self.workers = workers
    let count = parts.reduce(0) { $0 + $1.hashedCount }
    let bits = Int.bitWidth - (count / Self.shareSize).leadingZeroBitCount
    shareBits = min(bits, 16)
    shares = try workers.map(parts.count) { [parts, shareBits] part in
      HashShares(parts[part].hashes, bits: shareBits)
    }
  }

  /// How many values there are.
  func firstCount() throws -> Int {
    try workers.map(1 << shareBits) { share in firsts(ofShare: share, listed: false).count }
      .reduce(0, +)
  }

  /// Per part, ascending, the numbers of the values that no earlier part has.
  func firstRows() throws -> [[UInt32]] {
    let found = try workers.map(1 << shareBits) { share in
      firsts(ofShare: share, listed: true).rows
    }
    var isFirst = parts.map { [Bool](repeating: false, count: $0.hashedCount) }
    for row in found.joined() {
      isFirst[Int(row >> 32)][Int(row & 0xFFFF_FFFF)] = true
    }
    return isFirst.map { isFirst in
      isFirst.indices.lazy.filter { isFirst[$0] }.map { UInt32($0) }
    }
  }

  private struct Slot {
    var tag: UInt32
    /// The value's number among those of the share.
    var number: UInt32
  }

  /// The values of a share that come for the first time: the part in the upper half, the value's number
  /// there in the lower.
  private func firsts(ofShare share: Int, listed: Bool) -> (count: Int, rows: [UInt64]) {
    let total = shares.reduce(0) { $0 + $1.range(share).count }
    if total == 0 { return (0, []) }
    let slotBits = Int.bitWidth - (2 * total - 1).leadingZeroBitCount
    let shift = UInt64(64 - slotBits)
    let mask = 1 << slotBits - 1
    var slots = [Slot](repeating: Slot(tag: 0, number: .max), count: 1 << slotBits)
    var hashes: [UInt64] = []
    var rows: [UInt64] = []
    hashes.reserveCapacity(total)
    rows.reserveCapacity(total)
    for (part, shares) in shares.enumerated() {
      for index in shares.range(share) {
        let hash = shares.hashes[index]
        let row = UInt64(part) << 32 | UInt64(shares.rows[index])
        let tag = UInt32(truncatingIfNeeded: hash)
        var position = Int(truncatingIfNeeded: (hash &<< UInt64(shareBits)) &>> shift)
        while true {
          let slot = slots[position]
          if slot.number == .max {
            slots[position] = Slot(tag: tag, number: UInt32(truncatingIfNeeded: rows.count))
            hashes.append(hash)
            rows.append(row)
            break
          }
          if slot.tag == tag, hashes[Int(slot.number)] == hash,
            areEqual(rows[Int(slot.number)], row)
          {
            break
          }
          position = (position &+ 1) & mask
        }
      }
    }
    return (rows.count, listed ? rows : [])
  }

  private func areEqual(_ a: UInt64, _ b: UInt64) -> Bool {
    KeyTable.areEqual(
      parts[Int(a >> 32)], Int(a & 0xFFFF_FFFF), parts[Int(b >> 32)], Int(b & 0xFFFF_FFFF))
  }
}

/// Hashes sorted by their highest bits, those of equal ones in the order they came.
struct HashShares: Sendable {
  private let starts: [Int]
  let hashes: [UInt64]
  /// Where each hash was.
  let rows: [UInt32]

  init(_ unsorted: [UInt64], bits: Int) {
    if bits == 0 {
      starts = [0, unsorted.count]
      hashes = unsorted
      rows = Array(0..<UInt32(unsorted.count))
      return
    }
    let shift = UInt64(64 - bits)
    var next = [Int](repeating: 0, count: 1 << bits + 1)
    for hash in unsorted { next[Int(truncatingIfNeeded: hash &>> shift) &+ 1] &+= 1 }
    for share in 1..<next.count { next[share] &+= next[share - 1] }
    starts = next
    var sorted = [UInt64](repeating: 0, count: unsorted.count)
    var rows = [UInt32](repeating: 0, count: unsorted.count)
    Self.place(unsorted, &next, shift, &sorted, &rows)
    hashes = sorted
    self.rows = rows
  }

  func range(_ share: Int) -> Range<Int> { starts[share]..<starts[share + 1] }

  private static func place(
    _ unsorted: [UInt64], _ next: inout [Int], _ shift: UInt64, _ sorted: inout [UInt64],
    _ rows: inout [UInt32]
  ) {
    let source = unsorted.span
    var places = next.mutableSpan
    var hashes = sorted.mutableSpan
    var numbers = rows.mutableSpan
    for row in source.indices {
      let share = Int(truncatingIfNeeded: source[row] &>> shift)
      let place = places[share]
      places[share] = place &+ 1
      hashes[place] = source[row]
      numbers[place] = UInt32(truncatingIfNeeded: row)
    }
  }
}
