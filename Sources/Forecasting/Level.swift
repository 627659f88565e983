/// The level that a series stands at: a median of its recent days, the newest counting most.
///
/// How fast older days fade is chosen by which fading foretold the series' own past best: a bill that
/// moves in steps wants a short memory, a noisy one a long one.
enum Level {
  private static let window = 112
  private static let lookBack = 200
  private static let leastCutoffs = 4
  private static let usualHalfLife = 8.0

  /// - Parameters:
  ///   - values: without profile, rhythms and postings.
  ///   - weights: how much each day counts by itself.
  ///   - horizon: days to forecast; a long one is not led by the last days alone.
  ///   - shift: the days at the end that stand away from those before; where they have lasted, they alone
  ///     tell.
  /// - Complexity: O(`lookBack` × log `window`).
  static func of(
    _ values: [Double], weights: [Double], horizon: Int, shift: LevelShift?
  ) -> Double {
    if let shift, shift.isLasting {
      return level(
        sorted(values, weights, (values.count - shift.days)..<values.count), usualHalfLife)
    }
    let halfLife = bestHalfLife(values, weights: weights, horizon: horizon)
    return level(sorted(values, weights, before: values.count), halfLife)
  }

  private static func bestHalfLife(
    _ values: [Double], weights: [Double], horizon: Int
  ) -> Double {
    let candidates: [Double] = horizon >= 28 ? [16, 32, 64] : [2, 4, 8, 16, 32, 64]
    let length = max(7, min(28, horizon))
    let cutoffs = Array(
      stride(from: values.count - length, to: max(40, values.count - lookBack), by: -7))
    guard cutoffs.count >= leastCutoffs else { return usualHalfLife }
    let histories = cutoffs.map { sorted(values, weights, before: $0) }
    let targets = cutoffs.map { Robust.median(Array(values[$0..<($0 + length)])) ?? 0 }
    var best = (error: Double.infinity, halfLife: usualHalfLife)
    for halfLife in candidates {
      let errors = cutoffs.indices.map { abs(level(histories[$0], halfLife) - targets[$0]) }
      // The few times when nothing could foretell a step do not decide.
      let most = Robust.quantile(errors, 0.9) ?? 0
      let error = errors.reduce(0) { $0 + min($1, most) }
      if error < best.error { best = (error, halfLife) }
    }
    return best.halfLife
  }

  /// A value, its own weight, and how many days before the cutoff it stands.
  private struct Entry {
    let value: Double
    let weight: Double
    let age: Int
  }

  private static func sorted(
    _ values: [Double], _ weights: [Double], before cutoff: Int
  ) -> [Entry] {
    sorted(values, weights, max(0, cutoff - window)..<cutoff)
  }

  private static func sorted(
    _ values: [Double], _ weights: [Double], _ days: Range<Int>
  ) -> [Entry] {
    days.map {
      Entry(value: values[$0], weight: weights[$0], age: days.upperBound - 1 - $0)
    }.sorted { $0.value < $1.value }
  }

  private static func level(_ entries: [Entry], _ halfLife: Double) -> Double {
    Robust.weightedMedian(
      sorted: entries.map(\.value),
      weights: entries.map { $0.weight * Robust.decay(age: $0.age, halfLife: halfLife) }) ?? 0
  }
}
