/// What follows from a server's loads: its finding, the reasons, and the options it has.
package struct SizeAdvice: Sendable {
  /// As Compute Optimizer names them.
  package enum Reason: String, Sendable, CaseIterable {
    case cpuOverProvisioned = "CPUOverprovisioned"
    case cpuUnderProvisioned = "CPUUnderprovisioned"
    case memoryOverProvisioned = "MemoryOverprovisioned"
    case memoryUnderProvisioned = "MemoryUnderprovisioned"
    case networkOverProvisioned = "NetworkBandwidthOverprovisioned"
    case networkUnderProvisioned = "NetworkBandwidthUnderprovisioned"
    case ebsOverProvisioned = "EBSThroughputOverprovisioned"
    case ebsUnderProvisioned = "EBSThroughputUnderprovisioned"
  }

  let current: InstanceCatalog.InstanceType
  /// What is recommended; today's size where nothing is better.
  let chosen: SizeOption
  /// Up to three sizes worth a move, best first.
  let options: [SizeOption]
  package let finding: Recommendation.Finding
  package let reasons: [Reason]
  /// P99.5 of the loads, percent.
  let cpuPercent: Double
  let memoryPercent: Double?
  package let explanation: String
  /// What is chosen is no smaller than today's size, and costs less.
  let isCheaperOnly: Bool

  /// - Parameters:
  ///   - candidates: the sizes that the server could move to, all of which hold its traffic.
  ///   - traffic: what is known of it.
  init(
    _ current: InstanceCatalog.InstanceType, among candidates: [InstanceCatalog.InstanceType],
    cpu: DemandProfile, memory: DemandProfile?, traffic: ServerMetrics.Traffic = .init(),
    chooser: SizeChooser
  ) {
    self.current = current
    cpuPercent = cpu.usage(0.995)
    memoryPercent = memory?.usage(0.995)
    let ranked = chooser.options(from: current, among: candidates, cpu: cpu, memory: memory)
    let today = ranked.first { $0.type.name == current.name }
    let lacksNetwork = traffic.network?.exceeds(current.networkGbps) ?? false
    let lacksEBS = traffic.ebs?.exceeds(current.ebsMbps) ?? false
    let isShort =
      chooser.isShort(current, cpu: cpu, memory: memory) || lacksNetwork || lacksEBS
    let better = ranked.prefix { $0.type.name != current.name }
      .filter { $0.isFit && $0.type.price < current.price }
    let relieving = ranked.filter {
      chooser.relieves($0.type, current, cpu: cpu, memory: memory)
        && (!(lacksNetwork || lacksEBS) || $0.type.name != current.name && $0.isFit)
    }
    options = Array((isShort ? relieving : better).prefix(SizeAdvice.shownOptions))
    // What has enough does not move to what costs more.
    let chosen =
      isShort
      ? relieving.first ?? today
      : better.first ?? today
    self.chosen = chosen ?? SizeAdvice.unchanged(current)

    let lacksCPU = chooser.lacksCPU(cpu)
    let lacksMemory = memory.map(chooser.lacksMemory) ?? false
    reasons = SizeAdvice.reasons(
      from: current, to: self.chosen.type, traffic,
      lacking: Lacking(cpu: lacksCPU, memory: lacksMemory, network: lacksNetwork, ebs: lacksEBS))
    let isMove = self.chosen.type.name != current.name
    isCheaperOnly =
      isMove && !isShort && self.chosen.type.vcpus >= current.vcpus
      && self.chosen.type.memoryGiB >= current.memoryGiB
    if isShort {
      finding = .underProvisioned
      let lacking = [
        lacksCPU ? "CPU" : nil, lacksMemory ? "memory" : nil, lacksNetwork ? "network" : nil,
        lacksEBS ? "EBS" : nil,
      ].compactMap { $0 }
      explanation =
        "\(lacking.joined(separator: " and ")) at the limit: "
        + "CPU \(SizeAdvice.percent(cpuPercent))"
        + (memoryPercent.map { ", memory \(SizeAdvice.percent($0))" } ?? "")
    } else if isCheaperOnly {
      finding =
        memory == nil
        ? .memoryUnknown : current.isPreviousGeneration ? .previousGeneration : .optimized
      explanation =
        (memory == nil ? "nothing measures memory" : "its size fits")
        + "; \(self.chosen.type.name) is as large for less"
    } else if isMove {
      finding = memory == nil ? .memoryUnknown : .overProvisioned
      let memoryText =
        memoryPercent.map { " and memory \(SizeAdvice.percent($0)) leave room" }
        ?? " leaves room, but nothing measures memory: no size with less of it is proposed"
      explanation = "CPU \(SizeAdvice.percent(cpuPercent))\(memoryText)"
    } else {
      finding = memory == nil ? .memoryUnknown : .optimized
      explanation =
        memory == nil
        ? "nothing measures memory, and no cheaper size with as much of it fits the CPU"
        : "no cheaper size is worth its risk"
    }
  }

  private static let shownOptions = 3

  /// What a month on the chosen size costs less than today's; negative where it costs more.
  package var monthlySavings: Double {
    (current.price - chosen.type.price) * SizeChooser.hoursPerMonth
  }

  /// The performance risk of the chosen size, from 0, none to be seen, to 4, likely to fall short.
  package var chosenRisk: Int { chosen.risk }

  /// `1 r5.large 0.126/h cpu 41 % memory 63 % risk 1; 2 …`.
  var optionsText: String {
    options.enumerated().map { index, option in
      "\(index + 1) \(option.type.name) \(option.type.price)/h cpu "
        + SizeAdvice.percent(option.projectedCPU)
        + (option.projectedMemory.map { " memory \(SizeAdvice.percent($0))" } ?? "")
        + " risk \(option.risk)"
    }.joined(separator: "; ")
  }

  private static func unchanged(_ current: InstanceCatalog.InstanceType) -> SizeOption {
    SizeOption(
      type: current, outlook: .none, reckonedPrice: current.price, isFit: true, projectedCPU: 0,
      projectedMemory: nil)
  }

  /// What a server wants more of than it has.
  private struct Lacking {
    let cpu: Bool
    let memory: Bool
    let network: Bool
    let ebs: Bool
  }

  private static func reasons(
    from current: InstanceCatalog.InstanceType, to chosen: InstanceCatalog.InstanceType,
    _ traffic: ServerMetrics.Traffic, lacking: Lacking
  ) -> [Reason] {
    // Of what nobody measures, nobody knows that it is too much.
    let hasLessNetwork =
      traffic.network != nil && isLess(chosen.networkGbps, than: current.networkGbps)
    let hasLessEBS = traffic.ebs != nil && isLess(chosen.ebsMbps, than: current.ebsMbps)
    let all: [(isUnder: Bool, isOver: Bool, under: Reason, over: Reason)] = [
      (lacking.cpu, chosen.vcpus < current.vcpus, .cpuUnderProvisioned, .cpuOverProvisioned),
      (
        lacking.memory, chosen.memoryGiB < current.memoryGiB, .memoryUnderProvisioned,
        .memoryOverProvisioned
      ),
      (lacking.network, hasLessNetwork, .networkUnderProvisioned, .networkOverProvisioned),
      (lacking.ebs, hasLessEBS, .ebsUnderProvisioned, .ebsOverProvisioned),
    ]
    return all.compactMap { $0.isUnder ? $0.under : $0.isOver ? $0.over : nil }
  }

  private static func isLess(_ one: Double?, than other: Double?) -> Bool {
    guard let one, let other else { return false }
    return one < other
  }

  static func percent(_ value: Double) -> String { "\((value * 10).rounded() / 10) %" }
}
