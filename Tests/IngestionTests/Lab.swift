import Columns
import Compression
import Files
import Ingestion
import Reports
import Testing
import Warehouse

/// A lake in a folder of its own, removed at the end.
final class Lab {
  let folder: String
  let warehouse: Warehouse
  let catalog: ReportCatalog
  static let now: Int64 = 1_780_000_000_000_000

  /// - Parameter schemas: texts of a user's own schema files.
  init(schemas: [String] = []) throws {
    folder = "/tmp/kakeibo-ingestion-\(UInt64.random(in: 0 ... .max))"
    try Directory.create(folder)
    catalog = try ReportCatalog.standard(
      adding: schemas.enumerated().map { ("mine-\($0.offset).json", $0.element) })
    var configuration = Warehouse.Configuration(lake: Path.join(folder, "lake"), now: Lab.now)
    catalog.configure(&configuration)
    warehouse = try Warehouse(configuration)
  }

  deinit { try? Directory.removeTree(folder) }

  func ingest(
    _ paths: String..., change: (inout Ingest.Options) -> Void = { _ in }
  ) throws -> IngestSummary {
    var options = Ingest.Options(now: Lab.now)
    change(&options)
    return try Ingest(warehouse, catalog, options).run(paths)
  }

  /// Writes a file below the lab's folder and returns its path.
  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = Path.join(folder, name)
    try Directory.create(Path.split(path).directory)
    let output = try OutputFile(path)
    try output.write(bytes)
    try output.finish()
    return path
  }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    try write(name, Array(text.utf8))
  }

  func copy(_ source: String, to name: String) throws {
    try write(name, try FileSource(source).readAll())
  }

  func rows(_ sql: String) throws -> [[Value]] { try warehouse.query(sql).rows() }

  func number(_ sql: String) throws -> Double {
    let value = try #require(try rows(sql).first?.first)
    return try #require(value.double ?? value.int64.map(Double.init))
  }
}

/// A small legacy report.
enum SmallReport {
  static let header =
    "identity/LineItemId,bill/PayerAccountId,bill/BillingPeriodStartDate,"
    + "lineItem/LineItemType,lineItem/UsageStartDate,lineItem/CurrencyCode,"
    + "lineItem/UnblendedCost,resourceTags/user:Team,resourceTags/user:team\n"

  static func row(_ id: String, _ cost: String, month: String = "2026-05", team: String = "")
    -> String
  {
    "\(id),111122223333,\(month)-01T00:00:00Z,Usage,\(month)-03T00:00:00Z,USD,\(cost),\(team),\n"
  }

  static func manifest(
    id: String, keys: [String], month: String = "2026-05", payer: String = "111122223333"
  ) -> String {
    let keys = keys.map { "\"\($0)\"" }.joined(separator: ",")
    let start = month.filter { $0 != "-" } + "01T000000.000Z"
    return """
      {"assemblyId":"\(id)","account":"\(payer)","reportName":"daily","columns":[],
       "billingPeriod":{"start":"\(start)","end":"\(start)"},
       "reportKeys":[\(keys)]}
      """
  }
}
