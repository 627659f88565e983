import Columns
import Files
import Ingestion
import Testing
import Warehouse

/// What real bills do that their documentation does not lead one to expect, each seen in delivered files.
@Suite struct BillQuirkTests {
  let lab: Lab

  init() throws { lab = try Lab() }

  /// Rows of a report, given by the columns' names.
  private func csv(_ fixed: [(String, String)], _ rows: [[String: String]]) -> String {
    var names = fixed.map(\.0)
    for name in rows.flatMap({ $0.keys.sorted() }) where !names.contains(name) {
      names.append(name)
    }
    let values = Dictionary(uniqueKeysWithValues: fixed)
    return names.joined(separator: ",") + "\n"
      + rows.map { row in names.map { row[$0] ?? values[$0] ?? "" }.joined(separator: ",") + "\n" }
      .joined()
  }

  private static let legacy = [
    ("identity/LineItemId", "a"),
    ("identity/TimeInterval", "2026-05-03T00:00:00Z/2026-05-04T00:00:00Z"),
    ("bill/PayerAccountId", "111122223333"),
    ("bill/BillingPeriodStartDate", "2026-05-01T00:00:00Z"),
    ("lineItem/LineItemType", "Usage"), ("lineItem/UsageStartDate", "2026-05-03T00:00:00Z"),
    ("lineItem/CurrencyCode", "USD"), ("lineItem/UnblendedCost", "1"),
  ]

  private static let second = [
    ("identity_line_item_id", "a"), ("identity_time_interval", "x"),
    ("bill_payer_account_id", "111122223333"), ("bill_payer_account_name", "n"),
    ("bill_billing_period_start_date", "2026-05-01T00:00:00.000Z"),
    ("line_item_line_item_type", "Usage"),
    ("line_item_usage_start_date", "2026-05-03T00:00:00.000Z"),
    ("line_item_currency_code", "USD"), ("line_item_unblended_cost", "1"),
  ]

  private func loaded(_ name: String, _ text: String) throws -> DeliverySummary {
    try lab.write("in/\(name)", text)
    let delivery = try #require(try lab.ingest(lab.folder + "/in").deliveries.first)
    #expect(delivery.status == .loaded, "\(delivery.notes)")
    return delivery
  }

  // Legacy reports, values: fees of reservations end with the last second of the month, usage with the
  // first of the next hour, and tax has an interval of one day and the dates of the whole month.
  @Test func `ends of fees, usage and tax stay as they are delivered`() throws {
    let fee = [
      "identity/LineItemId": "f", "lineItem/LineItemType": "RIFee",
      "identity/TimeInterval": "2026-05-01T00:00:00Z/2026-05-31T23:59:59Z",
      "lineItem/UsageStartDate": "2026-05-01T00:00:00Z",
      "lineItem/UsageEndDate": "2026-05-31T23:59:59Z",
    ]
    let tax = [
      "identity/LineItemId": "t", "lineItem/LineItemType": "Tax",
      "identity/TimeInterval": "2026-05-01T00:00:00Z/2026-05-02T00:00:00Z",
      "lineItem/UsageStartDate": "2026-05-01T00:00:00Z",
      "lineItem/UsageEndDate": "2026-06-01T00:00:00Z",
    ]
    _ = try loaded(
      "daily-1.csv",
      csv(Self.legacy, [fee, tax, ["lineItem/UsageEndDate": "2026-05-03T01:00:00Z"]]))
    #expect(
      try lab.rows(
        """
        SELECT line_item_line_item_type, CAST(line_item_usage_end_date AS varchar),
          identity_time_interval FROM cur ORDER BY 1
        """)
        == [
          ["RIFee", "2026-05-31 23:59:59.000", "2026-05-01T00:00:00Z/2026-05-31T23:59:59Z"],
          ["Tax", "2026-06-01 00:00:00.000", "2026-05-01T00:00:00Z/2026-05-02T00:00:00Z"],
          ["Usage", "2026-05-03 01:00:00.000", "2026-05-03T00:00:00Z/2026-05-04T00:00:00Z"],
        ].map { $0.map { .text($0) } })
    // No day of the month after is made of any of them.
    #expect(try lab.number("SELECT count(DISTINCT billing_period) FROM costs") == 1)
  }

  // Legacy reports, types of line items: the list is open.
  @Test(arguments: [
    "Credit", "DiscountedUsage", "Fee", "Refund", "RIFee", "Tax", "Usage", "SavingsPlanUpfrontFee",
    "SavingsPlanRecurringFee", "SavingsPlanCoveredUsage", "SavingsPlanNegation", "BundledDiscount",
    "Discount", "PrivateRateDiscount", "EdpDiscount", "RiVolumeDiscount", "SppDiscount",
    "FlatRateSubscription", "SomethingOfNextYear",
  ])
  func `a line item of any type is loaded, blended cost or not`(type: String) throws {
    let delivery = try loaded(
      "daily-1.csv",
      csv(
        Self.legacy,
        [["lineItem/LineItemType": type, "lineItem/BlendedCost": "", "bill/InvoiceId": ""]]))
    #expect(delivery.total == 1)
    #expect(
      try lab.rows("SELECT x_LineItemType, BilledCost, InvoiceId FROM costs")
        == [[.text(type), .double(1), .null]])
    #expect(try lab.rows("SELECT line_item_blended_cost FROM cur") == [[.null]])
  }

  // Legacy reports, shape: times with and without milliseconds occur in one file.
  @Test func `times with and without milliseconds are one moment`() throws {
    _ = try loaded(
      "daily-1.csv",
      csv(
        Self.legacy,
        [
          ["identity/LineItemId": "x", "lineItem/UsageStartDate": "2026-05-05T04:00:00Z"],
          ["identity/LineItemId": "y", "lineItem/UsageStartDate": "2026-05-05T04:00:00.000Z"],
        ]))
    #expect(try lab.number("SELECT count(DISTINCT line_item_usage_start_date) FROM cur") == 1)
  }

  // Legacy reports, layout in the bucket: what Athena's integration puts beside the data.
  @Test func `scripts and status beside the data are passed over`() throws {
    let base = "s/daily/daily"
    try lab.write("\(base)/year=2026/month=5/daily-00001.csv", csv(Self.legacy, [[:]]))
    try lab.write("\(base)/crawler-cfn.yml", "AWSTemplateFormatVersion: 2010-09-09\n")
    try lab.write(
      "\(base)/year=2026/month=5/daily-create-table.sql", "CREATE EXTERNAL TABLE x (a string)\n")
    try lab.write(
      "\(base)/cost_and_usage_data_status/cost_and_usage_data_status-00001.parquet.crc", "x")
    _ = try lab.rows(
      "UNLOAD (SELECT 'READY' AS status) TO '\(lab.folder)/status' WITH (format = 'PARQUET')")
    let status = try #require(
      try Directory.files(below: lab.folder + "/status").first { $0.hasSuffix(".parquet") })
    try lab.copy(
      status, to: "\(base)/cost_and_usage_data_status/cost_and_usage_data_status.parquet")
    try lab.write(
      "\(base)/year=2026/month=5/daily-RedshiftCommands.sql", "create table AWSBilling (a text);\n")
    let summary = try lab.ingest(lab.folder + "/s")
    #expect(summary.deliveries.map(\.status) == [.loaded], "\(summary)")
    #expect(summary.deliveries.map(\.rows) == [1])
  }

  // Version two, serialisation: nothing between commas is NULL, quoted nothing is empty text; both occur.
  @Test func `NULL and empty text of version two stay apart`() throws {
    let name = "reservation_normalized_units_per_reservation"
    _ = try loaded(
      "mine-00001.csv",
      csv(Self.second, [[name: "\"\""], ["identity_line_item_id": "b", name: ""]]))
    #expect(
      try lab.rows("SELECT identity_line_item_id, \(name) FROM cur2 ORDER BY 1")
        == [[.text("a"), .text("")], [.text("b"), .null]])
  }

  // Version two, tags: resource_tags has keys as in Athena, tags the original ones with their origin.
  @Test func `original keys of tags stay beside the plain ones`() throws {
    let tags =
      #""{""resourceTags/user:CostCenter"":""CC-1"",""accountTag/Unit"":""Web"",""userAttribute/x"":""y"","#
      + #"""iamPrincipal/team"":""ops""}""#
    _ = try loaded(
      "mine-00001.csv",
      csv(
        Self.second,
        [["tags": tags, "resource_tags": #""{""user_cost_center"":""CC-1""}""#, "product": "{}"]]))
    #expect(
      try lab.rows(
        """
        SELECT tags['resourceTags/user:CostCenter'], tags['accountTag/Unit'],
          tags['userAttribute/x'], tags['iamPrincipal/team'], resource_tags['user_cost_center'],
          cardinality(product) FROM cur2
        """) == [["CC-1", "Web", "y", "ops", "CC-1"].map { .text($0) } + [.int64(0)]])
  }

  // Version two, numbers: zeros with exponents in costs, rates as text with all their digits.
  @Test(arguments: [
    ("0E-6", 0), ("0E-10", 0), ("9E-9", 9e-9), ("4E-8", 4e-8), ("-6.8e-08", -6.8e-08),
  ])
  func `costs with exponents are numbers and rates stay text`(text: String, value: Double) throws {
    let delivery = try loaded(
      "mine-00001.csv",
      csv(
        Self.second,
        [["line_item_unblended_cost": text, "line_item_unblended_rate": "0.0104000000"]]))
    #expect(delivery.total == value)
    #expect(
      try lab.rows("SELECT line_item_unblended_cost, line_item_unblended_rate FROM cur2")
        == [[.double(value), .text("0.0104000000")]])
  }

  // Version two, columns that only some exports have.
  @Test func `columns of some exports only are columns`() throws {
    _ = try loaded(
      "mine-00001.csv",
      csv(
        Self.second,
        [
          [
            "line_item_iam_principal": "arn:p", "line_item_user_identifier": "u",
            "capacity_reservation_capacity_reservation_type": "t",
            "split_line_item_split_cost": "0.5",
          ]
        ]))
    #expect(
      try lab.rows(
        """
        SELECT line_item_iam_principal, line_item_user_identifier,
          capacity_reservation_capacity_reservation_type, split_line_item_split_cost FROM cur2
        """) == [[.text("arn:p"), .text("u"), .text("t"), .double(0.5)]])
  }

  // FOCUS, sample rows: a database's dump with quoted names, NULL in words, dates with blanks.
  @Test func `a dump of FOCUS has quoted names, NULL in words and dates with blanks`() throws {
    let names = [
      "Id", "BilledCost", "BillingAccountId", "BillingCurrency", "BillingPeriodEnd",
      "BillingPeriodStart", "ChargeCategory", "ChargePeriodEnd", "ChargePeriodStart",
      "EffectiveCost",
      "ListCost", "ContractedCost", "ServiceName", "Tags",
    ]
    let row =
      "7,0.1234567890,1,USD,2024-11-01 00:00:00,2024-10-01 00:00:00,Adjustment,2024-10-02 00:00:00,"
      + "2024-10-01 00:00:00,NULL,NULL,1E-7,NULL,NULL\n"
    _ = try loaded("focus.csv", "\"" + names.joined(separator: "\",\"") + "\"\n" + row)
    #expect(
      try lab.rows(
        """
        SELECT BilledCost, EffectiveCost, ServiceName, ChargeCategory,
          CAST(BillingPeriodStart AS varchar), Id FROM focus
        """) == [
          [
            .double(0.123456789), .null, .null, .text("Adjustment"),
            .text("2024-10-01 00:00:00.000"), .text("7"),
          ]
        ])
  }
}
