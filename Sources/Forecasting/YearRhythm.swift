/// How the weeks ahead stood to the weeks before them a year ago, half of it believed.
enum YearRhythm {
  private static let year = 364
  /// Days before the forecast whose level is seen through last year's as well.
  private static let lookBack = 84
  private static let smoothing = 21
  /// The weeks before last year's same day that its season is compared with.
  private static let reference = 28
  private static let strength = 0.5

  /// A factor for each index of the calendar; 1 where no year of history stands behind it.
  ///
  /// - Parameter level: the values without profile and rhythm.
  static func factors(_ level: [Double], count: Int) -> [Double] {
    var factors = [Double](repeating: 1, count: count)
    let origin = level.count - year
    guard origin >= reference else { return factors }
    let smooth = Robust.runningMean(level, width: smoothing)
    let before = smooth[(origin - reference)..<origin].reduce(0, +) / Double(reference)
    guard before > 0 else { return factors }
    let start = max(year, level.count - lookBack)
    for index in start..<max(start, count) {
      let then = smooth[min(index - year, level.count - 1)] / before
      factors[index] = Robust.power(min(max(then, 0.3), 3), strength)
    }
    return factors
  }
}
