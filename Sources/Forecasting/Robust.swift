import Glibc

/// Statistics that a few wild values do not move.
package enum Robust {
  /// The middle value, the mean of the two middle ones for an even count; nil for none.
  ///
  /// - Complexity: O(n log n) for n values.
  package static func median(_ values: [Double]) -> Double? {
    quantile(values, 0.5)
  }

  /// A quantile by linear interpolation between order statistics (Hyndman and Fan's type 7,
  /// DOI 10.2307/2684934).
  package static func quantile(_ values: [Double], _ fraction: Double) -> Double? {
    guard !values.isEmpty else { return nil }
    return quantile(sorted: values.sorted(), fraction)
  }

  /// The same of values that are in ascending order, at least one of them.
  package static func quantile(sorted: [Double], _ fraction: Double) -> Double {
    let position = fraction * Double(sorted.count - 1)
    let below = Int(position.rounded(.down))
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
  }

  /// The median distance from the median, scaled to estimate a standard deviation.
  package static func deviation(_ values: [Double]) -> Double? {
    guard let center = median(values) else { return nil }
    return median(values.map { abs($0 - center) }).map { $0 * 1.4826 }
  }

  /// The value at which half of the weight lies below, linear between the middles of the weights.
  ///
  /// - Parameter sorted: ascending, as many as there are weights; nil is returned for none.
  static func weightedMedian(sorted: [Double], weights: [Double]) -> Double? {
    let half = weights.reduce(0, +) / 2
    guard let first = sorted.first, let last = sorted.last else { return nil }
    guard half > 0 else { return median(sorted) }
    var below = 0.0
    var earlier: (value: Double, middle: Double)?
    for (value, weight) in zip(sorted, weights) {
      let middle = below + weight / 2
      if middle >= half {
        guard let earlier, middle > earlier.middle else { return earlier == nil ? first : value }
        let share = (half - earlier.middle) / (middle - earlier.middle)
        return earlier.value + (value - earlier.value) * share
      }
      earlier = (value, middle)
      below += weight
    }
    return last
  }

  /// The mean of the values around each, fewer of them at the ends; `width` is odd.
  ///
  /// - Complexity: O(`values.count`).
  static func runningMean(_ values: [Double], width: Int) -> [Double] {
    var sums = [0.0]
    sums.reserveCapacity(values.count + 1)
    for value in values { sums.append(sums[sums.count - 1] + value) }
    let reach = width / 2
    return values.indices.map {
      let low = max(0, $0 - reach)
      let high = min(values.count, $0 + reach + 1)
      return (sums[high] - sums[low]) / Double(high - low)
    }
  }

  /// The median of the values around each, fewer of them at the ends; `width` is odd.
  static func runningMedian(_ values: [Double], width: Int) -> [Double] {
    let reach = width / 2
    return values.indices.map {
      median(Array(values[max(0, $0 - reach)..<min(values.count, $0 + reach + 1)])) ?? 0
    }
  }

  /// What a day counts whose weight halves every `halfLife` days.
  static func decay(age: Int, halfLife: Double) -> Double { exp2(-Double(age) / halfLife) }

  static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

  /// The two-sided quantile of Student's t, by Hill's expansion (Algorithm 396,
  /// DOI 10.1145/355598.355599) around the normal quantile.
  package static func studentQuantile(level: Double, degreesOfFreedom: Int) -> Double {
    let z = normalQuantile(0.5 + level / 2)
    let n = Double(max(1, degreesOfFreedom))
    let z3 = z * z * z
    let z5 = z3 * z * z
    return z + (z3 + z) / (4 * n) + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n)
      + (3 * z5 * z * z + 19 * z5 + 17 * z3 - 15 * z) / (384 * n * n * n)
  }

  /// The standard normal quantile by bisection of `erf`, exact to 1e-9.
  static func normalQuantile(_ probability: Double) -> Double {
    var low = -9.0
    var high = 9.0
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if 0.5 * (1 + erf(middle / 2.0.squareRoot())) < probability {
        low = middle
      } else {
        high = middle
      }
    }
    return (low + high) / 2
  }
}
