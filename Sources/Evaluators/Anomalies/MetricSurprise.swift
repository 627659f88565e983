/// How surprising each value of a metric is, given the values before it alone: one pass, one score
/// from 0 to 1 a value.
///
/// Three things are watched for what never was before: the value, its jump from the mean of the last
/// values, and the level they stand at. The first sees a value that is out of range or between the
/// levels a metric is used to; the second sees a value that is usual at another time but not now; the
/// third sees a metric that stays where values were seen but no level was. A surprise is the sum of
/// these novelties. After one, those that are not louder by half are its echo and count for nothing for
/// a while: an incident is told once.
package struct MetricSurprise {
  /// A score from which on a value is called an anomaly.
  package static let alarm = 0.54

  private var count = 0
  private var values = Novelty()
  private var jumps = Novelty()
  private var levels = Novelty(delay: MetricSurprise.memory)
  private var recent = SortedHistory(capacity: MetricSurprise.memory)
  private var peak = 0.0
  private var peakPosition = 0
  private var echo = 0

  /// Values of which the mean and the level are taken: 37 to 60 serve alike; fewer follow an incident too
  /// fast, more too late.
  private static let memory = 50
  /// How much louder than what is left of a peak a surprise must be to be no echo of it.
  private static let loudness = 1.5

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
    let faded = isEcho ? 1 - Double(count - peakPosition) / Double(echo) : 0
    let least = MetricSurprise.loudness * peak * faded
    defer { count += 1 }
    guard surprise > least else { return 0 }
    peak = surprise
    peakPosition = count
    echo = max(50, min(count, 4_000) / 10)
    return surprise / (surprise + 1)
  }

  private mutating func surprise(_ value: Double) -> Double {
    let jump = value - (recent.mean ?? value)
    recent.insert(value)
    return values.surprise(of: value) + jumps.surprise(of: jump)
      + levels.surprise(of: recent.median ?? value)
  }
}
