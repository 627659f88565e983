/// What the path of a Systems Manager inventory file says:
/// `AWS:Application/accountid=…/region=…/resourcetype=ManagedInstanceInventory/i-….json`.
struct InventoryPath: Sendable, Hashable {
  /// `AWS:Application`
  let type: String
  /// Partition values by lower-case name: `accountid`, `region`, `resourcetype`.
  let partitions: [String: String]

  /// The name that AWS's crawler gives the table: `aws_application`.
  var table: String { InventoryPath.table(ofType: type) }

  /// The table of a type: `aws_application`, `custom_rackinfo`.
  static func table(ofType type: String) -> String {
    String(type.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
  }

  init?(_ path: String) {
    let parts = path.split(separator: "/")
    guard let first = parts.firstIndex(where: { $0.lowercased().hasPrefix("accountid=") }),
      first > 0
    else { return nil }
    // Some programs write a colon in names of folders as `%3A`.
    type = parts[first - 1].split(separator: "%3A", omittingEmptySubsequences: false)
      .flatMap { $0.split(separator: "%3a", omittingEmptySubsequences: false) }
      .joined(separator: ":")
    var partitions: [String: String] = [:]
    for part in parts[first...] {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      if pair.count == 2 { partitions[pair[0].lowercased()] = pair[1] }
    }
    self.partitions = partitions
  }
}
