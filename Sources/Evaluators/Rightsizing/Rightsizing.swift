import Columns
package import Reports
import TextFormats
package import Warehouse

/// Looks at what is paid for and says what would cost less: servers that are too large, too small, idle, of
/// an old generation or needed by day only, and whatever the queries of `queries/savings` find.
///
/// Metrics are those of fourteen days, as in AWS Compute Optimizer, at least 30 hours of them; percentiles are
/// P99.5 of the maxima. The size is chosen by ``SizeChooser``. A resource gets one recommendation; what else
/// could be done with it stands beside it, so that savings can be added up.
package struct Rightsizing {
  package struct Options: Sendable {
    package var days = 14
    package var leastHours = 30
    /// Below this peak CPU, and this network traffic a day, a server is idle.
    package var idleCPUPercent = 5.0
    package var idleNetworkBytesPerDay = 5e6
    /// The share of the network's or EBS's baseline that stays free at the P99.5.
    package var trafficHeadroom = 0.2
    package var sizes = SizeChooser.Settings()

    package init() {}
  }

  private let warehouse: Warehouse
  private let day: EvaluationDay
  private let catalog: InstanceCatalog
  private let options: Options
  private let queries: [NamedQuery]
  private let suppressions: [Suppression]

  /// - Parameters:
  ///   - catalog: nil for the shipped one, with what `ec2_instance_types` of the lake adds.
  ///   - queries: those of `queries/savings`.
  package init(
    _ warehouse: Warehouse, _ day: EvaluationDay, catalog: InstanceCatalog? = nil,
    options: Options = Options(), queries: [NamedQuery] = [], suppressions: [Suppression] = []
  ) throws {
    self.warehouse = warehouse
    self.day = day
    self.catalog = try (catalog ?? .shipped).adding(factsOf: warehouse)
    self.options = options
    self.queries = queries
    self.suppressions = suppressions
  }

  /// A recommendation for each running server of the latest inventory and each other host that was scraped,
  /// then those for other resources; by resource.
  ///
  /// - Parameter report: told of a query of savings that cannot be asked as it is written; unless it throws,
  ///   the others are.
  /// - Throws: what querying the lake throws.
  package func evaluate(
    reporting report: (ConfigurationError) throws -> Void = { throw $0 }
  ) throws -> [Recommendation] {
    var found = try servers()
    found += try ResourceSavings(warehouse, day).evaluate(queries, reporting: report)
    found = Rightsizing.withoutParts(Rightsizing.withoutOverlaps(found))
    for index in found.indices where found[index].action != nil {
      found[index].suppression = suppressions.first { $0.holds(for: found[index], on: day.today) }
    }
    return found
  }

  private func servers() throws -> [Recommendation] {
    let listed = try Server.listed(warehouse)
    let isScraped = try warehouse.hasTable("prometheus_samples")
    let scraped =
      isScraped ? try Server.scraped(warehouse, besides: Set(listed.map(\.id)), catalog) : []
    guard !listed.isEmpty || !scraped.isEmpty else { return [] }

    var tables = try warehouse.hasTable("cloudwatch_metrics") ? ["cloudwatch_metrics"] : []
    if isScraped { tables.append("host_metrics") }
    let end = day.dataThrough.map { min($0 + 1, day.today) } ?? day.today
    let metrics = try ServerMetrics(
      warehouse, tables: tables, from: end - options.days, through: end)
    let bill = try warehouse.hasCosts() ? try ComputeBill(warehouse, day) : nil
    let known = try Server.knownWorkloads(warehouse)
    let judge = ServerJudge(
      catalog: catalog, options: options, metrics: metrics, bill: bill, knownWorkloads: known)
    var judgements = (listed + scraped).map(judge.judge)
    // The largest savings take what freed commitments can cover first.
    if let bill {
      let moves = judgements.compactMap { one in one.move.map { (one.server, $0) } }
      var savings = CommitmentSavings(
        bill, moves: Dictionary(moves, uniquingKeysWith: { first, _ in first }))
      let order = judgements.indices.sorted {
        (judgements[$0].savedShare, judgements[$1].server) > (
          judgements[$1].savedShare, judgements[$0].server
        )
      }
      for index in order { judgements[index].discount(by: &savings) }
    }
    return judgements.map(\.recommendation)
  }

  /// One recommendation a resource: of several, that which ends a shortage, else that which saves most; the
  /// others are named beside it.
  private static func withoutOverlaps(_ all: [Recommendation]) -> [Recommendation] {
    var positions: [String: Int] = [:]
    var kept: [Recommendation] = []
    for one in all {
      guard let position = positions[one.resource] else {
        positions[one.resource] = kept.count
        kept.append(one)
        continue
      }
      let isShort = kept[position].finding == .underProvisioned
      let isBetter =
        !isShort && (one.finding == .underProvisioned || one.saving > kept[position].saving)
      var (winner, loser) = isBetter ? (one, kept[position]) : (kept[position], one)
      if let other = loser.summary {
        winner.alternatives = [winner.alternatives, other].compactMap { $0 }.joined(separator: "; ")
      }
      kept[position] = winner
    }
    return kept
  }

  /// What could be done with a part of a resource stands beside what is done with the whole, whose saving has it.
  private static func withoutParts(_ all: [Recommendation]) -> [Recommendation] {
    let wholes = all.filter { $0.action != nil }.flatMap { one in
      one.parts.map { ($0, one.resource) }
    }
    let whole = Dictionary(wholes, uniquingKeysWith: { first, _ in first })
    var beside: [String: [String]] = [:]
    for one in all {
      guard let resource = whole[one.resource], let text = one.summary else { continue }
      beside[resource, default: []].append("\(one.resource) \(text)")
    }
    return all.filter { whole[$0.resource] == nil }.map { one in
      var one = one
      let others = [one.alternatives].compactMap { $0 } + (beside[one.resource] ?? [])
      one.alternatives = others.isEmpty ? nil : others.joined(separator: "; ")
      return one
    }
  }
}

extension Recommendation {
  /// `Delete saves 8.00`; nil where there is nothing to do.
  var summary: String? {
    guard let action else { return nil }
    let target = recommendedType.map { " \($0)" } ?? ""
    let isKnown = savingsAfterDiscounts != nil || monthlySavings != nil
    return "\(action.rawValue)\(target)"
      + (isKnown ? " saves \(FigureText.money(saving, isGrouped: false))" : "")
      + (effort.map { " (effort \($0.rawValue))" } ?? "")
  }
}
