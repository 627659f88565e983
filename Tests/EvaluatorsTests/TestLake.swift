import Columns
import Evaluators
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
    var resource: String?
    /// At list prices; the cost where nil.
    var listCost: Double?
    var hours = 1.0
    var commitment: String?
  }

  /// `now` is 06:00 of the day after the last one.
  init(_ charges: [Charge], days: Int) throws {
    let now = Int64(TestLake.firstDay + days) * Microseconds.day + 6 * Microseconds.hour
    warehouse = try Warehouse(Warehouse.Configuration(lake: ":memory:", now: now))
    let schema = Schema([
      Field("ChargePeriodStart", .timestamp), Field("ChargePeriodEnd", .timestamp),
      Field("SubAccountId", .varchar), Field("ServiceName", .varchar),
      Field("RegionId", .varchar), Field("AvailabilityZone", .varchar),
      Field("ChargeCategory", .varchar), Field("BilledCost", .double),
      Field("EffectiveCost", .double), Field("x_BlendedCost", .double),
      Field("BillingCurrency", .varchar), Field("x_UsageType", .varchar),
      Field("x_Operation", .varchar), Field("x_ServiceCode", .varchar),
      Field("x_LineItemType", .varchar), Field("CommitmentDiscountId", .varchar),
      Field("ConsumedQuantity", .double), Field("ConsumedUnit", .varchar),
      Field("Tags", .map(key: .varchar, value: .varchar)), Field("billing_period", .varchar),
      Field("ResourceId", .varchar), Field("ListCost", .double),
      Field("CommitmentDiscountType", .varchar), Field("BillingAccountId", .varchar),
    ])
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
    return [
      .int64(start), .int64(start + Microseconds.day), .text(charge.account),
      .text(charge.service), .text(charge.region), .null, .text(charge.category),
      .double(charge.cost), .double(charge.cost), .double(charge.cost), .text("USD"),
      .text(charge.usageType), .text("RunInstances"), .text("AmazonEC2"), .text("Usage"), .null,
      .double(charge.hours), .text("Hrs"), .map(charge.tags),
      .text(String(Day.text(firstDay + charge.day).prefix(7))), .text(charge.resource),
      .double(charge.listCost ?? charge.cost), .text(charge.commitment), .text("999999999999"),
    ]
  }
}
