import Columns
import Files
import Ingestion
import Testing
import TestSupport
import Warehouse

/// Columns that users select, that come and go, that collide (AWS Data Exports user guide, table dictionary
/// and queries; AWS CUR user guide, Athena column names).
@Suite struct ColumnTests {
  let lab: Lab

  init() throws { lab = try Lab() }

  private static let required: [(String, String)] = [
    ("bill_payer_account_id", "111122223333"),
    ("bill_billing_period_start_date", "2026-05-01T00:00:00.000Z"),
    ("line_item_usage_start_date", "2026-05-03T00:00:00.000Z"),
    ("line_item_line_item_type", "Usage"), ("line_item_currency_code", "USD"),
    ("line_item_unblended_cost", "1.5"),
  ]

  /// One row with the required columns and some more, as CSV.
  private func csv(_ more: [(String, String)], month: String = "2026-05") -> String {
    let cells = (Self.required + more).map {
      ($0.0, $0.1.replacing("2026-05", with: month))
    }
    return cells.map(\.0).joined(separator: ",") + "\n"
      + cells.map {
        $0.1.contains(",") || $0.1.contains("\"")
          ? "\"\($0.1.replacing("\"", with: "\"\""))\"" : $0.1
      }
      .joined(separator: ",") + "\n"
  }

  private func export(_ text: String, month: String = "2026-05") throws -> DeliverySummary? {
    let folder = "e/data/BILLING_PERIOD=\(month)"
    try lab.write("\(folder)/mine-00001.csv", text)
    try lab.write(
      "e/metadata/BILLING_PERIOD=\(month)/mine-Manifest.json",
      """
      {"executionId":"\(month)","columns":[],
       "exportArn":"arn:aws:bcm-data-exports:us-east-1:111122223333:export/mine-0b0b0b0b-1111-2222-3333-444444444444",
       "dataFiles":["s3://b/p/e/data/BILLING_PERIOD=\(month)/mine-00001.csv"]}
      """)
    return try lab.ingest(lab.folder + "/e").deliveries.first { $0.period == month }
  }

  @Test func `keys of maps that are selected as columns are columns, beside the maps`() throws {
    let delivery = try #require(
      try export(
        csv([
          ("product_from_location", "Oregon"), ("product_product_name", "Amazon EC2"),
          ("resource_tags_user_team", "blue"), ("my_own_name", "x"),
          ("resource_tags", #"{"user_team":"red","user_env":"prod"}"#),
          ("discount", #"{"edp":-0.5,"total":0E-10}"#),
        ])))
    #expect(delivery.status == .loaded, "\(delivery.notes)")
    #expect(delivery.kind == "cur2")
    #expect(
      try lab.rows(
        """
        SELECT product_from_location, my_own_name, resource_tags['user_env'], discount['edp'],
               resource_tags_user_team FROM cur2
        """) == [
          [.text("Oregon"), .text("x"), .text("prod"), .double(-0.5), .text("blue")]
        ])
    #expect(
      try lab.rows("SELECT Tags['team'], Tags['env'], ServiceName, BilledCost FROM costs")
        == [[.text("red"), .text("prod"), .text("Amazon EC2"), .double(1.5)]])
  }

  @Test func `without any map or name of its own the manifest tells that it is version two`() throws
  {
    let delivery = try #require(
      try export(csv([("product_instance_type", "m5"), ("resource_tags_user_team", "blue")])))
    #expect(delivery.kind == "cur2", "\(delivery)")
    #expect(try lab.rows("SELECT Tags['team'] FROM costs") == [[.text("blue")]])
    #expect(try !lab.warehouse.hasTable("cur"))
  }

  @Test func `a selection without the cost is refused by the column's name`() throws {
    let text = csv([]).replacing("line_item_unblended_cost", with: "cost")
    let delivery = try #require(try export(text))
    #expect(delivery.status == .failed)
    #expect(delivery.notes.first?.contains("no column 'line_item_unblended_cost'") == true)
  }

  @Test func `maps in Parquet are those of the CSV`() throws {
    _ = try export(
      csv([
        ("resource_tags", #"{"user_team":"red"}"#), ("product", #"{"product_name":"S3"}"#),
        ("discount", #"{"edp":-0.5}"#), ("cost_category", "{}"), ("bill_payer_account_name", "a"),
      ]))
    let columns = """
      \(Self.required.map(\.0).joined(separator: ", ")), resource_tags, product, discount,
      cost_category, bill_payer_account_name
      """
    _ = try lab.warehouse.query(
      "UNLOAD (SELECT \(columns) FROM cur2) TO '\(lab.folder)/p' WITH (format = 'PARQUET')")
    let other = try Lab()
    let delivery = try #require(try other.ingest(lab.folder + "/p").deliveries.first)
    #expect(delivery.kind == "cur2" && delivery.status == .loaded, "\(delivery)")
    let ask = "SELECT \(columns), typeof(discount) FROM cur2"
    #expect(try other.rows(ask) == lab.rows(ask))
  }

  @Test func `columns that come and go are NULL where they are not`() throws {
    _ = try export(
      csv([("product_instance_type", "m5"), ("resource_tags", "{}")], month: "2026-03"),
      month: "2026-03")
    _ = try export(
      csv([("split_line_item_split_cost", "0.25"), ("resource_tags", "{}")], month: "2026-04"),
      month: "2026-04")
    _ = try export(csv([("product_instance_type", "r5"), ("resource_tags", "{}")]))
    #expect(
      try lab.rows(
        """
        SELECT billing_period, product_instance_type, split_line_item_split_cost FROM cur2
        ORDER BY 1
        """) == [
          [.text("2026-03"), .text("m5"), .null], [.text("2026-04"), .null, .double(0.25)],
          [.text("2026-05"), .text("r5"), .null],
        ])
  }

  @Test func `a month in Parquet with other types of its columns has the table's`() throws {
    _ = try export(
      csv(
        [("product_sku", "A1"), ("pricing_rate_id", "7"), ("resource_tags", "{}")],
        month: "2026-04"), month: "2026-04")
    _ = try lab.warehouse.query(
      """
      UNLOAD (
        SELECT 111122223333 AS bill_payer_account_id, DATE '2026-05-01' AS bill_billing_period_start_date,
          '2026-05-03T00:00:00Z' AS line_item_usage_start_date, 'Usage' AS line_item_line_item_type,
          CAST(2.25 AS decimal(20, 10)) AS line_item_unblended_cost, 8 AS pricing_rate_id,
          'USD' AS line_item_currency_code, 3 AS line_item_usage_amount, true AS own_flag,
          '{"user_a":"b"}' AS resource_tags)
      TO '\(lab.folder)/p' WITH (format = 'PARQUET')
      """)
    let summary = try lab.ingest(lab.folder + "/p") { options in options.table = "cur2" }
    // The same payer's bill of another month under another name of the report.
    #expect(summary.deliveries.map(\.status) == [.loaded], "\(summary)")
    #expect(
      try lab.rows(
        """
        SELECT bill_payer_account_id, line_item_unblended_cost, pricing_rate_id, own_flag,
          resource_tags['user_a'], line_item_usage_amount FROM cur2 ORDER BY billing_period
        """) == [
          [.text("111122223333"), .double(1.5), .text("7"), .null, .null, .null],
          [
            .text("111122223333"), .double(2.25), .text("8"), .text("true"), .text("b"), .double(3),
          ],
        ])
  }

  @Test func `columns of one name after Athena's rule are merged, whatever their case and marks`()
    throws
  {
    let names = ["resourceTags/user:Name", "resourceTags/user:name", "resourceTags/user:NAME-"]
    let header =
      SmallReport.header.replacing(
        "resourceTags/user:Team,resourceTags/user:team\n", with: names.joined(separator: ",") + "\n"
      )
    func row(_ id: String, _ tags: String) -> String {
      SmallReport.row(id, "1").replacing(",,\n", with: ",\(tags)\n")
    }
    let path = try lab.write(
      "in/daily-1.csv", header + row("a", "x,,") + row("b", ",y,z") + row("c", ",,"))
    let delivery = try #require(try lab.ingest(path).deliveries.first)
    #expect(delivery.status == .loaded, "\(delivery.notes)")
    // Each capital gets an underscore, so that NAME is N_A_M_E and stays apart.
    #expect(
      try lab.rows(
        """
        SELECT resource_tags_user_name, resource_tags_user_n_a_m_e FROM cur
        ORDER BY identity_line_item_id
        """) == [
          [.text("x"), .null], [.text("y"), .text("z")], [.null, .null],
        ])
  }

  @Test(arguments: [
    ["1", "2", "10"], ["01", "02", "10"], ["00001", "00002", "00010"], ["1", "02", "003"],
  ])
  func `parts are numbered in any width`(numbers: [String]) throws {
    for number in numbers {
      try lab.write(
        "in/hourly2-\(number).csv", SmallReport.header + SmallReport.row("r\(number)", "1"))
    }
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.deliveries.map(\.rows) == [3], "\(summary)")
    #expect(summary.deliveries.map(\.source) == ["111122223333/hourly2"])
  }

  @Test func `the layout of Athena's integration is loaded by month, with and without manifests`()
    throws
  {
    for month in [11, 12] {
      _ = try lab.warehouse.query(
        """
        UNLOAD (
          SELECT 'r' AS identity_line_item_id, 't\(month)' AS identity_time_interval,
            '111122223333' AS bill_payer_account_id,
            TIMESTAMP '2025-\(month)-01 00:00:00' AS bill_billing_period_start_date,
            TIMESTAMP '2025-\(month)-02 00:00:00' AS line_item_usage_start_date,
            'Usage' AS line_item_line_item_type, \(month)e0 AS line_item_unblended_cost,
            'USD' AS line_item_currency_code)
        TO '\(lab.folder)/u\(month)' WITH (format = 'PARQUET')
        """)
      let file = try #require(try Directory.files(below: lab.folder + "/u\(month)").first)
      try lab.copy(file, to: "s/daily/daily/year=2025/month=\(month)/daily-00001.snappy.parquet")
    }
    try lab.write(
      "s/daily/daily/year=2025/month=12/daily-Manifest.json",
      SmallReport.manifest(
        id: "a", keys: ["p/daily/daily/year=2025/month=12/daily-00001.snappy.parquet"],
        month: "2025-12"))
    let summary = try lab.ingest(lab.folder + "/s")
    #expect(summary.deliveries.map(\.status) == [.loaded, .loaded], "\(summary)")
    #expect(
      try lab.rows("SELECT year, month, line_item_unblended_cost FROM cur ORDER BY 2") == [
        [.text("2025"), .text("11"), .double(11)], [.text("2025"), .text("12"), .double(12)],
      ])
  }
}
