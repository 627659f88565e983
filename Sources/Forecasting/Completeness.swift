/// How much of a day is in yet, by the day's age when a delivery came: learned from what earlier
/// deliveries said of days that are settled by now.
///
/// The newest days of a bill are always short: usage is reported late. A day of which 55 % are usually
/// in and that stands at 55 % of its usual cost is an ordinary day, neither a drop nor a saving.
package struct Completeness: Sendable, Hashable {
  /// What was in of days of one age.
  package struct Share: Sendable, Hashable {
    /// The median share of the settled value that was in, above 0.
    package let median: Double
    /// How much the share varies from day to day, as a robust standard deviation.
    package let deviation: Double
    /// Settled days it was learned from.
    package let observations: Int

    package init(median: Double, deviation: Double, observations: Int) {
      self.median = median
      self.deviation = deviation
      self.observations = observations
    }
  }

  /// By age, 0 for the newest day of a delivery, up to the last age that is not wholly in.
  package let shares: [Share]

  /// Nothing is missing of any day.
  package static let full = Completeness(shares: [])

  /// Ages that are looked at.
  package static let mostDays = 10
  /// A share from here is the whole day.
  private static let whole = 0.998
  /// Shares below this say nothing of the day.
  private static let leastShare = 0.02
  /// Settled days from which a share is learned.
  package static let leastObservations = 3

  package init(shares: [Share]) {
    self.shares = shares
  }

  /// Learns from observed shares, a list for each age.
  ///
  /// Ages with fewer than three observations are taken as wholly in.
  package init(observed: [[Double]]) {
    var shares = observed.prefix(Completeness.mostDays).map { seen -> Share in
      guard seen.count >= Completeness.leastObservations, let median = Robust.median(seen),
        median > Completeness.leastShare
      else { return Share(median: 1, deviation: 0, observations: seen.count) }
      return Share(
        median: median, deviation: Robust.deviation(seen) ?? 0, observations: seen.count)
    }
    while let last = shares.last, abs(1 - last.median) < 1 - Completeness.whole,
      last.deviation < 1 - Completeness.whole
    {
      shares.removeLast()
    }
    self.shares = shares
  }

  /// What an earlier delivery showed of days that a later one has settled, a list of shares by age.
  ///
  /// - Parameters:
  ///   - earlier: a series as an earlier delivery had it, ending on its newest day.
  ///   - later: the same series as known now; its own newest days are not settled and not used.
  package static func observed(earlier: DailySeries, later: DailySeries) -> [[Double]] {
    var shares = [[Double]](repeating: [], count: mostDays)
    let scale = Robust.median(later.values.suffix(28).map { abs($0) }) ?? 0
    for age in shares.indices {
      let day = earlier.endDay - 1 - age
      // Settled enough: seen by the later delivery when at least four days older.
      guard day >= earlier.firstDay, day >= later.firstDay, later.endDay - 1 - day >= age + 4 else {
        continue
      }
      let settled = later.values[day - later.firstDay]
      guard abs(settled) > 0.05 * scale, settled != 0 else { continue }
      let share = earlier.values[day - earlier.firstDay] / settled
      if share.isFinite { shares[age].append(share) }
    }
    return shares
  }

  /// The share that was in, taking an age that is not listed as wholly in.
  package func share(age: Int) -> Share {
    shares.indices.contains(age)
      ? shares[age] : Share(median: 1, deviation: 0, observations: 0)
  }

  /// The shares of a series whose newest days are left out: what remains is older.
  package func aged(by days: Int) -> Completeness {
    Completeness(shares: Array(shares.dropFirst(max(0, days))))
  }

  /// The values with their newest days completed, nil when too few days are settled for that.
  ///
  /// What is in, divided by its usual share, and what the settled days before let expect are weighted
  /// by how well each is known.
  func completed(_ values: [Double], _ calendar: DayCalendar) -> [Double]? {
    guard !shares.isEmpty else { return values }
    let settled = values.count - shares.count
    guard settled >= 1, let model = SeasonalModel(Array(values[..<settled]), calendar) else {
      return nil
    }
    let noise = min(max(model.noise, 0.02), 0.3) * Completeness.modelDoubt
    var completed = values
    for index in settled..<values.count {
      let share = shares[values.count - 1 - index]
      let doubt = share.deviation / share.median
      let trust = noise * noise / max(noise * noise + doubt * doubt, 1e-12)
      completed[index] =
        trust * values[index] / share.median + (1 - trust) * model.expected(at: index)
    }
    return completed
  }

  /// A model's day is less sure than its recent noise says: levels move.
  private static let modelDoubt = 2.0
}
