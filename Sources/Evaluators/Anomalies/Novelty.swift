import Glibc

/// How new each number of a stream is: how far from the nearest of all the numbers before it.
///
/// That distance, and not the one from the middle, is what noise does not have: a metric with two
/// levels or with a long tail comes back to where it was. It is measured against the tail of such
/// distances so far: where the tail begins is their 97th percentile, its mean excess how far it
/// reaches. Tails of metrics are heavy, so one as of a Pareto distribution is taken: the logarithm
/// of how unlikely a distance is grows as that of one and the distance in the tail's own reach.
struct Novelty {
  /// Numbers that lie this far back are what is compared with: those between are of the same moment, as
  /// medians of the same values are.
  private let delay: Int
  private var waiting: [Double] = []
  private var nextWaiting = 0
  private var seen = SortedHistory()
  private var distances = SortedHistory()
  private var tailStart = Double.infinity
  private var tailReach = 0.0
  private var largest = 0.0
  private var count = 0

  /// Numbers without which nothing is near or far.
  private static let fewest = 11

  init(delay: Int = 0) {
    self.delay = delay
  }

  /// The surprise of the next number: 0 for one that is as near as most, else the negative logarithm
  /// of how seldom a distance in the tail is as large.
  mutating func surprise(of number: Double) -> Double {
    let distance = count - delay < Novelty.fewest ? 0 : seen.distance(toNearest: number)
    // The tail moves slowly: to look at it now and then is enough.
    if count >= 30 && count % 25 == 5 { learnTail() }
    largest = max(largest, abs(number))
    see(number)
    distances.insert(distance)
    count += 1
    guard distance > tailStart else { return 0 }
    // Distances that are all equal have no tail, and what is left of rounding must not make one.
    return log1p((distance - tailStart) / max(tailReach, 1e-9 * largest, .leastNormalMagnitude))
  }

  private mutating func see(_ number: Double) {
    if delay == 0 {
      seen.insert(number)
    } else if waiting.count < delay {
      waiting.append(number)
    } else {
      seen.insert(waiting[nextWaiting])
      waiting[nextWaiting] = number
      nextWaiting = (nextWaiting + 1) % delay
    }
  }

  private mutating func learnTail() {
    tailStart = distances.quantile(0.97)
    tailReach = max(
      distances.meanExcess(over: tailStart), (tailStart - distances.quantile(0.5)) / 10)
  }
}
