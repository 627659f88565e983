import Columns
import Kernels
import Planning

/// The order of some rows by several keys, ties in their given order.
///
/// Each key becomes a number whose order is the one wanted (descending and NULLS FIRST included), and
/// the numbers are packed into as few words as possible; one word is sorted by radix.
struct SortOrder {
  /// Per word one array with an entry a row; compared one after the other.
  private var words: [[UInt64]] = []
  /// Bits used in each word.
  private var wordBits: [Int] = []
  private let count: Int

  /// - Throws: ``QueryCancelled``.
  init(columns: [Column], keys: [SortKey], count: Int, _ workers: Workers) throws {
    try self.init(
      columns: columns, descending: keys.map(\.isDescending), nullsFirst: keys.map(\.nullsFirst),
      count: count, workers)
  }

  /// - Throws: ``QueryCancelled``.
  init(
    columns: [Column], descending: [Bool], nullsFirst: [Bool], count: Int, _ workers: Workers
  ) throws {
    self.count = count
    for (position, column) in columns.enumerated() {
      try workers.cancellation.check()
      for rank in try SortRank.ranks(
        column, isDescending: descending[position], nullsFirst: nullsFirst[position], workers)
      {
        append(rank)
      }
    }
  }

  private mutating func append(_ rank: SortRank) {
    if rank.bits == 0 { return }
    guard let last = wordBits.last, last + rank.bits <= 64 else {
      words.append(rank.values)
      wordBits.append(rank.bits)
      return
    }
    let shift = UInt64(rank.bits)
    var word = words.removeLast()
    for row in word.indices { word[row] = word[row] &<< shift | rank.values[row] }
    words.append(word)
    wordBits[wordBits.count - 1] = last + rank.bits
  }

  /// Row numbers in order.
  ///
  /// - Throws: ``QueryCancelled``.
  /// - Complexity: O(`count`) for keys that fit one word, else O(`count` log `count`).
  func permutation(_ workers: Workers) throws -> [UInt32] {
    let rows = [UInt32](0..<UInt32(count))
    guard let first = words.first else { return rows }
    if words.count == 1 {
      guard workers.threads > 1, count >= ParallelSort.chunkRows * 2 else {
        return try RadixSort.order(first, bits: wordBits[0], workers.cancellation)
      }
      return try ParallelSort.sorted(rows, workers) { a, b in
        let x = first[Int(a)]
        let y = first[Int(b)]
        return x != y ? x < y : a < b
      }
    }
    let others = Array(words.dropFirst())
    return try ParallelSort.sorted(rows, workers) { a, b in
      let x = first[Int(a)]
      let y = first[Int(b)]
      if x != y { return x < y }
      for word in others {
        let x = word[Int(a)]
        let y = word[Int(b)]
        if x != y { return x < y }
      }
      return a < b
    }
  }

  /// Whether two rows have equal keys.
  func isTie(_ a: Int, _ b: Int) -> Bool {
    words.allSatisfy { $0[a] == $0[b] }
  }
}

/// Sorts row numbers by a word each, stably.
enum RadixSort {
  private static let digit = 11

  /// - Throws: ``QueryCancelled``.
  /// - Complexity: O(`words.count` × `bits`).
  static func order(
    _ words: [UInt64], bits: Int, _ cancellation: CancellationToken
  ) throws -> [UInt32] {
    if words.count < 256 {
      return [UInt32](0..<UInt32(words.count)).sorted { a, b in
        let x = words[Int(a)]
        let y = words[Int(b)]
        return x != y ? x < y : a < b
      }
    }
    var order = [UInt32](0..<UInt32(words.count))
    var other = order
    var shift = 0
    while shift < bits {
      try cancellation.check()
      if pass(words, order, into: &other, shift: UInt64(shift)) { swap(&order, &other) }
      shift += digit
    }
    return order
  }

  /// Sorts by one digit; false when all rows have the same and nothing is to do.
  private static func pass(
    _ words: [UInt64], _ order: [UInt32], into result: inout [UInt32], shift: UInt64
  ) -> Bool {
    let mask: UInt64 = 1 << UInt64(digit) - 1
    var starts = [Int](repeating: 0, count: 1 << digit)
    let source = words.span
    for row in source.indices {
      starts[Int(truncatingIfNeeded: (source[row] &>> shift) & mask)] &+= 1
    }
    if starts.contains(source.count) { return false }
    var sum = 0
    for value in starts.indices {
      let count = starts[value]
      starts[value] = sum
      sum += count
    }
    let from = order.span
    var to = result.mutableSpan
    for position in from.indices {
      let row = from[position]
      let value = Int(truncatingIfNeeded: (source[Int(row)] &>> shift) & mask)
      to[starts[value]] = row
      starts[value] &+= 1
    }
    return true
  }
}
