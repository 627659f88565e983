import Columns
import Warehouse

/// A server whose size is looked at.
struct Server {
  let id: String
  let name: String?
  let account: String?
  let region: String?
  let type: String
  let architecture: String?
  /// `Linux/UNIX`, `Windows`, …; nil where no listing tells.
  var platform: String?
  /// The Auto Scaling group that would undo a change of one member.
  var group: String?
  /// What a server outside EC2 has, with the price of the cheapest type that has as much.
  var size: InstanceCatalog.InstanceType?
}

extension Server {
  /// The servers of the latest listing of EC2 that are not terminated.
  static func listed(_ warehouse: Warehouse) throws -> [Server] {
    guard try warehouse.hasTable("ec2_instances") else { return [] }
    return try warehouse.query(
      """
      SELECT instance_id, name, account_id, region, instance_type, architecture, platform_details,
        element_at(tags, 'aws:autoscaling:groupName')
      FROM ec2_instances_latest
      WHERE state <> 'terminated'
      ORDER BY 1
      """
    ).rows().compactMap { row in
      guard let id = row[0].string, let type = row[4].string else { return nil }
      return Server(
        id: id, name: row[1].string, account: row[2].string, region: row[3].string, type: type,
        architecture: row[5].string, platform: row[6].string, group: row[7].string)
    }
  }

  /// Servers outside EC2, from the view `hosts`, with what they have in place of a type.
  static func scraped(
    _ warehouse: Warehouse, besides known: Set<String>, _ catalog: InstanceCatalog
  ) throws -> [Server] {
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

  /// Servers with software that is known to run on Graviton as it is.
  ///
  /// Source: the workload types that Compute Optimizer infers.
  static func knownWorkloads(_ warehouse: Warehouse) throws -> Set<String> {
    guard try warehouse.hasTable("aws_application") else { return [] }
    let rows = try warehouse.query(
      """
      SELECT DISTINCT resourceid FROM aws_application
      WHERE regexp_like(lower(name),
        '^(nginx|redis|memcached|postgresql|kafka|cassandra|hadoop)([-_0-9.]|$)')
      """
    ).rows()
    return Set(rows.compactMap { $0[0].string })
  }
}
