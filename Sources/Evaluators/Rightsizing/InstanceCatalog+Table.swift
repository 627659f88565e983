import Columns
package import Warehouse

extension InstanceCatalog {
  /// Reads a table of types: `type`, `vcpu`, `mem_mib` (or `memory_gib`) and `price` in US dollars an hour, and
  /// where there are, `architecture` and `burstable`. What a table does not say of the architecture, the type's name
  /// does, as far as it is one of EC2's.
  ///
  /// - Throws: `ConfigurationError` for a missing column or a row that is no instance type; what querying
  ///   throws.
  package init(_ warehouse: Warehouse, table: String) throws {
    let columns = try TableColumns(warehouse, table, option: "--catalog")
    let name = try columns.name(of: ["type", "instance_type"])
    let vcpus = try columns.name(of: ["vcpu", "vcpus"])
    let price = try columns.name(of: ["price", "price_per_hour", "hourly_price"])
    let memory =
      try columns.optionalName(of: ["memory_gib", "mem_gib"])
      .map { try columns.value($0, as: .double) }
      ?? "\(columns.value(columns.name(of: ["mem_mib", "memory_mib"]), as: .double)) / 1024e0"
    let architecture = columns.optionalName(of: ["architecture", "arch"])
    let burstable = columns.optionalName(of: ["burstable", "burst"])
    let rows = try warehouse.query(
      """
      SELECT CAST(\(name) AS varchar), \(try columns.value(vcpus, as: .double)), \(memory),
        \(try columns.value(price, as: .double)), \(architecture.map { "CAST(\($0) AS varchar)" } ?? "''"),
        \(burstable.map { "lower(CAST(\($0) AS varchar)) = 'true'" } ?? "false")
      FROM \(table)
      """
    ).rows()
    guard !rows.isEmpty else {
      throw ConfigurationError("--catalog", "rows", "expected instance types, found none")
    }
    self.init(
      types: try rows.enumerated().compactMap { number, row in
        guard let name = row[0].string else { return nil }
        guard let vcpus = row[1].double, let memory = row[2].double, let price = row[3].double,
          vcpus > 0, memory > 0, price > 0, (vcpus + memory + price).isFinite
        else {
          throw ConfigurationError(
            "--catalog", "row \(number + 2)",
            "expected processors, memory and a price above zero for '\(name)'")
        }
        return InstanceType(
          name: name, family: String(name.prefix { $0 != "." }), vcpus: vcpus, memoryGiB: memory,
          price: price,
          architecture: row[4].string.flatMap(InstanceArchitecture.canonical)
            ?? InstanceArchitecture.of(type: name) ?? "",
          isBurstable: row[5] == .boolean(true))
      })
  }

  /// The same types with what a listing of `aws ec2 describe-instance-types` in the lake says of them, and
  /// those of its types whose price follows from their family.
  ///
  /// - Throws: what querying throws.
  func adding(factsOf warehouse: Warehouse) throws -> InstanceCatalog {
    guard try warehouse.hasTable("ec2_instance_types") else { return self }
    let rows = try warehouse.query(
      """
      SELECT instance_type, CAST(max(vcpus) AS double), CAST(max(memory_mib) AS double),
        max(network_baseline_gbps), CAST(max(ebs_baseline_mbps) AS double), bool_or(burstable),
        bool_and(current_generation), bool_or(contains(architectures, 'arm64')),
        CAST(max(coalesce(gpus, 0)) AS double), bool_or(bare_metal)
      FROM ec2_instance_types_latest
      GROUP BY 1
      """
    ).rows()
    var all = types
    for row in rows {
      guard let name = row[0].string, let vcpus = row[1].double, let memory = row[2].double,
        vcpus > 0, memory > 0
      else { continue }
      let isBare = row[9] == .boolean(true) || (row[8].double ?? 0) > 0
      guard var type = all[name] ?? (isBare ? nil : priced(name, vcpus: vcpus)) else { continue }
      type = InstanceType(
        name: name, family: type.family, vcpus: vcpus, memoryGiB: memory / 1024, price: type.price,
        architecture: row[7] == .boolean(true) ? "arm64" : "x86_64",
        isBurstable: row[5] == .boolean(true), networkGbps: row[3].double,
        ebsMbps: row[4].double, isPreviousGeneration: row[6] == .boolean(false))
      all[name] = type
    }
    return InstanceCatalog(types: Array(all.values))
  }

  /// A size that the catalog lacks of a family that it has: within a family, price follows processors.
  private func priced(_ name: String, vcpus: Double) -> InstanceType? {
    let family = name.prefix { $0 != "." }
    guard
      let relative = types.values.filter({ $0.family == family && !$0.isBurstable })
        .max(by: { $0.name < $1.name })
    else { return nil }
    return InstanceType(
      name: name, family: relative.family, vcpus: vcpus, memoryGiB: relative.memoryGiB,
      price: relative.price / relative.vcpus * vcpus, architecture: relative.architecture,
      isBurstable: false)
  }
}
