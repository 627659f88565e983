import Columns
import Files
import SQL
import Testing
import Warehouse

/// The statements that the comparison with other engines runs, over a small bill.
@Suite struct EndToEndTests {
  /// Beside the repository, where it is laid out so; the tests that need it are skipped elsewhere.
  static let queriesPath: String = {
    var parts = #filePath.split(separator: "/").dropLast(3).map(String.init)
    parts.removeLast()
    return "/" + (parts + ["shared", "peers", "queries.sql"]).joined(separator: "/")
  }()
  static let hasQueries = Directory.kind(queriesPath) == .file

  private static let texts: [(name: String, values: [String?])] = [
    ("line_item_product_code", ["AmazonEC2", "AmazonS3", "AWSLambda"]),
    ("line_item_usage_account_id", ["111111111111", "222222222222"]),
    ("line_item_resource_id", ["i-1", "i-2", "", "bucket"]),
    ("product_product_family", ["Compute Instance", "Storage", nil]),
    ("line_item_line_item_type", ["Usage", "DiscountedUsage", "SavingsPlanCoveredUsage"]),
    ("resource_tags_user_team", ["web", nil, "data"]),
    ("resource_tags_user_env", ["prod", nil]),
    ("product_instance_type", ["m6i.large", "c6i.large"]),
    ("pricing_purchase_option", [nil, "No Upfront"]),
    ("line_item_usage_type", ["BoxUsage:m6i.large", "DataTransfer-Out-Bytes", "Requests"]),
    ("product_region", ["us-east-1", "eu-west-1", nil]),
    ("product_operating_system", ["Linux", "Windows"]),
    ("product_instance_type_family", ["General purpose", "Compute optimized"]),
  ]
  private static let numbers = [
    "line_item_unblended_cost", "line_item_usage_amount", "pricing_public_on_demand_cost",
    "savings_plan_savings_plan_effective_cost", "reservation_effective_cost",
  ]

  private static let schema = Schema(
    texts.map { Field($0.name, .varchar) } + numbers.map { Field($0, .double) } + [
      Field("line_item_usage_start_date", .timestamp), Field("identity_line_item_id", .varchar),
      Field("billing_period", .varchar),
    ])

  /// Amounts are quarters, so that sums are exact in any order.
  private static func bill(_ range: Range<Int>) -> Batch {
    var columns: [Column] = texts.enumerated().map { index, column in
      Column(
        .varchar,
        values: range.map { row in
          column.values[(row * (index + 3) + row / 7) % column.values.count].map(Value.text)
            ?? .null
        })
    }
    columns += numbers.indices.map { index in
      Column(.double, values: range.map { .double(Double(($0 * (index + 5)) % 97) * 0.25) })
    }
    columns.append(
      Column(
        .timestamp,
        values: range.map { .int64(1_788_220_800_000_000 + Int64($0 % 720) * Microseconds.hour) }))
    columns.append(Column(.varchar, values: range.map { .text("id-\($0)") }))
    columns.append(Column(.varchar, constant: .text("2026-09"), count: range.count))
    return Batch(columns, count: range.count)
  }

  private static func lake(_ kind: LakeKind, threads: Int) throws -> Lake {
    let lake = try Lake(kind) { $0.threads = threads }
    for start in stride(from: 0, to: 3000, by: 1000) {
      let writer = try lake.warehouse.writer(
        WriteRequest(
          table: "cur", schema: schema, partitionColumns: ["billing_period"], mode: .append,
          operation: "INGEST"))
      try writer.append(bill(start..<start + 1000))
      try writer.commit()
    }
    return lake
  }

  @Test(.enabled(if: hasQueries, "the comparison's statements are not beside the repository"))
  func `the comparison's statements answer alike in every lake and with any threads`() throws {
    let text = String(
      decoding: try FileSource(EndToEndTests.queriesPath).readAll(), as: UTF8.self)
    let statements = Script.statements(text)
    #expect(statements.count == 12)
    let lakes = try [
      EndToEndTests.lake(.disk, threads: 1), EndToEndTests.lake(.disk, threads: 4),
      EndToEndTests.lake(.memory, threads: 3),
    ]
    for statement in statements {
      let expected = try lakes[0].rows(statement.text)
      #expect(!expected.isEmpty, "\(statement.text)")
      for lake in lakes.dropFirst() {
        #expect(try lake.rows(statement.text) == expected, "\(statement.text)")
      }
    }
  }

  @Test(arguments: LakeKind.allCases) func `sums are those of the rows`(kind: LakeKind) throws {
    let lake = try EndToEndTests.lake(kind, threads: 2)
    let batch = EndToEndTests.bill(0..<3000)
    let cost = try #require(EndToEndTests.schema.position(of: "line_item_unblended_cost"))
    var expected: [String: Double] = [:]
    for row in 0..<3000 {
      let service = batch.columns[0].value(row).string ?? ""
      expected[service, default: 0] += batch.columns[cost].value(row).double ?? 0
    }
    let rows = try lake.rows(
      """
      SELECT line_item_product_code, sum(line_item_unblended_cost) FROM cur
      WHERE billing_period = '2026-09' GROUP BY 1
      """)
    #expect(rows.count == expected.count)
    for row in rows { #expect(row[1].double == expected[row[0].string ?? ""]) }
  }

  @Test func `files whose times cannot match are not read`() throws {
    let lake = try EndToEndTests.lake(.disk, threads: 1)
    let plan = try lake.column(
      """
      EXPLAIN SELECT count(*) FROM cur WHERE line_item_usage_start_date < TIMESTAMP '2026-01-01'
      """)
    #expect(plan.contains { $0.string?.contains("0 of 3") == true })
    #expect(
      try lake.column(
        "SELECT count(*) FROM cur WHERE identity_line_item_id = 'id-2999'") == [.int64(1)])
  }

  @Test func `every type is stored and read again`() throws {
    let lake = try Lake()
    let query = """
      SELECT true AS a, 1 AS b, 5000000000 AS c, 0.5E0 AS d, DECIMAL '1.50' AS e, 'x' AS f,
        json_parse('{"k":1}') AS g, X'00FF' AS h, DATE '2026-09-01' AS i,
        TIMESTAMP '2026-09-01 01:02:03.000004' AS j, ARRAY[1, NULL] AS k,
        MAP(ARRAY['k'], ARRAY[1.5E0]) AS l, CAST(ROW(1, 'z') AS ROW(n BIGINT, t VARCHAR)) AS m,
        NULL AS n, INTERVAL '3' DAY AS o, ROW(7, 'anonymous') AS p, '' AS q
      """
    let expected = try lake.warehouse.query(query)
    try lake.run("CREATE TABLE t AS \(query)")
    let stored = try lake.warehouse.query("SELECT * FROM t")
    #expect(stored.rows() == expected.rows())
    let types = zip(stored.schema.fields, expected.schema.fields).filter { $0.type != $1.type }
    #expect(types.map(\.0.name) == ["n", "p"])
  }
}
