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
    let sorted = values.sorted()
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
