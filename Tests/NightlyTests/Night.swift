import Evaluators
import Files
import Foundation
import Ingestion
import Nightly
import Reports
import SampleData
import Synchronization
import Warehouse

/// A folder with a config and a lake, in which nights are run; it goes with its last user.
final class Night: Sendable {
  let path: String
  /// 2026-10-25 06:00 UTC, in microseconds: when the sample wants to be looked at.
  static let asOf: Int64 = 1_792_908_000_000_000

  /// What one run did, what it printed, and the files of the lake after it.
  struct Outcome: Sendable {
    let summary: NightlySummary
    let told: [String]
    let files: [String]
  }

  init() throws {
    var generator = SystemRandomNumberGenerator()
    path =
      FileManager.default.temporaryDirectory.path
      + "/kakeibo-night-\(String(generator.next(), radix: 36))"
    try Directory.create(path)
  }

  deinit { try? Directory.removeTree(path) }

  func file(_ name: String) -> String { Path.join(path, name) }

  func write(_ name: String, _ text: String) throws {
    try Directory.create(Path.split(file(name)).directory)
    let output = try OutputFile(file(name))
    try output.write(text)
    try output.finish()
  }

  func read(_ name: String) throws -> String {
    String(decoding: try FileSource(file(name)).readAll(), as: UTF8.self)
  }

  func warehouse(asOf: Int64 = Night.asOf) throws -> Warehouse {
    var configuration = Warehouse.Configuration(lake: file("lake"), now: asOf)
    let reports = try ReportCatalog.standard()
    configuration.views = Dictionary(
      try Night.queries()[.views].map { ($0.name, $0.sql) },
      uniquingKeysWith: { first, _ in first })
    let lake = file("lake")
    configuration.generatedViews = reports.generatedViews {
      try InstalledCostRules.load(lake: lake)?.rules
    }
    configuration.tableViews = reports.tableViews
    configuration.declaredTable = reports.declaredTable(named:)
    return try Warehouse(configuration)
  }

  /// - Parameter rules: SQL of further rules by name.
  func run(
    config: String = "nightly.json", asOf: Int64 = Night.asOf, rules: [String: String] = [:]
  ) throws -> Outcome {
    let told = Mutex<[String]>([])
    // Listings are of the sample's day, whenever their files were written.
    var options = Ingest.Options(now: asOf)
    options.snapshotDay = Int(Night.asOf / 86_400_000_000)
    let nightly = Nightly(
      try NightlyConfiguration(file: file(config)), try warehouse(asOf: asOf),
      reports: try ReportCatalog.standard(), queries: try Night.queries(rules),
      ingestOptions: options, progress: { _ in },
      output: { text in told.withLock { $0.append(text) } })
    let summary = try nightly.run()
    return Outcome(summary: summary, told: told.withLock { $0 }, files: try lakeFiles())
  }

  func lakeFiles() throws -> [String] {
    try Directory.files(below: file("lake")).map { String($0.dropFirst(path.count + 1)) }
  }

  static func queries(_ rules: [String: String] = [:]) throws -> QueryLibrary {
    try QueryLibrary(
      files: EmbeddedFiles.queries.map { (path: $0.name, text: $0.text) }
        + rules.map { (path: "rules/\($0.key).sql", text: $0.value) })
  }

  // MARK: A small night

  /// A bill of one row a day from the first to the 20th of October 2026: a dollar each.
  static var smallBill: String {
    let header =
      "identity/LineItemId,bill/PayerAccountId,bill/BillingPeriodStartDate,"
      + "lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,"
      + "lineItem/UsageEndDate,lineItem/ProductCode,lineItem/UsageType,lineItem/Operation,"
      + "lineItem/CurrencyCode,lineItem/UnblendedCost\n"
    return header
      + (1...20).map { day in
        let date = "2026-10-\(day < 10 ? "0" : "")\(day)"
        return "a\(day),100000000001,2026-10-01T00:00:00Z,100000000002,Usage,\(date)T00:00:00Z,"
          + "\(date)T23:00:00Z,AmazonEC2,BoxUsage:m5.large,RunInstances,USD,1\n"
      }.joined()
  }

  /// A budget of ten dollars, told at 80 %.
  static let smallBudget = """
    {"Budgets": [{"BudgetName": "all", "BudgetLimit": {"Amount": "10", "Unit": "USD"},
      "TimeUnit": "MONTHLY", "BudgetType": "COST", "Notifications": [
        {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80}]}]}
    """

  /// A night with a small bill, that budget, and these further settings.
  static func small(_ settings: String) throws -> Night {
    let night = try Night()
    try night.write("bill/cur-1.csv", smallBill)
    try night.write("budgets.json", smallBudget)
    try night.write(
      "nightly.json",
      "{ \"sources\": [{ \"path\": \"bill\" }], \"budgets\": [\"budgets.json\"], \(settings) }")
    return night
  }
}
