import Forecasting

/// From what was seen day by day in each leaf to the anomalies of each service: what happened on the
/// same days in the same direction is one of them, with its leaves as the root causes.
struct CostAnomalies {
  private(set) var found: [CostAnomaly] = []
  private let costs: DailyCosts
  private let leaves: [DailyCosts.Leaf: DailySeries]

  /// Anomalies that ended longer ago than this are history, not findings.
  private static let reportedDays = 31
  private static let mostCauses = 5
  /// What a first charge has to have cost by now to be told.
  private static let leastFirstCost = 1.0

  /// - Parameter dropsThrough: the last day that a drop can begin on; nil for any.
  init(_ costs: DailyCosts, _ feedback: AnomalyFeedback, dropsThrough: Int? = nil) {
    self.costs = costs
    leaves = costs.series { $0 }
    var options = CostWatch.Options()
    options.dropsThrough = dropsThrough ?? .max
    let runs = lastOfEachRun(
      CostWatch.detections(in: leaves, options: options, feedback: feedback))
    for (service, runs) in grouped(runs) {
      for run in rolledUp(runs) where run.end > costs.lastDay - CostAnomalies.reportedDays {
        found.append(anomaly(service, run))
      }
    }
    found += firstCharges(feedback)
    found += endedCharges(feedback, through: min(costs.lastDay, dropsThrough ?? .max))
    found.sort {
      (abs($1.impact), $0.account, $0.service, $0.start)
        < (abs($0.impact), $1.account, $1.service, $1.start)
    }
    for index in found.indices { found[index].hiddenBy = opposite(of: found[index]) }
  }

  private struct Service: Hashable, Comparable {
    let account: String
    let service: String

    static func < (a: Service, b: Service) -> Bool {
      (a.account, a.service) < (b.account, b.service)
    }
  }

  /// Runs of days that belong together.
  private struct RolledUp {
    var start: Int
    var end: Int
    var parts: [CostWatch.Detection]
    var isRise: Bool { parts[0].kind != .drop }
  }

  // MARK: Rolling up

  /// What is known of each run at its end.
  private func lastOfEachRun(_ detections: [CostWatch.Detection]) -> [CostWatch.Detection] {
    struct Run: Hashable {
      let scope: CostWatch.Scope
      let start: Int
    }
    var last: [Run: CostWatch.Detection] = [:]
    for found in detections { last[Run(scope: found.scope, start: found.start)] = found }
    return last.values.sorted {
      ($0.start, $0.day, $0.scope.region ?? "", $0.scope.usageType ?? "")
        < ($1.start, $1.day, $1.scope.region ?? "", $1.scope.usageType ?? "")
    }
  }

  private func grouped(
    _ runs: [CostWatch.Detection]
  ) -> [(Service, [CostWatch.Detection])] {
    Dictionary(grouping: runs) { Service(account: $0.scope.account, service: $0.scope.service) }
      .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Runs in the same direction whose days touch, a gap of one allowed, are one.
  private func rolledUp(_ runs: [CostWatch.Detection]) -> [RolledUp] {
    var result: [RolledUp] = []
    for run in runs {
      let isRise = run.kind != .drop
      if let same = result.lastIndex(where: {
        $0.isRise == isRise && run.start <= $0.end + 2 && run.day >= $0.start - 2
      }) {
        result[same].parts.append(run)
        result[same].end = max(result[same].end, run.day)
      } else {
        result.append(RolledUp(start: run.start, end: run.day, parts: [run]))
      }
    }
    return result
  }

  private func anomaly(_ service: Service, _ run: RolledUp) -> CostAnomaly {
    var impacts: [DailyCosts.Leaf: Double] = [:]
    for part in run.parts { impacts.merge(part.causes, uniquingKeysWith: +) }
    let total = run.parts.reduce(0) { $0 + $1.impact }
    // What moved by less than a fiftieth of the whole, or the other way, explains nothing.
    let causes = impacts.filter { $0.value / total > 0.02 }
      .sorted { (abs($1.value), $0.key) < (abs($0.value), $1.key) }
    return CostAnomaly(
      account: service.account, service: service.service, kind: kind(service, run, causes),
      start: run.start, end: run.end, actual: run.parts.reduce(0) { $0 + $1.actual },
      expected: run.parts.reduce(0) { $0 + $1.expected }, score: run.parts.map(\.score).max() ?? 0,
      rootCauses: causes.prefix(CostAnomalies.mostCauses).map {
        CostAnomaly.RootCause(
          region: $0.key.region, usageType: $0.key.usageType, impact: $0.value)
      }, currency: costs.currency, isOpen: run.end >= costs.lastDay)
  }

  private func kind(
    _ service: Service, _ run: RolledUp, _ causes: [(key: DailyCosts.Leaf, value: Double)]
  ) -> CostAnomaly.Kind {
    guard run.isRise else { return .drop }
    guard run.parts.contains(where: { $0.kind == .appeared }), let main = causes.first?.key else {
      return .rise
    }
    return firstChargeKind(main, before: run.start)
      ?? (run.parts.allSatisfy { $0.kind == .appeared } ? .newUsageType : .rise)
  }

  // MARK: What is new

  /// Whether a leaf is the first of its service or region in the account.
  private func firstChargeKind(_ leaf: DailyCosts.Leaf, before day: Int) -> CostAnomaly.Kind? {
    var isService = true
    var isRegion = !leaf.region.isEmpty
    for (other, series) in leaves where other.account == leaf.account {
      guard isService || isRegion else { return nil }
      guard other.service == leaf.service || other.region == leaf.region,
        series.prefix(before: day).values.contains(where: { $0 > 0 })
      else { continue }
      if other.service == leaf.service { isService = false }
      if other.region == leaf.region { isRegion = false }
    }
    return isService ? .newService : isRegion ? .newRegion : nil
  }

  /// First charges of services and regions that are too small to be anomalies by their money.
  private func firstCharges(_ feedback: AnomalyFeedback) -> [CostAnomaly] {
    let told = Set(found.map { Service(account: $0.account, service: $0.service) })
    let earliest = max(
      costs.lastDay - CostAnomalies.reportedDays + 1,
      costs.firstDay + CostWatch.Options().learningDays)
    var events: [CostAnomaly] = []
    var seen: Set<[String]> = []
    for (leaf, series) in leaves.sorted(by: { $0.key < $1.key }) {
      guard let index = series.values.firstIndex(where: { $0 > 0 }) else { continue }
      let start = series.firstDay + index
      let service = Service(account: leaf.account, service: leaf.service)
      guard start >= earliest, !told.contains(service),
        let kind = firstChargeKind(leaf, before: start), !feedback.isExpected(leaf, on: start)
      else { continue }
      let place = kind == .newService ? leaf.service : leaf.region
      let cost = series.total(start..<series.endDay)
      guard cost >= CostAnomalies.leastFirstCost,
        seen.insert([leaf.account, kind.rawValue, place]).inserted
      else { continue }
      events.append(
        CostAnomaly(
          account: leaf.account, service: leaf.service, kind: kind, start: start, end: start,
          actual: series.values[index], expected: 0, score: 0,
          rootCauses: [
            CostAnomaly.RootCause(
              region: leaf.region, usageType: leaf.usageType, impact: series.values[index])
          ], currency: costs.currency, isOpen: start >= costs.lastDay))
    }
    return events
  }

  // MARK: What ended

  /// Charges that came every day and do not any more, but for those of a drop that goes on.
  private func endedCharges(_ feedback: AnomalyFeedback, through lastDay: Int) -> [CostAnomaly] {
    let earliest = lastDay - CostAnomalies.reportedDays + 1
    guard earliest <= lastDay else { return [] }
    let drops = found.filter { $0.kind == .drop }
    return EndedCharges(leaves, lastDay: lastDay).endings(earliest...lastDay, feedback: feedback)
      .filter { ending in
        !drops.contains {
          $0.account == ending.account && $0.service == ending.service && $0.end >= ending.start
            && $0.start <= ending.end
        }
      }
      .map { ending in
        let days = Double(ending.end - ending.start + 1)
        return CostAnomaly(
          account: ending.account, service: ending.service, kind: .ended, start: ending.start,
          end: ending.end, actual: 0, expected: ending.expected, score: ending.score,
          rootCauses: ending.leaves.prefix(CostAnomalies.mostCauses).map {
            CostAnomaly.RootCause(
              region: $0.leaf.region, usageType: $0.leaf.usageType, impact: -$0.cost * days)
          }, currency: costs.currency, isOpen: true)
      }
  }

  // MARK: What hides it

  /// The impact of the account's opposite anomalies on days of this one.
  private func opposite(of anomaly: CostAnomaly) -> Double {
    found.filter {
      $0.account == anomaly.account && ($0.impact < 0) != (anomaly.impact < 0)
        && $0.start <= anomaly.end && $0.end >= anomaly.start
    }.reduce(0) { $0 + $1.impact }
  }
}
