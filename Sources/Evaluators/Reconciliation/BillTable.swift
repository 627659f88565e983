import Columns
import Reports
import SQL
import Warehouse

/// A table of the lake with bills, whatever its name: legacy reports, CUR 2.0 and FOCUS.
struct BillTable {
  /// Whose columns the table has.
  enum Form: Sendable {
    /// AWS cost and usage reports, both generations.
    case usageReport
    case focus
  }

  let name: String
  let form: Form
  /// Names of the table's columns, in lower case.
  let columns: Set<String>

  /// - Returns: nil when the table has no bills, month by month.
  init?(_ table: TableSummary) {
    let columns = Set(table.schema.names.map { $0.lowercased() })
    guard table.partitionColumns.contains("billing_period") else { return nil }
    if columns.isSuperset(of: ["line_item_unblended_cost", "line_item_line_item_type"]) {
      form = .usageReport
    } else if columns.isSuperset(of: ["billedcost", "effectivecost"]) {
      form = .focus
    } else {
      return nil
    }
    name = table.name
    self.columns = columns
  }

  /// The tables of a lake that have bills, by name.
  static func all(_ warehouse: Warehouse) throws -> [BillTable] {
    try warehouse.tables().compactMap(BillTable.init)
  }

  /// `"cur"`, `"archive"."cur"`.
  var quotedName: String {
    name.split(separator: ".").map { SQLName.quoted(String($0)) }.joined(separator: ".")
  }

  /// The months that the table has rows of, in order.
  func periods(_ warehouse: Warehouse) throws -> [String] {
    try warehouse.query("SHOW PARTITIONS \(quotedName)").rows().compactMap { row in
      guard let text = row[0].string, row[1].int64 != 0 else { return nil }
      let period = text.split(separator: "=").last.map(String.init)
      return period == "NULL" ? nil : period
    }
  }

  /// The table with all the columns that the bills' queries name: those that it lacks are NULL.
  var source: String {
    let wanted = form == .focus ? BillTable.focusColumns : BillTable.usageReportColumns
    let expressions = wanted.map { column -> String in
      if column.name == BillTable.planName { return "\(planName) AS \(column.name)" }
      if columns.contains(column.name.lowercased()) { return column.name }
      return "CAST(NULL AS \(column.type)) AS \(column.name)"
    }
    return "(SELECT \(expressions.joined(separator: ", ")) FROM \(quotedName))"
  }

  /// A version of the table with the columns that versions are compared by, under the names of usage
  /// reports.
  ///
  /// - Parameter known: the columns of that version, in lower case.
  func comparable(version: Int64, _ known: Set<String>) -> String {
    let pairs: [(name: String, source: String)] =
      switch form {
      case .usageReport:
        [
          "billing_period", "line_item_currency_code", "line_item_usage_account_id",
          "line_item_product_code", "line_item_line_item_type", "line_item_resource_id",
          "line_item_operation", "line_item_usage_start_date", "line_item_unblended_cost",
        ].map { ($0, $0) }
      case .focus:
        [
          ("billing_period", "billing_period"), ("line_item_currency_code", "BillingCurrency"),
          ("line_item_usage_account_id", "SubAccountId"),
          ("line_item_product_code", "ServiceName"),
          ("line_item_line_item_type", "ChargeCategory"), ("line_item_resource_id", "ResourceId"),
          // No charge of FOCUS repeats another.
          ("line_item_operation", ""), ("line_item_usage_start_date", "ChargePeriodStart"),
          ("line_item_unblended_cost", "BilledCost"),
        ]
      }
    let expressions = pairs.map { pair -> String in
      if known.contains(pair.source.lowercased()) { return "\(pair.source) AS \(pair.name)" }
      let type = pair.name == "line_item_usage_start_date" ? "timestamp" : "varchar"
      return "CAST(NULL AS \(type)) AS \(pair.name)"
    }
    return "(SELECT \(expressions.joined(separator: ", ")) FROM \(quotedName) "
      + "FOR VERSION AS OF \(version))"
  }

  private static let planName = "savings_plan_savings_plan_a_r_n"

  /// Some reports write `SavingsPlanArn` where AWS writes `SavingsPlanARN`.
  private var planName: String {
    let known = [BillTable.planName, "savings_plan_savings_plan_arn"].filter(columns.contains)
    guard !known.isEmpty else { return "CAST(NULL AS varchar)" }
    return "coalesce(" + known.map { "nullif(\($0), '')" }.joined(separator: ", ") + ", '')"
  }

  /// The columns that reports write blank where they have nothing to say, and the types they have.
  private static let usageReportColumns: [(name: String, type: String)] =
    [
      "billing_period", "bill_payer_account_id", "bill_invoice_id", "bill_bill_type",
      "bill_billing_entity", "identity_line_item_id", "identity_time_interval",
      "line_item_currency_code", "line_item_line_item_description", "line_item_line_item_type",
      "line_item_operation", "line_item_product_code", "line_item_resource_id",
      "line_item_usage_account_id", "reservation_reservation_a_r_n", planName,
    ].map { ($0, "varchar") }
    + [("line_item_usage_start_date", "timestamp")]
    + [
      "line_item_blended_cost", "line_item_net_unblended_cost", "line_item_unblended_cost",
      "pricing_public_on_demand_cost", "reservation_amortized_upfront_fee_for_billing_period",
      "reservation_effective_cost", "reservation_net_effective_cost",
      "reservation_net_unused_amortized_upfront_fee_for_billing_period",
      "reservation_net_unused_recurring_fee",
      "reservation_unused_amortized_upfront_fee_for_billing_period",
      "reservation_unused_recurring_fee",
      "savings_plan_amortized_upfront_commitment_for_billing_period",
      "savings_plan_net_amortized_upfront_commitment_for_billing_period",
      "savings_plan_net_recurring_commitment_for_billing_period",
      "savings_plan_net_savings_plan_effective_cost", "savings_plan_savings_plan_effective_cost",
      "savings_plan_total_commitment_to_date", "savings_plan_used_commitment",
    ].map { ($0, "double") }

  private static let focusColumns: [(name: String, type: String)] =
    [
      "billing_period", "BillingAccountId", "BillingCurrency", "ChargeCategory",
      "ChargeFrequency", "CommitmentDiscountId", "CommitmentDiscountStatus",
      "CommitmentDiscountType", "InvoiceId", "ProviderName", "PublisherName", "ResourceId",
      "ServiceName", "SubAccountId",
    ].map { ($0, "varchar") }
    + [("ChargePeriodStart", "timestamp")]
    + ["BilledCost", "ContractedCost", "EffectiveCost", "ListCost"].map { ($0, "double") }
}
