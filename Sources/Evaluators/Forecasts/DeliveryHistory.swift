import Forecasting

/// Deliveries of the same series at different days, found among series by what they say of their old
/// days, and what they teach of how late the newest days come in.
///
/// Nothing is learned from a delivery later than the one that is asked about.
struct DeliveryHistory: Sendable {
  /// Where a series begins and how: what deliveries of one series have in common.
  private struct Origin: Hashable {
    let firstDay: Int
    let values: [Double]
  }

  /// Shares by age that became known on a day.
  private struct Observation: Sendable {
    let knownOn: Int
    let origin: Origin
    let shares: [[Double]]
  }

  private let deliveries: [Origin: [DailySeries]]
  private let observations: [Observation]
  /// What series that end on one day show of their newest days, by that day.
  private let firstSights: [Int: [[Double]]]

  private static let originDays = 28
  /// Observations of a series' own from which others are not asked.
  private static let enough = 8
  private static let most = 240

  init(_ series: [DailySeries]) {
    var deliveries: [Origin: [DailySeries]] = [:]
    for series in series {
      if let origin = DeliveryHistory.origin(of: series) {
        deliveries[origin, default: []].append(series)
      }
    }
    for origin in deliveries.keys { deliveries[origin]?.sort { $0.endDay < $1.endDay } }
    var observations: [Observation] = []
    for (origin, known) in deliveries {
      for (earlier, later) in zip(known, known.dropFirst())
      where DeliveryHistory.agree(earlier, later) {
        observations.append(
          Observation(
            knownOn: later.endDay, origin: origin,
            shares: Completeness.observed(earlier: earlier, later: later)))
      }
    }
    self.deliveries = deliveries
    self.observations = observations.sorted { $0.knownOn > $1.knownOn }
    let firstDeliveries = deliveries.values.compactMap(\.first)
    firstSights = Dictionary(grouping: firstDeliveries, by: \.endDay).compactMapValues {
      $0.count >= FirstSight.leastSeries ? FirstSight.shares($0) : nil
    }
  }

  /// How much of a series' newest days is in.
  func completeness(of series: DailySeries) -> Completeness {
    guard let origin = DeliveryHistory.origin(of: series) else { return .full }
    var shares = [[Double]](repeating: [], count: Completeness.mostDays)
    for earlier in deliveries[origin] ?? []
    where earlier.endDay < series.endDay && DeliveryHistory.agree(earlier, series) {
      DeliveryHistory.add(Completeness.observed(earlier: earlier, later: series), to: &shares)
    }
    let own = shares.map(\.count).max() ?? 0
    if own < DeliveryHistory.enough {
      for other in observations where other.knownOn <= series.endDay && other.origin != origin {
        DeliveryHistory.add(other.shares, to: &shares)
        if shares[0].count >= DeliveryHistory.most { break }
      }
    }
    guard shares.contains(where: { !$0.isEmpty }) else {
      return Completeness(observed: firstSights[series.endDay] ?? [])
    }
    return Completeness(observed: shares)
  }

  private static func add(_ more: [[Double]], to shares: inout [[Double]]) {
    for (age, seen) in more.enumerated() where age < shares.count { shares[age] += seen }
  }

  private static func origin(of series: DailySeries) -> Origin? {
    guard series.count > originDays else { return nil }
    let values = Array(series.values.prefix(originDays))
    // Series that begin with nothing begin alike.
    return values.contains { $0 != 0 } ? Origin(firstDay: series.firstDay, values: values) : nil
  }

  /// Whether two series say the same of the days that both have long known.
  private static func agree(_ earlier: DailySeries, _ later: DailySeries) -> Bool {
    let settled = min(earlier.count, later.count) - Completeness.mostDays
    guard settled > 0 else { return false }
    let same = (0..<settled).count {
      abs(earlier.values[$0] - later.values[$0]) <= 0.01 * abs(later.values[$0])
    }
    return same * 10 >= settled * 9
  }
}
