/// A weekday profile times a level, plus what the calendar posts: the point forecast.
///
/// The profile is the median, by weekday, of each day's ratio to the week around it; the level is the
/// weighted mean of the last four weeks without their profile, recent days counting more and days far
/// from their neighbours counting as their neighbours do.
struct SeasonalModel: Sendable {
  private let profile: [Double]
  private let level: Double
  private let postings: CalendarPostings

  /// Days that a forecast needs at least.
  static let minimumHistory = 14

  /// Fits a series; nil when its history is too thin.
  init?(_ series: DailySeries) {
    guard series.count >= SeasonalModel.minimumHistory else { return nil }
    postings = series.count >= 45 ? CalendarPostings(in: series) : .none
    let ordinary = postings.removed(from: series)
    let profile = SeasonalModel.weekdayProfile(of: ordinary)
    self.profile = profile
    level = SeasonalModel.level(of: ordinary, profile: profile)
  }

  /// What is expected on a day.
  func expected(on day: Int) -> Double {
    level * profile[DailySeries.weekday(day)] + postings.amount(on: day)
  }

  /// Mean 1; all 1 where the series gives no ratios (zeros).
  private static func weekdayProfile(of series: DailySeries) -> [Double] {
    var ratios = [[Double]](repeating: [], count: 7)
    let start = max(series.firstDay, series.endDay - 12 * 7)
    for day in start..<series.endDay {
      // The seven days around it; at the ends of the series, the nearest seven.
      let first = min(max(day - 3, series.firstDay), series.endDay - 7)
      let mean = series.total(first..<(first + 7)) / 7
      guard mean > 0 else { continue }
      ratios[DailySeries.weekday(day)].append(series.values[day - series.firstDay] / mean)
    }
    let medians = ratios.map { Robust.median($0) ?? 1 }
    let mean = medians.reduce(0, +) / 7
    guard mean > 0 else { return [Double](repeating: 1, count: 7) }
    return medians.map { $0 / mean }
  }

  private static func level(of series: DailySeries, profile: [Double]) -> Double {
    let recent = (max(series.firstDay, series.endDay - 28)..<series.endDay).compactMap { day in
      let weight = profile[DailySeries.weekday(day)]
      return weight > 0.01 ? series.values[day - series.firstDay] / weight : nil
    }
    guard let usual = Robust.median(recent), let fresh = Robust.median(Array(recent.suffix(9))),
      let newest = Robust.median(Array(recent.suffix(3))), let noise = Robust.deviation(recent)
    else { return 0 }
    // A new level counts while it holds; one that has gone back was an episode.
    let center = abs(newest - fresh) <= abs(newest - usual) ? fresh : usual
    let reach = max(4 * noise, abs(center) * 0.05)
    var sum = 0.0
    var weights = 0.0
    var weight = 1.0
    for value in recent.reversed() {
      sum += weight * min(max(value, center - reach), center + reach)
      weights += weight
      weight *= 0.85
    }
    return sum / weights
  }
}
