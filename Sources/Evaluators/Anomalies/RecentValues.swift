/// The last values of a stream, of which there are fewer at the start, with their mean and median.
struct RecentValues {
  private var last: [Double] = []
  private var sorted: [Double] = []
  private var next = 0
  private let length: Int

  init(length: Int) {
    self.length = length
  }

  /// Nil before the first value.
  var mean: Double? {
    last.isEmpty ? nil : last.reduce(0, +) / Double(last.count)
  }

  /// The mean of the two in the middle where they are even; nil before the first value.
  var median: Double? {
    sorted.isEmpty ? nil : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// - Complexity: O(length).
  mutating func add(_ value: Double) {
    if last.count < length {
      last.append(value)
    } else {
      if let old = sorted.firstIndex(of: last[next]) { sorted.remove(at: old) }
      last[next] = value
      next = (next + 1) % length
    }
    sorted.insert(value, at: sorted.firstIndex { $0 >= value } ?? sorted.count)
  }
}
