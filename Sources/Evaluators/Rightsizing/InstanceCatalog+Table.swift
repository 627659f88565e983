import Columns
package import Warehouse

extension InstanceCatalog {
  /// Reads a table of types: `type`, `vcpu`, `mem_mib` (or `memory_gib`) and `price` in US dollars an hour, and
  /// where there are, `architecture` and `burstable`.
  ///
  /// - Throws: `ConfigurationError` for a missing column or a row that is no instance type; what querying
  ///   throws.
  package init(_ warehouse: Warehouse, table: String) throws {
    let columns = try TableColumns(warehouse, table, option: "--catalog")
    let name = try columns.name(of: ["type", "instance_type"])
    let vcpus = try columns.name(of: ["vcpu", "vcpus"])
    let price = try columns.name(of: ["price", "price_per_hour", "hourly_price"])
    let memory =
      try columns.optionalName(of: ["memory_gib", "mem_gib"]).map { "CAST(\($0) AS double)" }
      ?? "CAST(\(columns.name(of: ["mem_mib", "memory_mib"])) AS double) / 1024e0"
    let architecture = columns.optionalName(of: ["architecture", "arch"])
    let burstable = columns.optionalName(of: ["burstable", "burst"])
    let rows = try warehouse.query(
      """
      SELECT CAST(\(name) AS varchar), CAST(\(vcpus) AS double), \(memory),
        CAST(\(price) AS double), \(architecture.map { "CAST(\($0) AS varchar)" } ?? "''"),
        \(burstable.map { "lower(CAST(\($0) AS varchar)) = 'true'" } ?? "false")
      FROM \(table)
      """
    ).rows()
    self.init(
      types: try rows.enumerated().compactMap { number, row in
        guard let name = row[0].string else { return nil }
        guard let vcpus = row[1].double, let memory = row[2].double, let price = row[3].double,
          vcpus > 0, memory > 0, price >= 0, (vcpus + memory + price).isFinite
        else {
          throw ConfigurationError(
            "--catalog", "row \(number + 2)",
            "expected processors, memory and a price above zero for '\(name)'")
        }
        return InstanceType(
          name: name, family: String(name.prefix { $0 != "." }), vcpus: vcpus, memoryGiB: memory,
          price: price, architecture: row[4].string ?? "", isBurstable: row[5] == .boolean(true))
      })
  }
}
