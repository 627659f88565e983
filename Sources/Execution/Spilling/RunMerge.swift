import Columns
import Kernels

/// Merges runs of rows that are sorted by a column each: a bigint, or a text compared byte by byte. Of
/// equal keys those of the earlier run come first.
final class RunMerge: BatchStream {
  /// Rows of a batch that is given out.
  private static let batchRows = 4096

  private let types: [DataType]
  private let keyPosition: Int
  private var runs: [Run] = []
  /// Numbers of the runs that have rows left, the one with the least next row first: a binary heap.
  private var heap: [Int] = []
  private let cancellation: CancellationToken

  /// The rows of a run that are in memory.
  private struct Run {
    let stream: any BatchStream
    var batch = Batch([], count: 0)
    var prefixes: [UInt64] = []
    var texts: TextVector?
    /// The first row that was not given out, and the next to be chosen.
    var start = 0
    var row = 0
  }

  init(
    _ streams: [any BatchStream], types: [DataType], keyPosition: Int,
    _ cancellation: CancellationToken
  ) throws {
    self.types = types
    self.keyPosition = keyPosition
    self.cancellation = cancellation
    runs = streams.map { Run(stream: $0) }
    for run in runs.indices where try refill(run) { heap.append(run) }
    for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(place) }
  }

  func next() throws -> Batch? {
    try cancellation.check()
    guard let first = heap.first else { return nil }
    if heap.count == 1 { return try rest(of: first) }
    var chosen: [Int] = []
    chosen.reserveCapacity(RunMerge.batchRows)
    var exhausted: Int?
    while chosen.count < RunMerge.batchRows {
      let run = heap[0]
      chosen.append(run)
      runs[run].row += 1
      if runs[run].row == runs[run].batch.count {
        exhausted = run
        break
      }
      sink(0)
    }
    let batch = gather(chosen)
    if let exhausted {
      if try !refill(exhausted) {
        let last = heap.removeLast()
        if !heap.isEmpty { heap[0] = last }
      }
      if !heap.isEmpty { sink(0) }
    }
    return batch
  }

  /// What is left of the only run that has rows, batch by batch.
  private func rest(of run: Int) throws -> Batch {
    let batch = runs[run].batch.sliced(runs[run].row..<runs[run].batch.count)
    if try !refill(run) { heap = [] }
    return batch
  }

  private func refill(_ run: Int) throws -> Bool {
    guard let batch = try runs[run].stream.next() else {
      runs[run].batch = Batch([], count: 0)
      return false
    }
    runs[run].batch = batch
    runs[run].start = 0
    runs[run].row = 0
    switch batch.columns[keyPosition].flattened().form {
    case .flat(.text(let texts), _):
      runs[run].texts = texts
      runs[run].prefixes = (0..<texts.count).map { SortRank.prefix(texts, $0) }
    case .flat(.int64(let numbers), _):
      runs[run].prefixes = Ordering.ranks(numbers)
    case .flat, .constant, .dictionary:
      preconditionFailure("runs are merged by a text or a number")
    }
    return true
  }

  private func precedes(_ a: Int, _ b: Int) -> Bool {
    let x = runs[a].prefixes[runs[a].row]
    let y = runs[b].prefixes[runs[b].row]
    if x != y { return x < y }
    if let mine = runs[a].texts, let theirs = runs[b].texts {
      let order = mine.compare(runs[a].row, with: theirs, runs[b].row)
      if order != 0 { return order < 0 }
    }
    return a < b
  }

  private func sink(_ start: Int) {
    var place = start
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2]
      where child < heap.count && precedes(heap[child], heap[least]) {
        least = child
      }
      if least == place { return }
      heap.swapAt(place, least)
      place = least
    }
  }

  /// The rows that were chosen, by the run of each.
  private func gather(_ chosen: [Int]) -> Batch {
    var parts: [Batch] = []
    var next = [UInt32](repeating: 0, count: runs.count)
    var count: UInt32 = 0
    for run in heap {
      let range = runs[run].start..<runs[run].row
      if range.isEmpty { continue }
      next[run] = count
      count += UInt32(range.count)
      parts.append(runs[run].batch.sliced(range))
      runs[run].start = runs[run].row
    }
    var order: [UInt32] = []
    order.reserveCapacity(chosen.count)
    for run in chosen {
      order.append(next[run])
      next[run] += 1
    }
    return Batch.concatenated(parts, types: types).selected(Selection(order))
  }
}
