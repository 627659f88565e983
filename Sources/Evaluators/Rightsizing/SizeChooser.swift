/// Ranks the sizes that a server could have by what each would cost, shortages included.
///
/// A size costs its price, and what it is expected to cost when it falls short: a sum for each server that
/// someone has to look after, and one for each hour in which it wants more than it has. So a large saving
/// bears more risk than a small one.
package struct SizeChooser: Sendable {
  package enum Policy: String, Sendable, CaseIterable {
    /// Price plus the expected cost of falling short.
    case balanced
    /// AWS Compute Optimizer's rule: the cheapest size on which the P99.5 leaves the headroom.
    case headroom
  }

  package struct Settings: Sendable {
    package var policy = Policy.balanced
    /// US dollars a month for a server that falls short in more than 1 % of the time.
    package var shortageCost = 550.0
    /// US dollars for an hour in which a server wants more than it has.
    package var shortageHourCost = 1.0
    /// A size that is likelier than this to fall short is not proposed while another is not.
    package var greatestChance = 0.4
    package var percentile = 0.995
    /// The share of a capacity that stays free at the percentile, for the policy `headroom`.
    package var cpuHeadroom = 0.2
    package var memoryHeadroom = 0.2

    package init() {}
  }

  package static let hoursPerMonth = 730.0

  private let settings: Settings

  package init(_ settings: Settings = Settings()) {
    self.settings = settings
  }

  /// The sizes that a server could have, best first, today's among them.
  ///
  /// - Parameters:
  ///   - candidates: sizes that the server could move to, in any order.
  ///   - memory: nil where nothing measures it; then no size has less memory than today's.
  /// - Complexity: O(c log n) for c candidates and n points in a profile.
  func options(
    from current: InstanceCatalog.InstanceType, among candidates: [InstanceCatalog.InstanceType],
    cpu: DemandProfile, memory: DemandProfile?
  ) -> [SizeOption] {
    let sizes =
      candidates.contains { $0.name == current.name } ? candidates : candidates + [current]
    var outlooks: [Capacity: Outlook] = [:]
    return sizes.filter { memory != nil || $0.memoryGiB >= current.memoryGiB }
      .map { type in
        let capacity = Capacity(
          cpu: 100 * type.vcpus / current.vcpus, memory: 100 * type.memoryGiB / current.memoryGiB)
        let outlook = outlooks[capacity] ?? self.outlook(cpu, memory, capacity)
        outlooks[capacity] = outlook
        return option(type, outlook, capacity, cpu, memory)
      }
      .sorted(by: SizeOption.isBetter)
  }

  /// Whether a server wants more than it has.
  ///
  /// For `balanced`, what does not reach its capacity has enough unless it is near it most of the time; for
  /// `headroom`, the P99.5 has to leave the headroom.
  func isShort(
    _ current: InstanceCatalog.InstanceType, cpu: DemandProfile, memory: DemandProfile?
  ) -> Bool {
    lacksCPU(cpu) || memory.map(lacksMemory) ?? false
  }

  /// Whether a size has more of everything that a server lacks.
  func relieves(
    _ type: InstanceCatalog.InstanceType, _ current: InstanceCatalog.InstanceType,
    cpu: DemandProfile, memory: DemandProfile?
  ) -> Bool {
    (type.vcpus > current.vcpus || !lacksCPU(cpu))
      && (type.memoryGiB > current.memoryGiB || !(memory.map(lacksMemory) ?? false))
  }

  func lacksCPU(_ cpu: DemandProfile) -> Bool {
    switch settings.policy {
    case .balanced: cpu.isSaturated || cpu.load(0.5) > 80
    case .headroom: cpu.usage(settings.percentile) > 100 * (1 - settings.cpuHeadroom)
    }
  }

  func lacksMemory(_ memory: DemandProfile) -> Bool {
    switch settings.policy {
    case .balanced: memory.isSaturated || memory.load(0.5) > 90
    case .headroom: memory.usage(settings.percentile) > 100 * (1 - settings.memoryHeadroom)
    }
  }

  private struct Capacity: Hashable {
    let cpu: Double
    let memory: Double
  }

  private func outlook(
    _ cpu: DemandProfile, _ memory: DemandProfile?, _ capacity: Capacity
  ) -> Outlook {
    let processors = ShortageModel.cpu.outlook(cpu, capacity: capacity.cpu)
    guard let memory else { return processors }
    return processors.combined(
      with: ShortageModel.memory.outlook(memory, capacity: capacity.memory))
  }

  private func option(
    _ type: InstanceCatalog.InstanceType, _ outlook: Outlook, _ capacity: Capacity,
    _ cpu: DemandProfile, _ memory: DemandProfile?
  ) -> SizeOption {
    let projectedCPU = 100 * cpu.load(settings.percentile) / capacity.cpu
    let projectedMemory = memory.map { 100 * $0.load(settings.percentile) / capacity.memory }
    var reckoned = type.price
    let isFit: Bool
    switch settings.policy {
    case .balanced:
      reckoned +=
        settings.shortageCost / SizeChooser.hoursPerMonth * outlook.chance
        + settings.shortageHourCost * outlook.share
      isFit = outlook.chance <= settings.greatestChance
    case .headroom:
      isFit =
        projectedCPU <= 100 * (1 - settings.cpuHeadroom)
        && (projectedMemory ?? 0) <= 100 * (1 - settings.memoryHeadroom)
    }
    return SizeOption(
      type: type, outlook: outlook, reckonedPrice: reckoned, isFit: isFit,
      projectedCPU: projectedCPU, projectedMemory: projectedMemory)
  }
}

/// A size that a server could have.
struct SizeOption: Sendable {
  let type: InstanceCatalog.InstanceType
  let outlook: Outlook
  /// US dollars an hour with what falling short is expected to cost.
  let reckonedPrice: Double
  let isFit: Bool
  /// The P99.5 of today's loads on this size, percent; above 100 where it does not hold them.
  let projectedCPU: Double
  let projectedMemory: Double?

  /// Performance risk from 0, none to be seen, to 4, likely to fall short.
  var risk: Int {
    switch outlook.chance {
    case ..<0.01: 0
    case ..<0.05: 1
    case ..<0.15: 2
    case ..<0.4: 3
    default: 4
    }
  }

  /// Those that fit by what they cost, the others by how likely they fall short; equal ones by name.
  static func isBetter(_ one: SizeOption, _ other: SizeOption) -> Bool {
    guard one.isFit == other.isFit else { return one.isFit }
    let key = one.isFit ? one.reckonedPrice : one.outlook.chance
    let otherKey = one.isFit ? other.reckonedPrice : other.outlook.chance
    if key != otherKey { return key < otherKey }
    return (one.type.price, one.type.vcpus, one.type.name)
      < (other.type.price, other.type.vcpus, other.type.name)
  }
}
