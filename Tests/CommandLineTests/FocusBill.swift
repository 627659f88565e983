/// September 2026 in FOCUS: two days with a server on demand and one under a savings plan that is not
/// used up, and what was charged once.
///
/// Billed in all: 2 × (10 + 48) + 7 − 3 − 4 − 20 − 2 + 100 + 11 = 205; effective 2 × (10 + 36 + 12) − 11
/// = 105.
struct FocusBill {
  private typealias Row = [String: String]

  private static let columns = [
    "BillingAccountId", "BillingPeriodStart", "BillingPeriodEnd", "SubAccountId",
    "ChargePeriodStart", "ChargePeriodEnd", "ChargeCategory", "ChargeClass", "ChargeFrequency",
    "BilledCost", "EffectiveCost", "ListCost", "ContractedCost", "BillingCurrency",
    "ConsumedQuantity", "ConsumedUnit", "PricingCategory", "CommitmentDiscountId",
    "CommitmentDiscountType", "CommitmentDiscountStatus", "CommitmentDiscountQuantity",
    "ServiceName", "ServiceCategory", "RegionId", "x_ServiceCode", "x_UsageType", "x_Operation",
  ]

  private static let usual: Row = [
    "BillingAccountId": "100000000009", "BillingPeriodStart": "2026-09-01T00:00:00Z",
    "BillingPeriodEnd": "2026-10-01T00:00:00Z", "SubAccountId": "300000000001",
    "ChargeFrequency": "Usage-Based", "BillingCurrency": "USD",
    "ServiceName": "Amazon Elastic Compute Cloud", "ServiceCategory": "Compute",
    "RegionId": "us-east-1", "x_ServiceCode": "AmazonEC2",
  ]

  private static let plan: Row = [
    "CommitmentDiscountId": "arn:aws:savingsplans::1:savingsplan/sp-9",
    "CommitmentDiscountType": "Savings Plan", "PricingCategory": "Committed",
  ]

  private static let server: Row = [
    "ConsumedQuantity": "24", "ConsumedUnit": "Hours", "x_UsageType": "BoxUsage:m5.large",
    "x_Operation": "RunInstances",
  ]

  private static func row(
    _ category: String, _ billed: String, effective: String? = nil, list: String? = nil,
    day: Int = 1, _ more: [Row] = []
  ) -> Row {
    let own: Row = [
      "ChargeCategory": category, "BilledCost": billed, "EffectiveCost": effective ?? billed,
      "ListCost": list ?? billed, "ContractedCost": list ?? billed,
      "ChargePeriodStart": "2026-09-0\(day)T00:00:00Z",
      "ChargePeriodEnd": "2026-09-0\(day + 1)T00:00:00Z",
    ]
    return more.reduce(usual.merging(own) { $1 }) { $0.merging($1) { $1 } }
  }

  private static var rows: [Row] {
    var rows: [Row] = []
    for day in 1...2 {
      rows.append(row("Usage", "10", day: day, [server, ["PricingCategory": "Standard"]]))
      rows.append(
        row(
          "Usage", "0", effective: "36", list: "50", day: day,
          [
            server, plan,
            ["CommitmentDiscountStatus": "Used", "CommitmentDiscountQuantity": "36"],
          ]))
      rows.append(
        row(
          "Usage", "0", effective: "12", list: "0", day: day,
          [plan, ["CommitmentDiscountStatus": "Unused", "CommitmentDiscountQuantity": "12"]]))
      rows.append(
        row(
          "Purchase", "48", effective: "0", day: day,
          [plan, ["ChargeFrequency": "Recurring", "CommitmentDiscountQuantity": "48"]]))
    }
    rows.append(row("Tax", "7"))
    rows.append(row("Credit", "-3"))
    rows.append(row("Credit", "-4"))
    rows.append(row("Usage", "-20", [["ChargeClass": "Correction"]]))
    rows.append(row("Adjustment", "-2"))
    rows.append(row("Purchase", "100", effective: "0", [plan, ["ChargeFrequency": "One-Time"]]))
    rows.append(row("Purchase", "11", [["ChargeFrequency": "One-Time", "x_ServiceCode": "mp1"]]))
    return rows
  }

  /// - Parameter more: further rows: columns that are not as usual.
  static func text(_ more: [[String: String]] = []) -> String {
    let all = rows + more.map { usual.merging($0) { $1 } }
    return ([columns] + all.map { row in columns.map { row[$0] ?? "" } })
      .map { $0.joined(separator: ",") + "\n" }.joined()
  }
}
