package import Columns
package import Warehouse

/// Recommends sizes for a fleet that is described in files of its own, outside any lake.
///
/// Three tables: metrics (server, time, CPU and memory in percent of today's size), fleet (server and type)
/// and, where the shipped catalog is not enough, a catalog (type, processors, memory, price an hour).
package struct FleetRightsizing {
  /// The names under which the warehouse has the files.
  package struct Tables: Sendable {
    package let metrics: String
    package let fleet: String
    /// nil for the shipped catalog.
    package let catalog: String?

    package init(metrics: String, fleet: String, catalog: String?) {
      self.metrics = metrics
      self.fleet = fleet
      self.catalog = catalog
    }
  }

  private let warehouse: Warehouse
  private let tables: Tables
  private let chooser: SizeChooser
  /// Points of five minutes, or as far apart as they are, that make the least history: 30 hours.
  private let leastHours: Int
  private let catalog: InstanceCatalog

  /// - Parameter catalog: what to choose from where the tables have no catalog; nil for the shipped one.
  package init(
    _ warehouse: Warehouse, _ tables: Tables, settings: SizeChooser.Settings = .init(),
    catalog: InstanceCatalog? = nil, leastHours: Int = 30
  ) {
    self.warehouse = warehouse
    self.tables = tables
    self.chooser = SizeChooser(settings)
    self.leastHours = leastHours
    self.catalog = catalog ?? .shipped
  }

  /// A recommendation for each server of the fleet, in its order.
  ///
  /// - Throws: `ConfigurationError` for a file without the columns it needs; what querying the files throws.
  package func evaluate() throws -> [FleetRecommendation] {
    let catalog =
      try tables.catalog.map { try InstanceCatalog(warehouse, table: $0) } ?? self.catalog
    let servers = try servers()
    let loads = try loads()
    let types = catalog.types.values.sorted { $0.name < $1.name }
    return servers.map { server, type in
      recommend(server, type, loads[server], catalog, types)
    }
  }

  private func servers() throws -> [(name: String, type: String)] {
    let columns = try TableColumns(warehouse, tables.fleet, option: "--fleet")
    let server = try columns.name(of: TableColumns.server)
    let type = try columns.name(of: ["instance_type", "type"])
    return try warehouse.query(
      "SELECT CAST(\(server) AS varchar), CAST(\(type) AS varchar) FROM \(tables.fleet)"
    ).rows().compactMap { row in
      guard let server = row[0].string, let type = row[1].string else { return nil }
      return (server, type)
    }
  }

  private func loads() throws -> [String: MeasuredLoad] {
    let columns = try TableColumns(warehouse, tables.metrics, option: "--metrics")
    let server = try columns.name(of: TableColumns.server)
    let cpu = try columns.name(of: ["cpu", "cpu_percent", "cpuutilization"])
    let memory = columns.optionalName(of: ["mem", "memory", "mem_percent", "mem_used_percent"])
    let slot = columns.optionalName(of: ["slot"])
    let hour =
      try slot.map { "\(try columns.value($0, as: .bigint)) / 12" }
      ?? "CAST(floor(to_unixtime(\(moment(columns))) / 3600) AS bigint)"
    let result = try warehouse.query(
      """
      SELECT CAST(\(server) AS varchar), \(hour), \(try columns.value(cpu, as: .double)),
        \(try memory.map { try columns.value($0, as: .double) } ?? "CAST(NULL AS double)")
      FROM \(tables.metrics)
      """)
    let series = LoadSeries.byServer(result)
    try FleetRightsizing.expectPercents(series.values)
    return series.mapValues(MeasuredLoad.init(hourly:))
  }

  private func moment(_ columns: TableColumns) throws -> String {
    try columns.value(columns.name(of: ["timestamp", "time", "moment"]), as: .timestamp)
  }

  /// Refuses shares of 1 in place of percent: no fleet has all of its memory free.
  private static func expectPercents(_ series: some Sequence<LoadSeries>) throws(ConfigurationError)
  {
    var cpu = 0.0
    var memory = 0.0
    for one in series {
      for value in one.cpu where value.isFinite { cpu = max(cpu, value) }
      for value in one.memory where value.isFinite { memory = max(memory, value) }
    }
    guard cpu > 1 || memory > 1 || memory == 0 else {
      throw ConfigurationError(
        "--metrics", "columns of CPU and memory",
        "expected percent, 55 for 55 %, found nothing above \(max(cpu, memory))")
    }
  }

  private func recommend(
    _ server: String, _ type: String, _ load: MeasuredLoad?, _ catalog: InstanceCatalog,
    _ types: [InstanceCatalog.InstanceType]
  ) -> FleetRecommendation {
    guard let current = catalog.types[type] else {
      return FleetRecommendation(
        server, type, .insufficientData, "the type '\(type)' is not in the catalog")
    }
    guard let load, let cpu = load.cpu, load.hours >= leastHours else {
      return FleetRecommendation(
        server, type, .insufficientData,
        "\(load?.hours ?? 0) hours of CPU metrics; \(leastHours) are needed")
    }
    let candidates = types.filter { current.canBecome($0) }
    let advice = SizeAdvice(
      current, among: candidates, cpu: cpu, memory: load.memory, chooser: chooser)
    return FleetRecommendation(server, advice)
  }
}

/// What was measured of a server, ready to be judged.
struct MeasuredLoad {
  let cpu: DemandProfile?
  let memory: DemandProfile?
  /// Hours with a CPU metric.
  let hours: Int

  /// - Parameter series: with numbers of hours in place of days.
  init(hourly series: LoadSeries) {
    var daily = series
    daily.days = series.days.map { Int(Int64($0).floorDivided(by: 24)) }
    cpu = daily.cpuProfile
    memory = daily.memoryProfile
    var hours: Set<Int> = []
    for (hour, value) in zip(series.days, series.cpu) where value.isFinite { hours.insert(hour) }
    self.hours = hours.count
  }
}

/// What is recommended for one server of a fleet.
package struct FleetRecommendation: Sendable {
  package let server: String
  package let currentType: String
  package let recommendedType: String
  package let finding: Recommendation.Finding
  package let advice: SizeAdvice?
  package let explanation: String

  init(
    _ server: String, _ type: String, _ finding: Recommendation.Finding, _ explanation: String
  ) {
    self.server = server
    currentType = type
    recommendedType = type
    self.finding = finding
    advice = nil
    self.explanation = explanation
  }

  init(_ server: String, _ advice: SizeAdvice) {
    self.server = server
    currentType = advice.current.name
    recommendedType = advice.chosen.type.name
    finding = advice.finding
    self.advice = advice
    explanation = advice.explanation
  }
}

extension FleetRecommendation {
  /// A row per server of the fleet.
  package static let table = FindingsTable(
    "fleet_recommendations",
    [
      Field("vm", .varchar), Field("instance_type", .varchar), Field("current_type", .varchar),
      Field("finding", .varchar), Field("reasons", .varchar), Field("risk", .bigint),
      Field("shortage_chance", .double), Field("monthly_savings", .double),
      Field("cpu_p995", .double), Field("memory_p995", .double), Field("projected_cpu", .double),
      Field("projected_memory", .double), Field("options", .varchar),
      Field("explanation", .varchar),
    ])

  package var row: [Value] {
    [
      .text(server), .text(recommendedType), .text(currentType), .text(finding.rawValue),
      .text(advice.map { $0.reasons.map(\.rawValue).joined(separator: " ") } ?? nil),
      advice.map { .int64(Int64($0.chosen.risk)) } ?? .null,
      .number(advice?.chosen.outlook.chance), .number(advice?.monthlySavings),
      .number(advice?.cpuPercent), .number(advice?.memoryPercent),
      .number(advice?.chosen.projectedCPU), .number(advice?.chosen.projectedMemory),
      .text(advice?.optionsText), .text(explanation),
    ]
  }
}
