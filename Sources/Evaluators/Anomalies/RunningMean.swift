/// The mean of the last values, of as many as there are at the start.
struct RunningMean {
  private var last: [Double] = []
  private var next = 0
  private let length: Int

  init(length: Int) {
    self.length = length
  }

  /// Nil before the first value.
  var mean: Double? {
    last.isEmpty ? nil : last.reduce(0, +) / Double(last.count)
  }

  mutating func add(_ value: Double) {
    if last.count < length {
      last.append(value)
    } else {
      last[next] = value
      next = (next + 1) % length
    }
  }
}
