import Compression
import Files
import TextFormats

/// A small organisation to try Kakeibo on: two months of bills, an inventory, metrics and budgets.
///
/// Everything is computed from fixed seeds: the same files on every machine. What the data shows is
/// planted in ``Organisation`` and ``Charges``.
package enum SampleData {
  /// The time at which the sample wants to be looked at (`--as-of`).
  package static let asOf = SampleCalendar.asOf

  /// Writes all files below a directory, made if missing.
  ///
  /// - Throws: `FileError` when a file cannot be written.
  package static func write(to directory: String) throws {
    try writeBills(Path.join(directory, "cur/kogarashi-hourly"))
    for account in Organisation.accounts.dropFirst() {
      try writeInventory(of: account, to: Path.join(directory, "inventory"))
      try writeMetrics(of: account, to: Path.join(directory, "metrics"))
    }
    try LegacyAccount.write(to: directory)
    try write(
      InventoryFiles.configSnapshot(),
      to: Path.join(
        directory,
        "inventory/config/\(Organisation.production.id)_Config_us-east-1_ConfigSnapshot.json"))
    try write(BudgetFiles.budgets, to: Path.join(directory, "budgets/budgets.json"))
    try write(BudgetFiles.notifications, to: Path.join(directory, "budgets/notifications.json"))
    try write(EveryBudget.text, to: Path.join(directory, "budgets/every-kind.json"))
    try write(CostRulesFile.text, to: Path.join(directory, "costs.json"))
    try write(NightlyFile.text, to: Path.join(directory, "nightly.json"))
  }

  /// The bills as a legacy cost and usage report that keeps its versions: parts and manifest in a
  /// folder per assembly, the current manifest beside it.
  private static func writeBills(_ report: String) throws {
    for month in SampleCalendar.Month.allCases {
      let assembly =
        month == .september
        ? "0f6b7a52-7f0e-4c1b-9c39-2a1f0c6d9e01" : "c81d3b44-5a7e-4c0e-b9f0-8d5a1c2e3f02"
      let period = Path.join(report, month.folder)
      let items = Charges.items(of: month)
      let half = items.count / 2
      var keys: [String] = []
      for (part, rows) in [items[..<half], items[half...]].enumerated() {
        let name = "\(assembly)/kogarashi-hourly-\(part + 1).csv.gz"
        try write(
          bytes: Gzip.compress(Array(csv(rows).utf8), level: 9), to: Path.join(period, name))
        keys.append("bills/kogarashi-hourly/\(month.folder)/\(name)")
      }
      let manifest = BillManifest.text(month: month, assembly: assembly, reportKeys: keys)
      try write(manifest, to: Path.join(period, "kogarashi-hourly-Manifest.json"))
      try write(manifest, to: Path.join(period, "\(assembly)/kogarashi-hourly-Manifest.json"))
    }
  }

  static func csv(_ items: some Sequence<LineItem>) -> String {
    var text = LineItem.columns.map(\.header).joined(separator: ",") + "\n"
    for item in items {
      text += LineItem.columns.map { field($0.text(item)) }.joined(separator: ",") + "\n"
    }
    return text
  }

  /// Quoted where the text needs it (RFC 4180).
  private static func field(_ text: String) -> String {
    text.utf8.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") }
      ? "\""
        + text.split(separator: "\"", omittingEmptySubsequences: false)
        .joined(separator: "\"\"") + "\"" : text
  }

  private static func writeInventory(of account: Account, to directory: String) throws {
    let ec2 = Path.join(directory, "ec2")
    try write(
      InventoryFiles.instances(of: account), to: Path.join(ec2, "\(account.id)-instances.json"))
    try write(
      InventoryFiles.volumes(of: account), to: Path.join(ec2, "\(account.id)-volumes.json"))
    try write(
      InventoryFiles.addresses(of: account), to: Path.join(ec2, "\(account.id)-addresses.json"))
    for server in Organisation.servers where server.account == account {
      for type in ["AWS:InstanceInformation", "AWS:Application"] {
        let folder =
          "ssm/\(type)/accountid=\(account.id)/region=\(server.region.rawValue)"
          + "/resourcetype=ManagedInstanceInventory"
        let lines = InventoryFiles.systemsManager(type, server).map { "\($0)\n" }
        try write(lines.joined(), to: Path.join(directory, "\(folder)/\(server.id).json"))
      }
    }
  }

  private static func writeMetrics(of account: Account, to directory: String) throws {
    let text = MetricFiles.lines(of: account)
    try write(
      bytes: Gzip.compress(Array(text.utf8), level: 9),
      to: Path.join(directory, "metric-stream-\(account.id).jsonl.gz"))
  }

  private static func write(_ value: JSONValue, to path: String) throws {
    try write(bytes: value.serialized(pretty: true) + [UInt8(ascii: "\n")], to: path)
  }

  static func write(_ text: String, to path: String) throws {
    try write(bytes: Array(text.utf8), to: path)
  }

  private static func write(bytes: [UInt8], to path: String) throws {
    try Directory.create(Path.split(path).directory)
    let file = try OutputFile(path)
    try file.write(bytes)
    try file.finish()
  }
}
