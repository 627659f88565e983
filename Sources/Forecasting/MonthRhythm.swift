/// How days differ by their place in the month, beyond single postings: paydays, busy month ends.
///
/// It takes more than a year of days to be told from chance; without that all factors are 1.
struct MonthRhythm: Sendable {
  /// By ``DayCalendar/placeInMonth(_:)``; their mean over the history is 1.
  private(set) var factors = [Double](repeating: 1, count: DayCalendar.placesInMonth)

  /// Months count for the less, the longer ago they are.
  private static let halfLife = 365.0
  /// Weighted days that speak for a factor of 1 at each place.
  private static let prior = 6.0
  /// A ratio from here is a posting, not rhythm.
  private static let posting = 2.5
  /// Neighbouring places lend each other their days.
  private static let kernel = [1.0 / 3, 2.0 / 3, 1, 2.0 / 3, 1.0 / 3]

  /// - Parameters:
  ///   - values: without their weekday profile.
  ///   - trend: the level around each day.
  ///   - weights: how much each day counts.
  mutating func fit(
    _ values: [Double], trend: [Double], weights: [Double], _ calendar: DayCalendar
  ) {
    let places = DayCalendar.placesInMonth
    var sums = [Double](repeating: 0, count: places)
    var counts = [Double](repeating: 0, count: places)
    for index in values.indices where abs(trend[index]) > 1e-9 {
      let ratio = values[index] / trend[index]
      guard abs(ratio) < MonthRhythm.posting else { continue }
      let weight =
        Robust.decay(age: values.count - 1 - index, halfLife: MonthRhythm.halfLife) * weights[index]
      sums[calendar.placeInMonth(index)] += weight * (ratio - 1)
      counts[calendar.placeInMonth(index)] += weight
    }
    var smooth = [Double](repeating: 1, count: places)
    for place in 0..<places {
      var sum = 0.0
      var count = MonthRhythm.prior
      for (offset, share) in MonthRhythm.kernel.enumerated() {
        let near = (place + offset - 2 + places) % places
        sum += share * sums[near]
        count += share * counts[near]
      }
      smooth[place] += sum / count
    }
    let mean =
      values.indices.reduce(0) { $0 + smooth[calendar.placeInMonth($1)] } / Double(values.count)
    factors = mean > 0 ? smooth.map { $0 / mean } : smooth
  }
}
