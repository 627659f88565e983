/// How surprising each value of a metric is, given the values before it alone: one pass, one score
/// from 0 to 1 a value.
///
/// Two things are watched for what never was before: the value, and its jump from the mean of the
/// last values. The first sees a value that is out of range or between the levels a metric is used
/// to; the second sees a value that is usual at another time but not now. A surprise is the sum of
/// both novelties. After one, lesser ones are its echo and count for nothing for a while: an
/// incident is told once.
package struct MetricSurprise {
  /// A score from which on a value is called an anomaly.
  package static let alarm = 0.54

  private var count = 0
  private var values = Novelty()
  private var jumps = Novelty()
  /// Means of 30 to 75 values serve alike; shorter ones follow an incident too fast.
  private var recent = RunningMean(length: 50)
  private var peak = 0.0
  private var peakPosition = 0
  private var echo = 0

  package init() {}

  /// The scores of a series.
  ///
  /// - Complexity: O(n log n) in time for the first 20 000 values, linear from there.
  package static func scores(of values: [Double]) -> [Double] {
    var surprise = MetricSurprise()
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
    return surprise / (surprise + 1)
  }

  private mutating func surprise(_ value: Double) -> Double {
    let jump = value - (recent.mean ?? value)
    recent.add(value)
    return values.surprise(of: value) + jumps.surprise(of: jump)
  }
}
