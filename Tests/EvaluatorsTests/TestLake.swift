import Columns
import Evaluators
import Reports
import Warehouse

/// A lake in memory with bills that a test describes day by day.
struct TestLake {
  let warehouse: Warehouse
  /// 2026-09-01.
  static let firstDay = 20_697

  struct Charge {
    var day: Int
    var account = "111111111111"
    var service = "Amazon Elastic Compute Cloud"
    var region = "us-east-1"
    var usageType = "BoxUsage:m5.large"
    var category = "Usage"
    var cost: Double
    var tags: [MapEntry] = []
    /// Days that the charge is for.
    var days = 1
    /// Columns of `costs` that are other than a server's hour has them.
    var columns: [String: Value] = [:]
  }

  /// `now` is 06:00 of the day after the last one.
  init(_ charges: [Charge], days: Int) throws {
    let now = Int64(TestLake.firstDay + days) * Microseconds.day + 6 * Microseconds.hour
    warehouse = try Warehouse(Warehouse.Configuration(lake: ":memory:", now: now))
    let schema = Schema(CostsView.columns)
    // The evaluators read `costs`; that its rows come from bills is the ingest's own test.
    try write("costs", schema, charges.map(TestLake.row))
    try write("cur", Schema([Field("year", .varchar)]), [[.text("2026")]])
  }

  func write(_ table: String, _ schema: Schema, _ rows: [[Value]]) throws {
    let writer = try warehouse.writer(
      WriteRequest(table: table, schema: schema, mode: .append, operation: "TEST"))
    let columns = schema.fields.indices.map { position in
      Column(schema[position].type, values: rows.map { $0[position] })
    }
    try writer.append(Batch(columns, count: rows.count))
    try writer.commit()
  }

  private static func row(_ charge: Charge) -> [Value] {
    let start = Int64(firstDay + charge.day) * Microseconds.day
    var values: [String: Value] = [
      "ChargePeriodStart": .int64(start),
      "ChargePeriodEnd": .int64(start + Int64(charge.days) * Microseconds.day),
      "SubAccountId": .text(charge.account), "ServiceName": .text(charge.service),
      "RegionId": .text(charge.region), "ChargeCategory": .text(charge.category),
      "BilledCost": .double(charge.cost), "EffectiveCost": .double(charge.cost),
      "x_BlendedCost": .double(charge.cost), "BillingCurrency": .text("USD"),
      "x_UsageType": .text(charge.usageType), "x_Operation": .text("RunInstances"),
      "x_ServiceCode": .text("AmazonEC2"), "x_LineItemType": .text("Usage"),
      "ConsumedQuantity": .double(1), "ConsumedUnit": .text("Hrs"), "Tags": .map(charge.tags),
      "x_PurchaseOption": .text("OnDemand"),
      "billing_period": .text(String(Day.text(firstDay + charge.day).prefix(7))),
    ]
    values.merge(charge.columns) { _, own in own }
    return CostsView.columns.map { values[$0.name] ?? .null }
  }
}
