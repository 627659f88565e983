import Columns
import Evaluators
import Reports
import Warehouse

/// A month of a cost and usage report that a test writes down line item by line item.
struct TestBill {
  /// Values by column; what is not named is NULL.
  typealias Line = [String: Value]

  static let month = "2026-09"
  static let plan = "arn:aws:savingsplans::111111111111:savingsplan/p1"
  static let reservation = "arn:aws:ec2:us-east-1:111111111111:reserved-instances/r1"

  var lines: [Line] = []
  /// Columns that the report does not have.
  var absent: Set<String> = []

  // MARK: Line items

  static func line(_ type: String, _ cost: Double, _ more: Line = [:]) -> Line {
    let usual: Line = [
      "billing_period": .text(month), "bill_payer_account_id": .text("100000000001"),
      "line_item_usage_account_id": .text("111111111111"),
      "line_item_product_code": .text("AmazonEC2"), "line_item_currency_code": .text("USD"),
      "line_item_line_item_type": .text(type), "line_item_unblended_cost": .double(cost),
      "line_item_blended_cost": .double(cost), "line_item_operation": .text("RunInstances"),
      "reservation_reservation_a_r_n": .text(""), "savings_plan_savings_plan_a_r_n": .text(""),
      "line_item_usage_start_date": .int64(Int64(TestLake.firstDay) * Microseconds.day),
    ]
    return usual.merging(more) { $1 }
  }

  /// The month's fee of a reservation: what is paid for the month, its share of the upfront fee, and
  /// what of both was not used.
  static func reservationFee(
    _ recurring: Double, upfront: Double, unusedUpfront: Double, unusedRecurring: Double,
    of arn: String = reservation
  ) -> Line {
    line(
      "RIFee", recurring,
      [
        "reservation_reservation_a_r_n": .text(arn),
        "reservation_amortized_upfront_fee_for_billing_period": .double(upfront),
        "reservation_unused_amortized_upfront_fee_for_billing_period": .double(unusedUpfront),
        "reservation_unused_recurring_fee": .double(unusedRecurring),
      ])
  }

  static func reservedUsage(_ effective: Double, of arn: String = reservation) -> Line {
    line(
      "DiscountedUsage", 0,
      [
        "reservation_reservation_a_r_n": .text(arn),
        "reservation_effective_cost": .double(effective),
      ])
  }

  static func planFee(
    _ recurring: Double, upfront: Double, used: Double, of arn: String = plan
  ) -> Line {
    line(
      "SavingsPlanRecurringFee", recurring,
      [
        "savings_plan_savings_plan_a_r_n": .text(arn),
        "savings_plan_total_commitment_to_date": .double(recurring + upfront),
        "savings_plan_used_commitment": .double(used),
        "savings_plan_amortized_upfront_commitment_for_billing_period": .double(upfront),
      ])
  }

  static func planUsage(_ onDemand: Double, _ effective: Double, of arn: String = plan) -> Line {
    line(
      "SavingsPlanCoveredUsage", onDemand,
      [
        "savings_plan_savings_plan_a_r_n": .text(arn),
        "savings_plan_savings_plan_effective_cost": .double(effective),
      ])
  }

  static func planNegation(_ onDemand: Double, of arn: String = plan) -> Line {
    line("SavingsPlanNegation", -onDemand, ["savings_plan_savings_plan_a_r_n": .text(arn)])
  }

  // MARK: The table

  private static let texts = [
    "billing_period", "bill_payer_account_id", "bill_invoice_id", "bill_bill_type",
    "identity_line_item_id", "identity_time_interval", "line_item_currency_code",
    "line_item_line_item_description", "line_item_line_item_type", "line_item_operation",
    "line_item_product_code", "line_item_resource_id", "line_item_usage_account_id",
    "reservation_reservation_a_r_n", "savings_plan_savings_plan_a_r_n",
  ]
  private static let numbers = [
    "line_item_unblended_cost", "line_item_blended_cost", "line_item_net_unblended_cost",
    "pricing_public_on_demand_cost", "reservation_amortized_upfront_fee_for_billing_period",
    "reservation_effective_cost", "reservation_unused_amortized_upfront_fee_for_billing_period",
    "reservation_unused_recurring_fee",
    "savings_plan_amortized_upfront_commitment_for_billing_period",
    "savings_plan_savings_plan_effective_cost", "savings_plan_total_commitment_to_date",
    "savings_plan_used_commitment",
  ]

  private var schema: Schema {
    let fields =
      TestBill.texts.map { Field($0, .varchar) } + TestBill.numbers.map { Field($0, .double) }
      + [Field("line_item_usage_start_date", .timestamp)]
    return Schema(fields.filter { !absent.contains($0.name) })
  }

  /// Writes the bill into a table, in place of what was there of the month.
  func write(to warehouse: Warehouse, table: String = "cur") throws {
    let schema = schema
    let writer = try warehouse.writer(
      WriteRequest(
        table: table, schema: schema, partitionColumns: ["billing_period"],
        mode: .replace(partition: ["billing_period": TestBill.month]), operation: "TEST"))
    let numbered = lines.enumerated().map { number, line in
      line.merging([
        "identity_line_item_id": .text("id\(number)"),
        "identity_time_interval": .text("2026-09-01T00:00:00Z/2026-09-01T01:00:00Z"),
      ]) { own, _ in own }
    }
    let columns = schema.fields.map { field in
      Column(field.type, values: numbered.map { $0[field.name] ?? .null })
    }
    try writer.append(Batch(columns, count: lines.count))
    try writer.commit()
  }

  static func lake(_ path: String = ":memory:") throws -> Warehouse {
    var configuration = Warehouse.Configuration(
      lake: path, now: Int64(TestLake.firstDay + 40) * Microseconds.day)
    let catalog = try ReportCatalog.standard()
    configuration.declaredTable = catalog.declaredTable(named:)
    return try Warehouse(configuration)
  }

  static func reconciliation(
    _ warehouse: Warehouse, tolerance: Double = Reconciliation.usualTolerance
  ) throws -> Reconciliation {
    Reconciliation(
      warehouse,
      queries: try QueryLibrary(
        files: EmbeddedFiles.queries.map { (path: $0.name, text: $0.text) }),
      reports: try ReportCatalog.standard(), tolerance: tolerance)
  }

  /// The proof of the bill in a lake of its own.
  func proof() throws -> BillProof {
    let warehouse = try TestBill.lake()
    try write(to: warehouse)
    let proofs = try TestBill.reconciliation(warehouse).prove()
    return proofs[0]
  }
}

extension BillProof {
  /// The check whose name has these words.
  func check(_ words: String) -> Check? { checks.first { $0.name.contains(words) } }

  /// The amount of a view.
  func amount(_ view: String) -> Double? { views.first { $0.name == view }?.amount }
}
