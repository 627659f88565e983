import Columns
package import Warehouse

/// Recommends EC2 sizes from fourteen days of metrics, for EC2's servers and for others that an exporter
/// of Prometheus tells of.
///
/// A type fits when load × today's capacity / its capacity stays at or below 1 − headroom, where load is
/// the P99.5 of the maxima. Defaults are those of AWS Compute Optimizer (14 days, P99.5, 20 % headroom
/// for CPU and memory, at least 30 hours of metrics).
package struct Rightsizing {
  package struct Options: Sendable {
    package var days = 14
    package var percentile = 0.995
    package var cpuHeadroom = 0.2
    package var memoryHeadroom = 0.2
    package var leastHours = 30
    /// Below this peak CPU, and this network traffic a day, a server is idle.
    package var idleCPUPercent = 5.0
    package var idleNetworkBytesPerDay = 5e6

    package init() {}
  }

  private let warehouse: Warehouse
  private let day: EvaluationDay
  private let catalog: InstanceCatalog
  private let options: Options

  package init(
    _ warehouse: Warehouse, _ day: EvaluationDay, catalog: InstanceCatalog = .shipped,
    options: Options = Options()
  ) {
    self.warehouse = warehouse
    self.day = day
    self.catalog = catalog
    self.options = options
  }

  /// Looks at every running server of the latest inventory, and at every other host that was scraped.
  ///
  /// - Throws: what querying the lake throws.
  package func evaluate() throws -> [Recommendation] {
    let servers = try warehouse.hasTable("ec2_instances") ? try servers() : []
    let scraped = try warehouse.hasTable("prometheus_samples")
    let hosts = scraped ? try hosts(besides: Set(servers.map(\.id))) : []
    guard !servers.isEmpty || !hosts.isEmpty else { return [] }
    var tables = try warehouse.hasTable("cloudwatch_metrics") ? ["cloudwatch_metrics"] : []
    if scraped { tables.append("host_metrics") }
    let usage = tables.isEmpty ? [:] : try loads(from: tables)
    return (servers + hosts).map { recommend($0, usage[$0.id]) }
  }

  // MARK: What is known

  struct Server {
    let id: String
    let name: String?
    let account: String?
    let region: String?
    let type: String
    let architecture: String?
    /// What a server outside EC2 has, with the price of the cheapest type that has as much.
    var size: InstanceCatalog.InstanceType?
  }

  struct Load {
    var cpu: Double?
    var memory: Double?
    var networkBytesPerDay: Double?
    var hours = 0
  }

  private func servers() throws -> [Server] {
    try warehouse.query(
      """
      SELECT instance_id, name, account_id, region, instance_type, architecture
      FROM ec2_instances
      WHERE snapshot_date = (SELECT max(snapshot_date) FROM ec2_instances)
        AND state <> 'terminated'
      ORDER BY 1
      """
    ).rows().compactMap { row in
      guard let id = row[0].string, let type = row[4].string else { return nil }
      return Server(
        id: id, name: row[1].string, account: row[2].string, region: row[3].string, type: type,
        architecture: row[5].string)
    }
  }

  /// Servers outside EC2, from the view `hosts`, with what they have in place of a type.
  private func hosts(besides known: Set<String>) throws -> [Server] {
    try warehouse.query(
      """
      SELECT host, node_name, vcpus, memory_bytes, architecture FROM hosts
      WHERE vcpus > 0 AND memory_bytes > 0 ORDER BY 1
      """
    ).rows().compactMap { row in
      guard let id = row[0].string, !known.contains(id), let vcpus = row[2].int64,
        let bytes = row[3].double
      else { return nil }
      let gib = bytes / 1_073_741_824
      let architecture = row[4].string ?? "x86_64"
      let name = "\(vcpus) vCPU, \((gib * 10).rounded() / 10) GiB"
      let size = InstanceCatalog.InstanceType(
        name: name, family: "", vcpus: Double(vcpus), memoryGiB: gib,
        price: catalog.cheapest(architecture, vcpus: Double(vcpus), memoryGiB: gib)?.price
          ?? .infinity,
        architecture: architecture, isBurstable: false)
      return Server(
        id: id, name: row[1].string, account: nil, region: nil, type: name,
        architecture: architecture, size: size)
    }
  }

  private func loads(from tables: [String]) throws -> [String: Load] {
    let points = tables.map { table in
      """
      SELECT resource_id, metric_name, maximum, average, "timestamp", "sum" FROM \(table)
      """
    }.joined(separator: " UNION ALL ")
    let through = day.dataThrough.map { min($0 + 1, day.today) } ?? day.today
    let first = through - options.days
    let result = try warehouse.query(
      """
      SELECT resource_id,
        CASE WHEN metric_name = 'CPUUtilization' THEN 'cpu'
          WHEN metric_name IN ('mem_used_percent', 'Memory % Committed Bytes In Use') THEN 'memory'
          ELSE 'network' END AS load,
        approx_percentile(coalesce(maximum, average), \(options.percentile)) AS high,
        count(DISTINCT date_trunc('hour', "timestamp")) AS hours,
        sum("sum") / \(options.days).0 AS per_day
      FROM (\(points))
      WHERE metric_name IN ('CPUUtilization', 'mem_used_percent',
          'Memory % Committed Bytes In Use', 'NetworkIn', 'NetworkOut')
        AND "timestamp" >= TIMESTAMP '\(Day.text(first)) 00:00:00'
        AND "timestamp" < TIMESTAMP '\(Day.text(through)) 00:00:00'
        AND resource_id IS NOT NULL
      GROUP BY 1, 2
      """)
    var loads: [String: Load] = [:]
    for row in result.rows() {
      guard let id = row[0].string, let kind = row[1].string else { continue }
      var load = loads[id] ?? Load()
      switch kind {
      case "cpu":
        load.cpu = row[2].double
        load.hours = Int(row[3].int64 ?? 0)
      case "memory": load.memory = row[2].double
      default: load.networkBytesPerDay = row[4].double
      }
      loads[id] = load
    }
    return loads
  }

  // MARK: What follows

  private func recommend(_ server: Server, _ load: Load?) -> Recommendation {
    guard let load, let cpu = load.cpu, load.hours >= options.leastHours else {
      let hours = load?.hours ?? 0
      return Recommendation(
        server, load, .insufficientData, nil, nil,
        "\(hours) hours of CPU metrics in \(options.days) days; \(options.leastHours) are needed")
    }
    guard let current = server.size ?? catalog.types[server.type] else {
      return Recommendation(
        server, load, .insufficientData, nil, nil,
        "the size of \(server.type) is not in the instance catalog")
    }
    if isIdle(load, cpu) {
      return Recommendation(
        server, load, .idle, nil,
        server.size == nil ? current.price * Rightsizing.hoursPerMonth : nil,
        "CPU never above \(percent(cpu)); stop or terminate it")
    }
    let lacksCPU = cpu > 100 * (1 - options.cpuHeadroom)
    let lacksMemory = (load.memory ?? 0) > 100 * (1 - options.memoryHeadroom)
    let best = cheapestFit(for: load, cpu: cpu, current)
    if lacksCPU || lacksMemory {
      return Recommendation(
        server, load, .underProvisioned, best, best.flatMap { saving(server, current, $0) },
        "\(lacksCPU ? "CPU" : "memory") has less than \(percent(100 * options.cpuHeadroom)) headroom"
      )
      .projected(on: best, from: current, load)
    }
    guard let best, best.price < current.price * 0.98 else {
      return Recommendation(server, load, .optimized, nil, nil, "no cheaper type fits its load")
    }
    let isMemoryKnown = load.memory != nil
    if isMemoryKnown && best.vcpus >= current.vcpus && best.memoryGiB >= current.memoryGiB {
      return Recommendation(
        server, load, .optimized, best, saving(server, current, best),
        "its size fits; \(best.name) is as large for less"
      ).projected(on: best, from: current, load)
    }
    return Recommendation(
      server, load, isMemoryKnown ? .overProvisioned : .memoryUnknown, best,
      saving(server, current, best),
      isMemoryKnown
        ? "CPU \(percent(cpu)) and memory \(percent(load.memory ?? 0)) leave room to shrink"
        : "CPU \(percent(cpu)) leaves room, but no agent measures memory: a type with at least "
          + "as much memory is proposed"
    ).projected(on: best, from: current, load)
  }

  private static let hoursPerMonth = 730.0

  private func isIdle(_ load: Load, _ cpu: Double) -> Bool {
    cpu < options.idleCPUPercent
      && (load.networkBytesPerDay ?? .infinity) < options.idleNetworkBytesPerDay
  }

  /// The cheapest type of the same architecture that the load fits on; the current one may be it.
  private func cheapestFit(
    for load: Load, cpu: Double, _ current: InstanceCatalog.InstanceType
  ) -> InstanceCatalog.InstanceType? {
    let vcpus = current.vcpus * cpu / (100 * (1 - options.cpuHeadroom))
    let memory =
      load.memory.map { current.memoryGiB * $0 / (100 * (1 - options.memoryHeadroom)) }
      ?? current.memoryGiB
    return catalog.types.values.filter {
      $0.architecture == current.architecture && $0.vcpus >= vcpus && $0.memoryGiB >= memory
        // A steady server is not moved onto credits.
        && (current.isBurstable || !$0.isBurstable)
    }.min { ($0.price, $0.name) < ($1.price, $1.name) }
  }

  /// What a month of the other type costs less; nil for servers outside EC2, whose cost is not known.
  private func saving(
    _ server: Server, _ current: InstanceCatalog.InstanceType,
    _ other: InstanceCatalog.InstanceType
  ) -> Double? {
    server.size == nil ? (current.price - other.price) * Rightsizing.hoursPerMonth : nil
  }

  private func percent(_ value: Double) -> String { "\((value * 10).rounded() / 10) %" }
}

extension Recommendation {
  fileprivate init(
    _ server: Rightsizing.Server, _ load: Rightsizing.Load?, _ finding: Finding,
    _ recommended: InstanceCatalog.InstanceType?, _ savings: Double?, _ explanation: String
  ) {
    self.init(
      resource: server.id, name: server.name, account: server.account, region: server.region,
      currentType: server.type, finding: finding, recommendedType: recommended?.name,
      monthlySavings: savings, cpuPercent: load?.cpu, memoryPercent: load?.memory,
      projectedCPUPercent: nil, projectedMemoryPercent: nil, hoursSeen: load?.hours ?? 0,
      explanation: explanation)
  }

  /// The same with the loads that the recommended type would have.
  fileprivate func projected(
    on type: InstanceCatalog.InstanceType?, from current: InstanceCatalog.InstanceType,
    _ load: Rightsizing.Load
  ) -> Recommendation {
    guard let type else { return self }
    return Recommendation(
      resource: resource, name: name, account: account, region: region, currentType: currentType,
      finding: finding, recommendedType: type.name, monthlySavings: monthlySavings,
      cpuPercent: cpuPercent, memoryPercent: memoryPercent,
      projectedCPUPercent: cpuPercent.map { $0 * current.vcpus / type.vcpus },
      projectedMemoryPercent: memoryPercent.map { $0 * current.memoryGiB / type.memoryGiB },
      hoursSeen: hoursSeen, explanation: explanation)
  }
}
