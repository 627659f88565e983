/// The newest stretch of a series that stands away from everything before it, day for day.
///
/// A median of the past holds its level through such a stretch for weeks, as it should through days that
/// go wild; a stretch that has lasted a week is where the series stands now.
struct LevelShift {
  /// Days at the end of the series that belong to it, perhaps not all.
  let days: Int

  /// Whether it has lasted long enough to be believed.
  var isLasting: Bool { days >= LevelShift.lastingDays }

  private static let lastingDays = 7
  /// The lengths that are looked at.
  private static let lengths = [3, 4, 5, 6, 7, 10, 14, 18, 21, 28, 35, 42, 56, 70, 84]
  /// The days before the stretch that it is compared with, and the fewest of them.
  private static let before = 56
  private static let leastBefore = 28
  /// How many usual deviations every day of the stretch is away from the middle of the days before.
  private static let distance = 3.5
  /// The least of a usual deviation, as a share of the middle.
  private static let leastDeviation = 0.02

  /// Looks for the longest such stretch; nil where the newest days are like those before.
  ///
  /// - Parameter values: without profile, rhythms and postings.
  /// - Complexity: O(lengths × `before`), a sort only where a stretch is on one side of the middle.
  init?(_ values: [Double]) {
    var longest: Int?
    var low = Double.infinity
    var high = -Double.infinity
    var start = values.count
    for days in LevelShift.lengths where values.count - days >= LevelShift.leastBefore {
      for value in values[(values.count - days)..<start] {
        low = min(low, value)
        high = max(high, value)
      }
      start = values.count - days
      if LevelShift.isAway(low...high, from: values[max(0, start - LevelShift.before)..<start]) {
        longest = days
      }
    }
    guard let longest else { return nil }
    days = longest
  }

  private static func isAway(_ stretch: ClosedRange<Double>, from earlier: ArraySlice<Double>)
    -> Bool
  {
    let below = earlier.count { $0 < stretch.lowerBound }
    let above = earlier.count { $0 > stretch.upperBound }
    guard 2 * max(below, above) > earlier.count,
      let middle = Robust.median(Array(earlier)), let usual = Robust.deviation(Array(earlier))
    else { return false }
    let reach = distance * max(usual, leastDeviation * abs(middle))
    return stretch.lowerBound > middle + reach || stretch.upperBound < middle - reach
  }
}
