import Glibc

/// How surprising each value of a metric is, given the values before it alone: one pass, one score
/// from 0 to 1 a value.
///
/// Four distances are watched: of the value from the usual, of the mean of the last 50 from its usual,
/// of the value from the one before, and of the value from the range it had at this time of day on
/// one, two, three and seven days before. Each is measured against the tail of its own past (the mean
/// excess over the 97th percentile, as if the tail were exponential), so that distances of different
/// metrics compare; a surprise is the sum of the logarithms. After one, lesser ones are its echo and
/// count for nothing for a while: an incident is told once.
package struct MetricSurprise {
  /// A score from which on a value is called an anomaly.
  package static let alarm = 0.54

  private var count = 0
  private var values: [Double] = []
  private var lastMeans = RunningMean(length: 50)
  private var levels = SortedHistory()
  private var means = SortedHistory()
  private var usual = 0.0
  private var usualMean = 0.0
  private var tails = [Tail](repeating: Tail(), count: 4)
  private var peak = 0.0
  private var peakPosition = 0
  private var echo = 0
  private let day: Int

  /// - Parameter interval: seconds between values, for the time of day.
  package init(interval: Int) {
    day = max(1, 86_400 / max(1, interval))
  }

  /// The scores of a series.
  ///
  /// - Complexity: O(n log n) in time for the first 20 000 values, linear from there.
  package static func scores(of values: [Double], interval: Int) -> [Double] {
    var surprise = MetricSurprise(interval: interval)
    return values.map { surprise.score($0) }
  }

  /// The score of the next value; one that is no number surprises nobody and is not learned from.
  package mutating func score(_ value: Double) -> Double {
    guard value.isFinite else { return 0 }
    let surprise = surprise(value)
    let isEcho = count - peakPosition < echo
    let least = isEcho ? peak * (1 - Double(count - peakPosition) / Double(echo)) : 0
    defer { count += 1 }
    guard surprise > least else { return 0 }
    peak = surprise
    peakPosition = count
    echo = max(50, min(count, 4_000) * 3 / 20)
    return surprise / (surprise + 3)
  }

  private mutating func surprise(_ value: Double) -> Double {
    let mean = lastMeans.add(value)
    if count >= 10 && count % 20 == 10 {
      usual = levels.quantile(0.5)
      usualMean = means.quantile(0.5)
    }
    let isKnown = count >= 10
    let distances = [
      isKnown ? abs(value - usual) : 0, isKnown ? abs(mean - usualMean) : 0,
      abs(value - (values.last ?? value)), distanceFromTimeOfDay(value),
    ]
    var sum = 0.0
    for position in distances.indices {
      sum += log1p(tails[position].excess(of: distances[position], at: count))
    }
    values.append(value)
    levels.insert(value)
    means.insert(mean)
    return sum
  }

  /// How far a value is outside of what came within two places of the same time on earlier days.
  private func distanceFromTimeOfDay(_ value: Double) -> Double {
    guard count >= 2 * day else { return 0 }
    var low = Double.infinity
    var high = -Double.infinity
    for days in [1, 2, 3, 7] where values.count >= days * day {
      let same = values.count - days * day
      for near in values[max(0, same - 2)..<min(values.count, same + 3)] {
        low = min(low, near)
        high = max(high, near)
      }
    }
    return max(0, value - high, low - value)
  }

  /// The tail of a distance's past: where it begins, and how far it reaches on average.
  private struct Tail {
    private var history = SortedHistory()
    private var start = Double.infinity
    private var reach = 1.0

    /// How far a distance is in the tail, in the tail's own mean; 0 for one that is not.
    mutating func excess(of distance: Double, at count: Int) -> Double {
      if count >= 30 && count % 25 == 5 {
        start = history.quantile(0.97)
        reach = max(
          history.meanExcess(over: start), (start - history.quantile(0.5)) / 10,
          1e-9 + 1e-6 * abs(start))
      }
      history.insert(distance)
      return max(0, (distance - start) / reach)
    }
  }
}

/// The mean of the last values, of as many as there are at the start.
private struct RunningMean {
  private var last: [Double] = []
  private var next = 0
  private let length: Int

  init(length: Int) {
    self.length = length
  }

  mutating func add(_ value: Double) -> Double {
    if last.count < length {
      last.append(value)
    } else {
      last[next] = value
      next = (next + 1) % length
    }
    return last.reduce(0, +) / Double(last.count)
  }
}
