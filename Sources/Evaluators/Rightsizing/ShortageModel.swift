import Glibc

/// How likely a server is to want more of a resource than a capacity gives it, in the month to come.
///
/// Two logistic regressions a resource over what was seen in the window, each weight at least zero, so that
/// a larger capacity is never thought riskier: one for the chance that the capacity falls short in more than
/// 1 % of the time, one for the share of the time that it does. Fitted to two weeks seen and a month
/// replayed of real virtual machines (the GWA-T-12 Bitbrains traces), windows begun on several days, sizes
/// scaled by 3 to 8; fitted on four fifths of the machines, the chances hold for the fifth that was left out:
/// of the sizes given 1 to 5 %, 5 to 15 % and 15 to 40 %, some 1, 7 and 14 % fell short.
struct ShortageModel {
  private struct Weights {
    let base, median, p99, p999, highest, exceeded, days, recent: Double

    func logistic(_ seen: Seen) -> Double {
      let sum =
        base + median * seen.median + p99 * seen.p99 + p999 * seen.p999 + highest * seen.highest
        + exceeded * seen.exceeded + days * seen.days + recent * seen.recent
      return 1 / (1 + exp(-min(30, max(-30, sum))))
    }
  }

  private let chance: Weights
  private let share: Weights

  static let cpu = ShortageModel(
    chance: Weights(
      base: -0.819, median: 0.311, p99: 0.261, p999: 0, highest: 1.355, exceeded: 0.922,
      days: 3.087, recent: 0.641),
    share: Weights(
      base: -2.981, median: 0.342, p99: 0, p999: 0, highest: 0.207, exceeded: 3.308, days: 0.09,
      recent: 0.653))

  static let memory = ShortageModel(
    chance: Weights(
      base: -0.915, median: 0, p99: 0.375, p999: 1.167, highest: 0, exceeded: 1.864, days: 2.349,
      recent: 1.826),
    share: Weights(
      base: -3.2, median: 0.876, p99: 0, p999: 0.288, highest: 0.265, exceeded: 4.363, days: 0.64,
      recent: 0.315))

  /// What to expect of a capacity, given in percent of today's.
  func outlook(_ profile: DemandProfile, capacity: Double) -> Outlook {
    let seen = Seen(profile, capacity)
    return Outlook(chance: chance.logistic(seen), share: share.logistic(seen))
  }

  /// What the window says about a capacity: logarithms of loads relative to it, the root of the share of
  /// points above it, the share of days whose P99 is above it, and the highest P99 of the last three days.
  private struct Seen {
    let median, p99, p999, highest, exceeded, days, recent: Double

    init(_ profile: DemandProfile, _ capacity: Double) {
      func relative(_ load: Double) -> Double { log(max(load / capacity, 0.001)) }
      median = relative(profile.load(0.5))
      p99 = relative(profile.load(0.99))
      p999 = relative(profile.load(0.999))
      highest = relative(profile.load(1))
      exceeded = profile.share(above: capacity).squareRoot()
      days = Double(profile.days.count { $0 > capacity }) / Double(profile.days.count)
      recent = relative(profile.days.suffix(3).max() ?? 0)
    }
  }
}

/// What is to be expected of a size in the month to come.
struct Outlook: Sendable {
  /// The chance that it falls short in more than 1 % of the time, 0 to 1.
  let chance: Double
  /// The expected share of the time in which it falls short, 0 to 1.
  let share: Double

  static let none = Outlook(chance: 0, share: 0)

  /// Both resources of one server: it falls short when either does.
  func combined(with other: Outlook) -> Outlook {
    Outlook(
      chance: 1 - (1 - chance) * (1 - other.chance), share: 1 - (1 - share) * (1 - other.share))
  }
}
