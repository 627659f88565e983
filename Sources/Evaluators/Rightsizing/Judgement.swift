/// What is thought of one server: the recommendation, and what else could be done.
struct Judgement {
  private(set) var recommendation: Recommendation
  let server: String
  let platform: String?
  let current: InstanceCatalog.InstanceType?
  /// Dollars a month at list prices.
  private let monthlyPrice: Double?
  /// The share of the server's cost that the recommendation saves; negative where it costs more.
  private(set) var savedShare = 0.0
  /// The type that the recommendation moves to; nil where the server stays what it is, or stops.
  private var target: InstanceCatalog.InstanceType?

  init(_ server: Server, _ finding: Recommendation.Finding, hours: Int, _ explanation: String) {
    self.server = server.id
    platform = server.platform
    current = nil
    monthlyPrice = nil
    recommendation = Recommendation(
      resource: server.id, kind: Judgement.kind(server), name: server.name,
      account: server.account, region: server.region, currentType: server.type, finding: finding,
      hoursSeen: hours, explanation: explanation)
  }

  init(_ server: Server, _ advice: SizeAdvice, hours: Int, _ bill: ComputeBill?) {
    self.server = server.id
    platform = server.platform
    current = advice.current
    // Nobody knows what a server outside EC2 costs.
    monthlyPrice =
      server.size == nil
      ? advice.current.price * (bill?.priceFactor(server.id, advice.current) ?? 1)
        * (bill?.hoursPerMonth(server.id) ?? SizeChooser.hoursPerMonth) : nil
    let chosen = advice.chosen
    let isMove = chosen.type.name != advice.current.name
    recommendation = Recommendation(
      resource: server.id, kind: Judgement.kind(server), name: server.name,
      account: server.account, region: server.region, currentType: server.type,
      finding: advice.finding, reasons: advice.reasons,
      risk: chosen.risk, shortageChance: chosen.outlook.chance, cpuPercent: advice.cpuPercent,
      memoryPercent: advice.memoryPercent, projectedCPUPercent: chosen.projectedCPU,
      projectedMemoryPercent: chosen.projectedMemory, hoursSeen: hours,
      options: advice.options.isEmpty ? nil : advice.optionsText, explanation: advice.explanation)
    guard isMove else { return }
    savedShare = 1 - chosen.type.price / advice.current.price
    target = chosen.type
    recommendation.action = .rightsize
    recommendation.recommendedType = chosen.type.name
    recommendation.effort = .veryLow
    recommendation.monthlySavings = monthlyPrice.map { $0 * savedShare }
    if advice.isCheaperOnly { recommendation.action = .upgrade }
    if let group = server.group {
      recommendation.explanation += "; change the launch template of its group \(group)"
    }
  }

  private static func kind(_ server: Server) -> String {
    server.size == nil ? "EC2 instance" : "Host"
  }

  /// Nothing runs on it: stopping it is all that is recommended.
  mutating func makeIdle(_ cpu: DemandProfile) {
    recommendation.finding = .idle
    recommendation.action = .stop
    recommendation.reasons = []
    recommendation.recommendedType = nil
    recommendation.options = nil
    recommendation.projectedCPUPercent = nil
    recommendation.projectedMemoryPercent = nil
    recommendation.risk = nil
    recommendation.shortageChance = nil
    recommendation.effort = .low
    savedShare = 1
    target = nil
    recommendation.monthlySavings = monthlyPrice
    recommendation.explanation =
      "CPU never above \(SizeAdvice.percent(cpu.usage(1))) and hardly any traffic; "
      + "stop or terminate it"
  }

  /// Adds something else that could be done: instead of the recommendation where there was none, or where it
  /// leaves the server as it is and saves more, else beside it.
  mutating func add(
    _ action: Recommendation.Action, _ finding: Recommendation.Finding, share: Double,
    type: SizeOption?, effort: Recommendation.Effort, _ explanation: String
  ) {
    var other = recommendation
    other.action = action
    other.finding = finding
    other.effort = effort
    other.explanation = explanation
    other.monthlySavings = monthlyPrice.map { $0 * share }
    other.recommendedType = type?.type.name
    other.options = nil
    if let type {
      other.reasons = []
      other.risk = type.risk
      other.shortageChance = type.outlook.chance
      other.projectedCPUPercent = type.projectedCPU
      other.projectedMemoryPercent = type.projectedMemory
    } else {
      other.projectedCPUPercent = recommendation.cpuPercent
      other.projectedMemoryPercent = recommendation.memoryPercent
      other.reasons = []
    }
    let isFirst = recommendation.action == nil || (type == nil && share > savedShare)
    let beside = isFirst ? recommendation : other
    if isFirst {
      other.alternatives = recommendation.alternatives
      // What the metrics say of the memory stays true whatever else is done.
      if recommendation.finding == .memoryUnknown { other.finding = .memoryUnknown }
      recommendation = other
      savedShare = share
      target = type?.type
    }
    if let text = beside.summary {
      recommendation.alternatives = [recommendation.alternatives, text].compactMap { $0 }
        .joined(separator: "; ")
    }
  }

  /// What is recommended, as commitments see it.
  var move: CommitmentSavings.Move? {
    guard recommendation.action != nil, let current else { return nil }
    return .init(share: savedShare, family: target?.family, price: current.price)
  }

  /// Says why the server was not moved to another family.
  mutating func stays(in family: String) {
    recommendation.explanation += "; a commitment to \(family) covers it and would stay behind"
  }

  /// Sets what the recommendation brings after discounts.
  mutating func discount(by savings: inout CommitmentSavings) {
    guard recommendation.action != nil, let saved = savings.take(server) else { return }
    recommendation.savingsAfterDiscounts = saved.net
    recommendation.unusedCommitment = saved.unused
  }
}
