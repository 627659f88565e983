/// A cost and usage report of a few rows, in the form of AWS's legacy CSV.
struct SmallBill {
  var columns = [
    "identity/LineItemId", "bill/PayerAccountId", "bill/BillingPeriodStartDate",
    "bill/BillingPeriodEndDate", "lineItem/UsageAccountId", "lineItem/LineItemType",
    "lineItem/UsageStartDate", "lineItem/UsageEndDate", "lineItem/ProductCode",
    "lineItem/UsageType", "lineItem/Operation", "lineItem/UsageAmount", "lineItem/CurrencyCode",
    "lineItem/UnblendedCost",
  ]
  /// US dollars, a row each.
  var costs = ["1.25", "0.5", "0.000001"]

  var lines: [String] {
    [columns.joined(separator: ",")]
      + costs.enumerated().map { number, cost in
        [
          "id\(number)", "100000000001", "2026-09-01T00:00:00Z", "2026-10-01T00:00:00Z",
          "100000000002", "Usage", "2026-09-02T00:00:00Z", "2026-09-03T00:00:00Z",
          "AmazonEC2", "BoxUsage:m5.large", "RunInstances", "1", "USD", cost,
        ].joined(separator: ",")
      }
  }

  var text: String { lines.map { $0 + "\n" }.joined() }
}
