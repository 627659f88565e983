import Forecasting
import Glibc

/// What one leaf of a bill is expected to cost on a day, learned from its own days before.
///
/// A leaf that is charged on most days has a level (the recent days without their weekday's part,
/// wild ones clipped) times a weekday profile, both in logarithms: costs move by percentages. What
/// stood out at the same place of the two months before is expected again; a fee that is a fixed
/// share of yesterday's bill is expected to follow it. Days that a run of anomalous days holds are
/// not learned from.
struct LeafModel {
  /// What an expectation rests on.
  enum Basis { case nothing, firstDays, profile, occasional }

  struct Expectation {
    var basis: Basis
    var cost: Double
    /// The standard deviation of the ordinary days, of the logarithm.
    var spread: Double
    /// The logarithm of actual over expected; nil where one of them is not positive.
    var ratio: Double?
    /// The same against the level and weekday alone.
    var ordinaryRatio: Double?
    /// Whether the calendar or yesterday's bill explains the day, so that it teaches nothing.
    var isExplained = false
  }

  let firstDay: Int
  /// Cost by day since `firstDay`.
  let values: [Double]
  /// Logarithms of the days learned from, NaN for the others.
  private var learned: [Double]
  /// Logarithms of actual over expected of ordinary days, NaN for the others.
  private var residuals: [Double]
  /// The same for all days, against the level and the weekday alone.
  private var ordinaryResiduals: [Double]
  private var firstCharged: Int?

  private static let profileDays = 56
  private static let spreadDays = 49
  private static let levelDays = 12
  private static let leastSpread = 0.02
  private static let unknownSpread = 0.1
  /// Days in which a leaf finds its level.
  private static let firstDays = 24

  init(firstDay: Int, values: [Double]) {
    self.firstDay = firstDay
    self.values = values
    let none = [Double](repeating: .nan, count: values.count)
    learned = none
    residuals = none
    ordinaryResiduals = none
  }

  /// The logarithms of actual over expected of the two days before, nearest first; 0 for a day that
  /// was not learned from.
  func lastResiduals(before index: Int) -> (Double, Double) {
    (residual(index - 1), residual(index - 2))
  }

  private func residual(_ index: Int) -> Double {
    index >= 0 && !residuals[index].isNaN ? residuals[index] : 0
  }

  /// What the days before `index` make of it.
  ///
  /// - Parameter total: the whole bill by day, for fees that follow it.
  func expectation(at index: Int, total: [Double]) -> Expectation {
    guard let firstCharged else { return Expectation(basis: .nothing, cost: 0, spread: 0.3) }
    if index - firstCharged < LeafModel.firstDays {
      return ofFirstDays(index, since: firstCharged)
    }
    let recent = learned[max(0, index - 28)..<index]
    guard recent.count(where: { !$0.isNaN }) >= 7 else { return occasional(index) }
    return ofProfile(index, total)
  }

  /// Makes a day part of what later days are expected by.
  mutating func learn(_ index: Int, _ expectation: Expectation, isAnomalous: Bool) {
    let isCharged = values[index] > 0
    if let ratio = expectation.ordinaryRatio { ordinaryResiduals[index] = ratio }
    guard !isAnomalous else { return }
    if isCharged && firstCharged == nil { firstCharged = index }
    guard !expectation.isExplained else { return }
    if isCharged { learned[index] = log(values[index]) }
    if expectation.basis == .profile, let ratio = expectation.ratio { residuals[index] = ratio }
  }

  /// Takes a changed level for the normal one.
  mutating func adopt(_ indices: ClosedRange<Int>) {
    for index in indices where values[index] > 0 {
      learned[index] = log(values[index])
      if firstCharged == nil { firstCharged = index }
    }
  }

  // MARK: The three ways to expect

  /// What it has cost so far, and as much growth again as the last day brought.
  private func ofFirstDays(_ index: Int, since first: Int) -> Expectation {
    let known = learned[first..<index].filter { !$0.isNaN }.map { exp($0) }
    var cost = 0.0
    if let last = known.last {
      let growth = known.count > 1 ? max(0, last - known[known.count - 2]) : last
      cost = max(last + growth, Robust.median(known) ?? 0)
    }
    return Expectation(
      basis: .firstDays, cost: cost, spread: 0.25, ratio: logRatio(values[index], cost))
  }

  /// A leaf that is charged now and then: what came at the same place of the months before, else its
  /// usual amount.
  private func occasional(_ index: Int) -> Expectation {
    let same = MonthPlaces.earlier(firstDay + index).joined().map { $0 - firstDay }
      .filter { $0 >= 0 && values[$0] > 0 }.map { values[$0] }
    let actual = values[index]
    var cost = same.min { abs($0 - actual) < abs($1 - actual) } ?? 0
    if cost == 0 {
      let recent = learned[max(0, index - LeafModel.profileDays)..<index].suffix(28)
      if recent.contains(where: { !$0.isNaN }) {
        let usual = learned[max(0, index - LeafModel.profileDays)..<index].filter { !$0.isNaN }
        cost = exp(Robust.median(Array(usual.suffix(5))) ?? 0)
      }
    }
    return Expectation(
      basis: .occasional, cost: cost, spread: 0.3, ratio: logRatio(actual, cost))
  }

  private func ofProfile(_ index: Int, _ total: [Double]) -> Expectation {
    let profile = weekdayProfile(before: index)
    let spread = spread(before: index)
    let usual = level(before: index, profile, spread) + profile[weekday(index)]
    var result = Expectation(
      basis: .profile, cost: exp(usual), spread: spread,
      ratio: values[index] > 0 ? log(values[index]) - usual : nil)
    result.ordinaryRatio = result.ratio
    guard let ratio = result.ratio, abs(ratio) > 0.1 else { return result }
    if abs(ratio) > 0.15, let recurring = recurring(index, like: ratio) {
      result.cost = exp(usual + recurring)
      result.ratio = ratio - recurring
      result.isExplained = true
    }
    if let share = shareOfYesterday(before: index), index > 0, total[index - 1] > values[index - 1],
      let ratio = logRatio(values[index], share * (total[index - 1] - values[index - 1])),
      abs(ratio) < abs(result.ratio ?? .infinity)
    {
      result.cost = values[index] / exp(ratio)
      result.ratio = ratio
      result.isExplained = true
    }
    return result

    /// The share of the rest of yesterday's bill that the leaf has been, when it was a fixed one for
    /// four weeks or for the last ten days, much more so than the leaf itself is steady: where the
    /// whole bill is, every leaf is a fixed share of it.
    func shareOfYesterday(before index: Int) -> Double? {
      guard index > 28, let noise = noise(before: index) else { return nil }
      let shares = ((index - 28)..<index).map { day in
        logRatio(values[day], total[day - 1] - values[day - 1])
      }
      for days in [28, 10] {
        let known = shares.suffix(days).compactMap { $0 }
        guard known.count * 10 >= days * 7, let middle = Robust.median(known),
          let deviation = Robust.deviation(known), deviation < min(0.02, noise / 3)
        else { continue }
        return exp(middle)
      }
      return nil
    }
  }

  /// How far the day stands out when it stood out alike at its place of the months before.
  private func recurring(_ index: Int, like ratio: Double) -> Double? {
    let day = firstDay + index
    let earlier = MonthPlaces.earlier(day).compactMap { days -> Double? in
      days.map { $0 - firstDay }.filter { $0 >= 0 && !ordinaryResiduals[$0].isNaN }
        .map { ordinaryResiduals[$0] }.min { abs($0 - ratio) < abs($1 - ratio) }
    }
    guard earlier.count >= (MonthPlaces.isTurn(day) ? 1 : 2) else { return nil }
    let alike = earlier.allSatisfy { $0 * (ratio < 0 ? -1 : 1) > abs(ratio) / 2 }
    return alike ? Robust.median(earlier) : nil
  }

  // MARK: Level, weekdays, noise

  private func weekday(_ index: Int) -> Int { DailySeries.weekday(firstDay + index) }

  /// The median distance, by weekday, from the mean of the week around; few days count for less.
  private func weekdayProfile(before index: Int) -> [Double] {
    let start = max(0, index - LeafModel.profileDays)
    let length = index - start
    var distances = [[Double]](repeating: [], count: 7)
    for position in 0..<length where !learned[start + position].isNaN {
      let from = max(0, min(position - 3, length - 7))
      var sum = 0.0
      var count = 0.0
      for near in from..<min(from + 7, length) where !learned[start + near].isNaN {
        sum += learned[start + near]
        count += 1
      }
      guard count >= 5 else { continue }
      distances[weekday(start + position)].append(learned[start + position] - sum / count)
    }
    let medians = distances.map { found in
      (Robust.median(found) ?? 0) * Double(found.count) / (Double(found.count) + 0.5)
    }
    let mean = medians.reduce(0, +) / 7
    return medians.map { $0 - mean }
  }

  private func spread(before index: Int) -> Double {
    noise(before: index).map { max(LeafModel.leastSpread, $0) } ?? LeafModel.unknownSpread
  }

  /// The robust deviation of the last seven weeks' ordinary days; nil where they are too few.
  private func noise(before index: Int) -> Double? {
    let known = residuals[max(0, index - LeafModel.spreadDays)..<index].filter { !$0.isNaN }
    return known.count >= 10 ? Robust.deviation(known) : nil
  }

  /// The weighted mean of the last days without their weekday's part, later ones counting more and
  /// wild ones clipped.
  private func level(before index: Int, _ profile: [Double], _ spread: Double) -> Double {
    var recent: [Double] = []
    var day = index - 1
    while day >= max(0, index - LeafModel.profileDays), recent.count < LeafModel.levelDays {
      if !learned[day].isNaN { recent.append(learned[day] - profile[weekday(day)]) }
      day -= 1
    }
    guard let center = Robust.median(recent) else { return 0 }
    let reach = 1.5 * spread
    var sum = 0.0
    var weights = 0.0
    var weight = 1.0
    for value in recent {
      sum += weight * min(max(value, center - reach), center + reach)
      weights += weight
      weight *= 0.85
    }
    return sum / weights
  }

  private func logRatio(_ actual: Double, _ expected: Double) -> Double? {
    actual > 0 && expected > 0 ? log(actual / expected) : nil
  }
}
