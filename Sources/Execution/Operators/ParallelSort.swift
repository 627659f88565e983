import Columns

/// A merge sort on all threads.
///
/// The order must be total, so that the result does not depend on how the work is shared out.
enum ParallelSort {
  /// Elements that are sorted or merged in one go: few enough to answer a cancellation at once.
  static let chunkRows = 1 << 17

  /// - Throws: ``QueryCancelled``.
  static func sorted<Element: Sendable>(
    _ elements: [Element], _ workers: Workers,
    by precedes: @escaping @Sendable (Element, Element) -> Bool
  ) throws -> [Element] {
    guard elements.count > chunkRows else { return elements.sorted(by: precedes) }
    let chunks = (elements.count + chunkRows - 1) / chunkRows
    var runs = try workers.map(chunks) { chunk in
      let start = chunk * chunkRows
      return elements[start..<min(start + chunkRows, elements.count)].sorted(by: precedes)
    }
    while runs.count > 1 {
      runs = try mergePairs(runs, workers, by: precedes)
    }
    return runs.first ?? []
  }

  private static func mergePairs<Element: Sendable>(
    _ runs: [[Element]], _ workers: Workers,
    by precedes: @escaping @Sendable (Element, Element) -> Bool
  ) throws -> [[Element]] {
    // Each pair is merged in parts of about one size; a part knows its place in the merged run.
    var parts: [(pair: Int, range: Range<Int>)] = []
    for pair in 0..<(runs.count / 2) {
      let count = runs[2 * pair].count + runs[2 * pair + 1].count
      for start in stride(from: 0, to: count, by: chunkRows) {
        parts.append((pair, start..<min(start + chunkRows, count)))
      }
    }
    let work = parts
    let merged = try workers.map(work.count) { number in
      merge(
        runs[2 * work[number].pair], runs[2 * work[number].pair + 1], work[number].range, precedes)
    }
    var result = [[Element]](repeating: [], count: runs.count / 2)
    for (part, elements) in zip(work, merged) { result[part.pair] += elements }
    if runs.count % 2 == 1 { result.append(runs[runs.count - 1]) }
    return result
  }

  /// The elements at some places of two runs merged.
  private static func merge<Element>(
    _ a: [Element], _ b: [Element], _ places: Range<Int>, _ precedes: (Element, Element) -> Bool
  ) -> [Element] {
    var left = rank(of: places.lowerBound, a, b, precedes)
    var right = places.lowerBound - left
    var result: [Element] = []
    result.reserveCapacity(places.count)
    while result.count < places.count {
      if right == b.count || left < a.count && !precedes(b[right], a[left]) {
        result.append(a[left])
        left += 1
      } else {
        result.append(b[right])
        right += 1
      }
    }
    return result
  }

  /// How many of the first `place` elements of two merged runs come from `a`: a binary search.
  private static func rank<Element>(
    of place: Int, _ a: [Element], _ b: [Element], _ precedes: (Element, Element) -> Bool
  ) -> Int {
    var low = max(0, place - b.count)
    var high = min(place, a.count)
    while low < high {
      let middle = (low + high) / 2
      // Too few are taken from `a` while its next one comes before the last one taken from `b`.
      if precedes(b[place - middle - 1], a[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

extension Batch {
  /// As `selected(_:)`, the columns on all threads.
  func selected(_ selection: Selection, _ workers: Workers) throws -> Batch {
    guard workers.threads > 1, selection.count > ParallelSort.chunkRows else {
      return selected(selection)
    }
    let columns = columns
    return Batch(
      try workers.map(columns.count) { columns[$0].selected(selection) }, count: selection.count)
  }
}
