import Columns
import Kernels

/// A sort key as numbers: one a row, each below 2^`bits`, ascending in the order wanted.
struct SortRank {
  let values: [UInt64]
  let bits: Int

  /// The numbers of a column; a second, more important rank tells NULLs apart where there is no room.
  ///
  /// - Throws: ``QueryCancelled``.
  static func ranks(
    _ column: Column, isDescending: Bool, nullsFirst: Bool, _ workers: Workers
  ) throws -> [SortRank] {
    switch column.form {
    case .constant: return []
    case .dictionary(let codes, let dictionary):
      let entries = try dense(dictionary.values, workers)
      let ranks = finish(
        entries.map(UInt64.init), dictionary.values, isDescending: isDescending,
        nullsFirst: nullsFirst)
      return ranks.map { rank in
        SortRank(values: codes.map { rank.values[Int($0)] }, bits: rank.bits)
      }
    case .flat(let values, _):
      let numbers: [UInt64]
      switch values {
      case .boolean(let values): numbers = values.map { $0 ? 1 : 0 }
      case .int64(let values): numbers = Ordering.ranks(values)
      case .double(let values): numbers = Ordering.ranks(values)
      case .text, .decimal, .array, .map, .row:
        numbers = try dense(column, workers).map(UInt64.init)
      }
      return finish(numbers, column, isDescending: isDescending, nullsFirst: nullsFirst)
    }
  }

  /// Moves the numbers to start at 0, turns them around where descending, and puts NULLs at their end.
  private static func finish(
    _ numbers: [UInt64], _ column: Column, isDescending: Bool, nullsFirst: Bool
  ) -> [SortRank] {
    let mask: [Bool]? =
      if case .flat(_, let validity) = column.form { validity.mask } else { nil }
    if column.type == .null { return [] }
    var least = UInt64.max
    var greatest = UInt64.min
    for (row, number) in numbers.enumerated() where mask?[row] ?? true {
      least = min(least, number)
      greatest = max(greatest, number)
    }
    guard least <= greatest else { return [] }
    let range = greatest - least
    var values = numbers.map { isDescending ? greatest &- $0 : $0 &- least }
    guard let mask else { return [SortRank(values: values, bits: 64 - range.leadingZeroBitCount)] }
    guard range < UInt64.max - 1 else {
      for row in values.indices where !mask[row] { values[row] = 0 }
      return [
        SortRank(values: mask.map { $0 == nullsFirst ? 1 : 0 }, bits: 1),
        SortRank(values: values, bits: 64),
      ]
    }
    for row in values.indices {
      values[row] = mask[row] ? values[row] + (nullsFirst ? 1 : 0) : nullsFirst ? 0 : range + 1
    }
    return [SortRank(values: values, bits: 64 - (range + 1).leadingZeroBitCount)]
  }

  /// The place of each value of a flat column among the distinct ones; equal values have the same.
  static func dense(_ column: Column, _ workers: Workers) throws -> [UInt32] {
    guard case .flat(let values, let validity) = column.form else {
      return try dense(column.flattened(), workers)
    }
    let present = (0..<UInt32(column.count)).filter { validity.isPresent(Int($0)) }
    var ranks = [UInt32](repeating: 0, count: column.count)
    let sorted: [UInt32]
    let isEqual: (UInt32, UInt32) -> Bool
    switch values {
    case .text(let texts):
      // The first eight bytes decide most comparisons.
      let prefixes = present.map { (prefix(texts, Int($0)), $0) }
      sorted = try ParallelSort.sorted(prefixes, workers) { a, b in
        a.0 != b.0 ? a.0 < b.0 : texts.compare(Int(a.1), with: texts, Int(b.1)) < 0
      }.map(\.1)
      isEqual = { texts.compare(Int($0), with: texts, Int($1)) == 0 }
    case .decimal(let numbers):
      sorted = try ParallelSort.sorted(present, workers) { numbers[Int($0)] < numbers[Int($1)] }
      isEqual = { numbers[Int($0)] == numbers[Int($1)] }
    case .boolean, .int64, .double, .array, .map, .row:
      sorted = try ParallelSort.sorted(present, workers) {
        Ordering.compare(column, Int($0), column, Int($1)) < 0
      }
      isEqual = { Ordering.compare(column, Int($0), column, Int($1)) == 0 }
    }
    var rank: UInt32 = 0
    for (position, row) in sorted.enumerated() {
      if position > 0, !isEqual(sorted[position - 1], row) { rank += 1 }
      ranks[Int(row)] = rank
    }
    return ranks
  }

  /// The first eight bytes of a text as a number that sorts as they do.
  static func prefix(_ texts: TextVector, _ row: Int) -> UInt64 {
    let range = texts.range(row)
    var word: UInt64 = 0
    for offset in 0..<8 {
      word = word << 8
      if offset < range.count { word |= UInt64(texts.bytes[range.lowerBound + offset]) }
    }
    return word
  }
}
