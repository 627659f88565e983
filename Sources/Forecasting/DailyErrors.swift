import Glibc

/// Errors of single days in a backtest, made comparable by the size of the day and by its weekday.
struct DailyErrors: Sendable {
  private struct Entry {
    let error: Double
    let expected: Double
    let weekday: Int
  }

  private var entries: [Entry] = []
  private var scaled: Scaled?

  /// Large days err by more, though not in proportion.
  private static let sizeExponent = 0.3
  /// How far a weekday's own size of error is believed.
  private static let weekdayTrust = 0.9

  private static let normalPart = 0.3

  /// Errors divided by their scale, ascending, and what the scale is made of.
  private struct Scaled {
    let errors: [Double]
    let byWeekday: [Double]
    let meanSize: Double
    let center: Double
    /// The standard deviation, the wildest hundredth on each side held in.
    let deviation: Double

    /// Mostly the empirical quantile; a part of the normal one steadies it, whose tails are few days.
    func quantile(_ fraction: Double) -> Double {
      let normal = center + deviation * Robust.normalQuantile(fraction)
      return (1 - DailyErrors.normalPart) * Robust.quantile(sorted: errors, fraction)
        + DailyErrors.normalPart * normal
    }

    func scale(_ value: Double, weekday: Int) -> Double {
      byWeekday[weekday] * DailyErrors.sizeFactor(value, meanSize: meanSize)
    }
  }

  var isEmpty: Bool { entries.isEmpty }

  mutating func add(expected: [Double], came: [Double], firstDay: Int) {
    for (offset, (expected, came)) in zip(expected, came).enumerated() {
      entries.append(
        Entry(
          error: came - expected, expected: expected,
          weekday: DailySeries.weekday(firstDay + offset)))
    }
    scaled = nil
  }

  /// Fixes the scales once all errors are in.
  ///
  /// - Complexity: O(n log n) for n errors.
  mutating func finish() {
    guard !entries.isEmpty else { return }
    let count = Double(entries.count)
    let meanSize = max(entries.reduce(0) { $0 + abs($1.expected) } / count, 1e-9)
    var sums = [Double](repeating: 0, count: 7)
    var counts = [Double](repeating: 0, count: 7)
    let relative = entries.map {
      $0.error / DailyErrors.sizeFactor($0.expected, meanSize: meanSize)
    }
    for (entry, error) in zip(entries, relative) {
      sums[entry.weekday] += abs(error)
      counts[entry.weekday] += 1
    }
    let mean = relative.reduce(0) { $0 + abs($1) } / count
    let byWeekday = (0..<7).map { weekday in
      let own = counts[weekday] > 0 ? sums[weekday] / counts[weekday] : mean
      return max(
        DailyErrors.weekdayTrust * own + (1 - DailyErrors.weekdayTrust) * mean, meanSize * 1e-3)
    }
    let errors = zip(entries, relative).map { $1 / byWeekday[$0.weekday] }.sorted()
    let low = Robust.quantile(sorted: errors, 0.01)
    let high = Robust.quantile(sorted: errors, 0.99)
    let held = errors.map { min(max($0, low), high) }
    let middle = held.reduce(0, +) / count
    let variance = held.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / count
    scaled = Scaled(
      errors: errors, byWeekday: byWeekday, meanSize: meanSize,
      center: Robust.quantile(sorted: errors, 0.5), deviation: variance.squareRoot())
  }

  /// - Precondition: ``finish()`` was called after the last error was added.
  func bounds(_ mean: Double, day: Int, level: Double) -> (low: Double, high: Double)? {
    guard let scaled else { return nil }
    let scale = scaled.scale(mean, weekday: DailySeries.weekday(day))
    let low = scaled.quantile((1 - level) / 2)
    let high = scaled.quantile((1 + level) / 2)
    return (mean + scale * min(low, 0), mean + scale * max(high, 0))
  }

  private static func sizeFactor(_ value: Double, meanSize: Double) -> Double {
    pow(max(abs(value) / meanSize, 0.1), sizeExponent)
  }
}
