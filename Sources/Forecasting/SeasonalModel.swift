/// The point forecast: a level times a weekday profile, the month's and the year's rhythm where the
/// history is long enough to show them, plus what the calendar posts.
///
/// Profile and level are medians, so that a day that goes wild moves neither.
struct SeasonalModel: Sendable {
  private let level: Double
  /// Where the newest days stand, when they stand away from all before them and may or may not stay;
  /// nil where they do not.
  private let newestLevel: Double?
  /// Profile times rhythms, by index of the calendar.
  private let shape: [Double]
  private let postings: [Double]
  /// The usual distance of a recent day from what the model says of it, as a share of it.
  let noise: Double

  /// Days that a forecast needs at least.
  static let minimumHistory = 14
  /// Days from which rhythms of the month and of the year are believed: a year and a season.
  private static let rhythmHistory = 476
  private static let profileHalfLife = 80.0
  private static let profileLookBack = 400
  private static let leastProfile = 0.05

  /// Fits values that stand at the calendar's first indices; nil when there are too few.
  init?(_ values: [Double], _ calendar: DayCalendar) {
    guard values.count >= SeasonalModel.minimumHistory else { return nil }
    let count = values.count
    let postings = CalendarPostings(in: values, calendar: calendar)
    let ordinary = postings.ordinary
    let hasRhythms = count >= SeasonalModel.rhythmHistory
    var profile = [Double](repeating: 1, count: 7)
    var month = MonthRhythm()
    var trend = Robust.runningMean(ordinary, width: 7)
    for _ in 0..<2 {
      let withoutMonth = ordinary.indices.map {
        ordinary[$0] / max(month.factors[calendar.placeInMonth($0)], SeasonalModel.leastProfile)
      }
      profile = SeasonalModel.weekdayProfile(withoutMonth, trend: trend, calendar)
      let weekdayWeights = (0..<count).map {
        max(profile[calendar.weekday[$0]], SeasonalModel.leastProfile)
      }
      let flat = ordinary.indices.map { ordinary[$0] / weekdayWeights[$0] }
      guard hasRhythms else {
        trend = Robust.runningMean(flat, width: 29)
        continue
      }
      trend = Robust.runningMean(
        flat.indices.map {
          flat[$0] / max(month.factors[calendar.placeInMonth($0)], SeasonalModel.leastProfile)
        }, width: 29)
      month.fit(flat, trend: trend, weights: weekdayWeights, calendar)
    }

    var shape = (0..<calendar.count).map {
      profile[calendar.weekday[$0]] * month.factors[calendar.placeInMonth($0)]
    }
    let weights = (0..<count).map { max(shape[$0], SeasonalModel.leastProfile) }
    var flat = ordinary.indices.map { ordinary[$0] / weights[$0] }
    if hasRhythms {
      let year = YearRhythm.factors(flat, count: calendar.count)
      for index in flat.indices { flat[index] /= year[index] }
      for index in shape.indices { shape[index] *= year[index] }
    }
    let shift = LevelShift(flat)
    let level = Level.of(
      flat, weights: weights.indices.map { weights[$0] * calendar.weight[$0] },
      horizon: calendar.count - count, shift: shift)
    self.level = level
    newestLevel = shift.flatMap { $0.isLasting ? nil : Robust.median(flat.suffix($0.days)) }
    self.shape = shape
    self.postings = postings.amounts
    let distances = flat.suffix(28).map { abs($0 - level) }
    noise = level == 0 ? 1 : 1.4826 * (Robust.median(distances) ?? 0) / abs(level)
  }

  /// What is expected on a day of the calendar.
  func expected(at index: Int) -> Double { level * shape[index] + postings[index] }

  /// What a day of the calendar would be if the newest days stay where they are; nil where they are like
  /// those before.
  func expectedIfItLasts(at index: Int) -> Double? {
    newestLevel.map { $0 * shape[index] + postings[index] }
  }

  /// Mean 1; all 1 where the values give no ratios (zeros).
  private static func weekdayProfile(
    _ values: [Double], trend: [Double], _ calendar: DayCalendar
  ) -> [Double] {
    var ratios = [[(value: Double, weight: Double)]](repeating: [], count: 7)
    for index in max(0, values.count - profileLookBack)..<values.count
    where abs(trend[index]) > 1e-9 {
      ratios[calendar.weekday[index]].append(
        (
          min(max(values[index] / trend[index], 0), 3),
          Robust.decay(age: values.count - 1 - index, halfLife: profileHalfLife)
        ))
    }
    let medians = ratios.map { day in
      let sorted = day.sorted { $0.value < $1.value }
      return Robust.weightedMedian(sorted: sorted.map(\.value), weights: sorted.map(\.weight)) ?? 1
    }
    let mean = medians.reduce(0, +) / 7
    guard mean > 0 else { return [Double](repeating: 1, count: 7) }
    return medians.map { $0 / mean }
  }
}
