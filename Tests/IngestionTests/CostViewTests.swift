import Columns
import Ingestion
import Testing
import Warehouse

/// What rows of each type cost (AWS CUR user guide, Savings Plans, reservations, split cost allocation and
/// discounts), computed by hand.
@Suite struct CostViewTests {
  let lab: Lab

  init() throws { lab = try Lab() }

  /// A legacy report of rows given by their columns' names; `net` brings the columns after discounts.
  private func report(_ rows: [[String: String]], net: Bool, month: String) throws -> String {
    var names = [
      "identity/LineItemId", "identity/TimeInterval", "bill/PayerAccountId",
      "bill/BillingPeriodStartDate", "lineItem/UsageStartDate", "lineItem/CurrencyCode",
      "lineItem/LineItemType", "lineItem/UnblendedCost", "lineItem/Operation",
      "lineItem/ProductCode", "lineItem/LineItemDescription", "lineItem/UsageAmount",
      "pricing/publicOnDemandCost", "reservation/EffectiveCost", "reservation/ReservationARN",
      "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod", "reservation/UnusedRecurringFee",
      "savingsPlan/SavingsPlanARN", "savingsPlan/SavingsPlanEffectiveCost",
      "savingsPlan/TotalCommitmentToDate", "savingsPlan/UsedCommitment",
      "splitLineItem/ParentResourceId", "splitLineItem/SplitCost", "splitLineItem/UnusedCost",
      "costCategory/Charge type", "costCategory/Team", "discount/EdpDiscount",
      "discount/TotalDiscount",
    ]
    if net {
      names += [
        "lineItem/NetUnblendedCost", "reservation/NetEffectiveCost",
        "reservation/NetUnusedAmortizedUpfrontFeeForBillingPeriod",
        "reservation/NetUnusedRecurringFee", "savingsPlan/NetSavingsPlanEffectiveCost",
        "savingsPlan/NetAmortizedUpfrontCommitmentForBillingPeriod",
        "savingsPlan/NetRecurringCommitmentForBillingPeriod",
      ]
    }
    var text = names.joined(separator: ",") + "\n"
    for (number, row) in rows.enumerated() {
      let fixed = [
        "identity/LineItemId": "\(number)", "identity/TimeInterval": "\(month)-01/\(month)-02",
        "bill/PayerAccountId": "111122223333",
        "bill/BillingPeriodStartDate": "\(month)-01T00:00:00Z",
        "lineItem/UsageStartDate": "\(month)-02T00:00:00Z", "lineItem/CurrencyCode": "USD",
      ]
      text += names.map { row[$0] ?? fixed[$0] ?? "" }.joined(separator: ",") + "\n"
    }
    return try lab.write("in/\(month)/daily-1.csv", text)
  }

  private static let rows: [(row: [String: String], effective: Double, net: Double)] = [
    (
      [
        "lineItem/LineItemType": "SavingsPlanCoveredUsage", "lineItem/UnblendedCost": "10",
        "savingsPlan/SavingsPlanEffectiveCost": "7",
        "savingsPlan/NetSavingsPlanEffectiveCost": "6.5", "lineItem/NetUnblendedCost": "9",
      ], 7, 6.5
    ),
    (
      [
        "lineItem/LineItemType": "SavingsPlanNegation", "lineItem/UnblendedCost": "-10",
        "lineItem/NetUnblendedCost": "-9", "pricing/publicOnDemandCost": "-10",
      ], 0, 0
    ),
    (
      [
        "lineItem/LineItemType": "SavingsPlanRecurringFee", "lineItem/UnblendedCost": "8",
        "savingsPlan/TotalCommitmentToDate": "8", "savingsPlan/UsedCommitment": "6",
        "lineItem/NetUnblendedCost": "7",
        "savingsPlan/NetAmortizedUpfrontCommitmentForBillingPeriod": "1",
        "savingsPlan/NetRecurringCommitmentForBillingPeriod": "3",
      ], 2, 1
    ),
    (
      [
        "lineItem/LineItemType": "SavingsPlanUpfrontFee", "lineItem/UnblendedCost": "100",
        "lineItem/NetUnblendedCost": "90",
      ], 0, 0
    ),
    (
      [
        "lineItem/LineItemType": "DiscountedUsage", "lineItem/UnblendedCost": "0",
        "reservation/EffectiveCost": "3", "reservation/NetEffectiveCost": "2.75",
        "lineItem/NetUnblendedCost": "0", "reservation/ReservationARN": "arn:ri",
      ], 3, 2.75
    ),
    (
      [
        "lineItem/LineItemType": "RIFee", "lineItem/UnblendedCost": "5",
        "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod": "1.5",
        "reservation/UnusedRecurringFee": "2",
        "reservation/NetUnusedAmortizedUpfrontFeeForBillingPeriod": "1",
        "reservation/NetUnusedRecurringFee": "1.75", "lineItem/NetUnblendedCost": "4",
        "reservation/ReservationARN": "arn:ri",
      ], 3.5, 2.75
    ),
    // No upfront: nothing stands where the upfront share would.
    (
      [
        "lineItem/LineItemType": "RIFee", "lineItem/UnblendedCost": "5",
        "reservation/UnusedRecurringFee": "2", "reservation/NetUnusedRecurringFee": "1.5",
        "lineItem/NetUnblendedCost": "4", "reservation/ReservationARN": "arn:ri",
      ], 2, 1.5
    ),
    (
      [
        "lineItem/LineItemType": "Fee", "lineItem/UnblendedCost": "50",
        "reservation/ReservationARN": "arn:ri", "lineItem/NetUnblendedCost": "45",
      ], 0, 0
    ),
    (
      [
        "lineItem/LineItemType": "Fee", "lineItem/UnblendedCost": "20",
        "lineItem/NetUnblendedCost": "20",
      ], 20, 20
    ),
    (
      [
        "lineItem/LineItemType": "Refund", "lineItem/UnblendedCost": "-4",
        "lineItem/ProductCode": "ComputeSavingsPlans",
        "lineItem/LineItemDescription": "Refund for one-time fee for Savings Plan ID: x",
        "lineItem/NetUnblendedCost": "-4",
      ], 0, 0
    ),
    (
      [
        "lineItem/LineItemType": "EdpDiscount", "lineItem/UnblendedCost": "-6",
        "lineItem/NetUnblendedCost": "-6", "discount/EdpDiscount": "-6",
        "discount/TotalDiscount": "-6",
      ], -6, -6
    ),
    (
      [
        "lineItem/LineItemType": "Usage", "lineItem/UnblendedCost": "2",
        "lineItem/NetUnblendedCost": "0", "costCategory/Charge type": "Usage",
        "costCategory/Team": "blue",
      ], 2, 0
    ),
    (
      [
        "lineItem/LineItemType": "SomethingNew", "lineItem/UnblendedCost": "0.5",
        "lineItem/NetUnblendedCost": "0.25",
      ], 0.5, 0.25
    ),
  ]

  private static let split: [[String: String]] = ["EKSPod-EC2", "ECSTask-EC2"].map { operation in
    [
      "lineItem/LineItemType": "Usage", "lineItem/UnblendedCost": "0.75",
      "lineItem/Operation": operation, "splitLineItem/ParentResourceId": "i-1",
      "splitLineItem/SplitCost": "0.5", "splitLineItem/UnusedCost": "0.25",
    ]
  }

  @Test func `each type of row costs what it should, before and after discounts`() throws {
    let path = try report(
      Self.rows.map(\.row) + Self.split, net: true, month: "2026-05")
    let delivery = try #require(try lab.ingest(path).deliveries.first)
    #expect(delivery.status == .loaded, "\(delivery.notes)")
    let found = try lab.rows(
      """
      SELECT x_LineItemType, EffectiveCost, x_NetAmortizedCost, x_NetUnblendedCost, BilledCost
      FROM costs
      """)
    #expect(found.count == Self.rows.count)
    for ((row, effective, net), values) in zip(Self.rows, found) {
      let type = try #require(row["lineItem/LineItemType"])
      #expect(values[0] == .text(type))
      #expect(values[1].double == effective, "\(type)")
      #expect(values[2].double == net, "\(type)")
      #expect(values[3].double == Double(row["lineItem/NetUnblendedCost"] ?? ""), "\(type)")
      #expect(values[4].double == Double(row["lineItem/UnblendedCost"] ?? ""), "\(type)")
      #expect(values[1].double?.sign == .plus || effective != 0, "\(type) costs minus zero")
    }
  }

  @Test func `split rows are kept in the table and count in no total`() throws {
    _ = try lab.ingest(
      try report(Self.rows.map(\.row) + Self.split, net: false, month: "2026-05"))
    #expect(
      try lab.rows(
        """
        SELECT sum(split_line_item_split_cost), sum(split_line_item_unused_cost), count(*) FROM cur
        WHERE split_line_item_parent_resource_id = 'i-1'
        """) == [[.double(1), .double(0.5), .int64(2)]])
    let billed = Self.rows.compactMap { Double($0.row["lineItem/UnblendedCost"] ?? "") }.reduce(
      0, +)
    #expect(abs(try lab.number("SELECT sum(BilledCost) FROM costs") - billed) < 1e-9)
    #expect(
      try lab.rows(
        "SELECT cost_category_charge_type, cost_category_team FROM cur WHERE cost_category_team <> ''"
      ) == [[.text("Usage"), .text("blue")]])
    #expect(
      try lab.rows("SELECT sum(discount_edp_discount), sum(discount_total_discount) FROM cur")
        == [[.double(-6), .double(-6)]])
  }

  @Test func `without the columns after discounts there is no cost after discounts`() throws {
    _ = try lab.ingest(try report(Self.rows.map(\.row), net: false, month: "2026-04"))
    #expect(
      try lab.rows("SELECT count(x_NetUnblendedCost), count(x_NetAmortizedCost) FROM costs")
        == [[.int64(0), .int64(0)]])
    // A month that has them beside it: each month as its own report says.
    _ = try lab.ingest(try report(Self.rows.map(\.row), net: true, month: "2026-05"))
    #expect(
      try lab.rows(
        """
        SELECT billing_period, count(x_NetUnblendedCost), sum(EffectiveCost) FROM costs
        GROUP BY 1 ORDER BY 1
        """) == [
          [.text("2026-04"), .int64(0), .double(34)],
          [.text("2026-05"), .int64(Int64(Self.rows.count)), .double(34)],
        ])
  }
}
