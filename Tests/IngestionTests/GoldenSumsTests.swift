import Columns
import Ingestion
import TestSupport
import Testing
import Warehouse

/// Sums of every column of numbers in the real reports, computed from the files by DuckDB (`fsum`); see
/// `Tests/Peers/ingest_sums.py`.
@Suite(.enabled(if: RealData.isThere, "needs the real reports in ../shared/data"))
struct GoldenSumsTests {
  @Test(arguments: GoldenBill.all)
  fileprivate func `every sum of a real report is that of its files`(bill: GoldenBill) throws {
    let lab = try Lab()
    let delivery = try #require(
      try lab.ingest("\(RealData.folder)/\(bill.path)").deliveries.first)
    #expect(delivery.status == .loaded, "\(delivery.notes)")
    #expect(delivery.rows == bill.rows)
    #expect(!delivery.notes.contains { $0.contains("could not be checked") }, "\(delivery.notes)")
    let columns = bill.sums.map { "sum(\($0.column)), sum(abs(\($0.column)))" }
    let found = try #require(
      try lab.rows("SELECT \(columns.joined(separator: ", ")) FROM \(bill.table)").first)
    for (place, (column, sum)) in bill.sums.enumerated() {
      let value = try #require(found[2 * place].double, "\(column)")
      let magnitude = try #require(found[2 * place + 1].double)
      // Where costs cancel, the sum is as exact as the numbers that were added.
      #expect(abs(value - sum) <= max(1e-9 * abs(sum), 1e-15 * magnitude), "\(column)")
    }
  }
}

private struct GoldenBill: Sendable, CustomTestStringConvertible {
  let path: String
  let table: String
  let rows: Int
  let sums: [(column: String, sum: Double)]

  init(_ path: String, _ table: String, rows: Int, _ sums: [(String, Double)]) {
    self.path = path
    self.table = table
    self.rows = rows
    self.sums = sums
  }

  var testDescription: String { path }

  static let all = [
    GoldenBill(
      "cur-legacy-parquet/Oct2018-WorkshopCUR-00001.snappy.parquet", "cur", rows: 119307,
      [
        ("line_item_blended_cost", 4064.4831300796),
        ("line_item_normalization_factor", 72113.5),
        ("line_item_normalized_usage_amount", 79170.9184695),
        ("line_item_unblended_cost", 4064.4831315379),
        ("line_item_usage_amount", 18406679.5089076),
        ("pricing_public_on_demand_cost", 4237.6817354175),
        ("reservation_amortized_upfront_cost_for_usage", 109.13699139),
        ("reservation_amortized_upfront_fee_for_billing_period", 131.4739726),
        ("reservation_effective_cost", 232.25379599000001),
        ("reservation_recurring_fee_for_usage", 123.1168046),
        ("reservation_unused_amortized_upfront_fee_for_billing_period", 22.3369863),
        ("reservation_unused_normalized_unit_quantity", 3166.659861),
        ("reservation_unused_quantity", 1125.319722),
        ("reservation_unused_recurring_fee", 26.65857449),
        ("reservation_upfront_value", 1548.0),
      ]),
    GoldenBill(
      "cur-legacy-parquet/Nov2018-WorkshopCUR-00001.snappy.parquet", "cur", rows: 124340,
      [
        ("line_item_blended_cost", 3505.3269694921),
        ("line_item_normalization_factor", 70727.75),
        ("line_item_normalized_usage_amount", 71033.0916665),
        ("line_item_unblended_cost", 3505.3269681268),
        ("line_item_usage_amount", 14584845.152669914),
        ("pricing_public_on_demand_cost", 3671.199305967),
        ("reservation_amortized_upfront_cost_for_usage", 105.61644),
        ("reservation_amortized_upfront_fee_for_billing_period", 127.23287671),
        ("reservation_effective_cost", 231.40044001),
        ("reservation_recurring_fee_for_usage", 125.78400000999999),
        ("reservation_unused_amortized_upfront_fee_for_billing_period", 21.61643836),
        ("reservation_unused_normalized_unit_quantity", 2880.0),
        ("reservation_unused_quantity", 720.0),
        ("reservation_unused_recurring_fee", 21.6),
        ("reservation_upfront_value", 1548.0),
      ]),
    GoldenBill(
      "cur-legacy-csv", "cur", rows: 1281,
      [
        ("line_item_blended_cost", 1.6823086974),
        ("line_item_unblended_cost", 1.6823086974),
        ("line_item_usage_amount", 128100.5804537469),
        ("pricing_public_on_demand_cost", 3.3561726949),
      ]),
    GoldenBill(
      "cur2-csv", "cur2", rows: 1882,
      [
        ("line_item_blended_cost", -6.759999988947829e-08),
        ("line_item_normalization_factor", 41.5),
        ("line_item_normalized_usage_amount", 546.4431945),
        ("line_item_unblended_cost", -6.759999988947829e-08),
        ("line_item_usage_amount", 92500.7433629442),
        ("pricing_public_on_demand_cost", 49.5587134677),
      ]),
    GoldenBill(
      "cur-nise", "cur", rows: 59520,
      [
        ("line_item_blended_cost", 152549.3893999848),
        ("line_item_unblended_cost", 152549.3893999848),
        ("line_item_usage_amount", 6416849.047999344),
        ("pricing_public_on_demand_cost", 153229.10779998478),
        ("savings_plan_savings_plan_effective_cost", 210.71568),
        ("savings_plan_savings_plan_rate", 210.71568),
      ]),
    GoldenBill(
      "focus/focus_sample.csv", "focus", rows: 1000,
      [
        ("billedcost", 20.52022672899),
        ("consumedquantity", 13438.712904456821),
        ("contractedcost", 14.97626039326),
        ("contractedunitprice", 97.99728999999999),
        ("effectivecost", 14.97651418586),
        ("listcost", 20.39090575119),
        ("listunitprice", 389.3139142323),
        ("pricingquantity", 13438.62931081682),
      ]),
  ]
}
