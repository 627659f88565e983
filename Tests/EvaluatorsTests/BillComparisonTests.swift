import Columns
import Evaluators
import Files
import Testing
import Warehouse

/// Two versions of a month, and what moved from one to the other.
@Suite final class BillComparisonTests {
  private let folder: String
  private let warehouse: Warehouse

  init() throws {
    folder = "/tmp/kakeibo-versions-\(UInt64.random(in: 0 ... .max))"
    warehouse = try TestBill.lake(folder)
  }

  deinit { try? Directory.removeTree(folder) }

  private func usage(
    _ cost: Double, day: Int = 0, service: String = "AmazonEC2", type: String = "Usage",
    account: String = "111111111111", resource: String = ""
  ) -> TestBill.Line {
    TestBill.line(
      type, cost,
      [
        "line_item_product_code": .text(service), "line_item_usage_account_id": .text(account),
        "line_item_resource_id": .text(resource),
        "line_item_usage_start_date": .int64(Int64(TestLake.firstDay + day) * Microseconds.day),
      ])
  }

  private func compare(_ a: String = "previous", _ b: String = "current") throws -> BillComparison {
    let comparisons = try TestBill.reconciliation(warehouse).compare(
      TestBill.month, between: VersionName(a), and: VersionName(b))
    return try #require(comparisons.first)
  }

  @Test func `what was added, removed and restated, by hand`() throws {
    try TestBill(lines: [
      usage(10), usage(20, day: 1), usage(5, service: "AWSLambda"), usage(7, service: "AmazonS3"),
    ]).write(to: warehouse)
    // Day 1 costs one less, Lambda is gone, a refund is new, S3 is as it was.
    try TestBill(lines: [
      usage(10), usage(19, day: 1), usage(7, service: "AmazonS3"),
      usage(-2, service: "AmazonVPC", type: "Refund"),
    ]).write(to: warehouse)
    let comparison = try compare()
    #expect(comparison.total.before == 42 && comparison.total.after == 34)
    #expect(comparison.total.added == -2 && comparison.total.removed == -5)
    #expect(comparison.total.restated == -1)
    #expect(comparison.parts.map(\.service) == ["AWSLambda", "AmazonVPC", "AmazonEC2"])
    #expect(comparison.parts.map(\.item) == ["Usage", "Refund", "Usage"])
    #expect(comparison.parts.map(\.change) == [-5, -2, -1])
    #expect(comparison.parts.map(\.daysChanged) == [1, 1, 1])
    #expect(!comparison.isEqual)
  }

  @Test func `other ids and another order of the same line items are no change`() throws {
    let lines = [usage(10), usage(20, day: 1), usage(5, service: "AWSLambda")]
    try TestBill(lines: lines).write(to: warehouse)
    try TestBill(lines: lines.reversed()).write(to: warehouse)
    let comparison = try compare()
    #expect(comparison.isEqual)
    #expect(comparison.parts.isEmpty && comparison.resources.isEmpty)
  }

  @Test func `resources that changed are named, largest first`() throws {
    try TestBill(lines: [usage(1, resource: "i-1"), usage(1, resource: "i-2")]).write(to: warehouse)
    try TestBill(lines: [
      usage(2, resource: "i-1"), usage(4, resource: "i-3"), usage(1, resource: "i-2"),
    ])
    .write(to: warehouse)
    let comparison = try compare()
    #expect(comparison.resources.map(\.item) == ["i-3", "i-1"])
    #expect(comparison.resources.map(\.change) == [4, 1])
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `the parts shown and everything else sum up to the total`(seed: UInt64) throws {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    func bill() -> TestBill {
      TestBill(
        lines: (0..<200).map { _ in
          usage(
            Double(next(100_000)) / 997, day: next(5), service: "S\(next(6))",
            type: ["Usage", "Tax", "Credit"][next(3)], account: "\(next(4))")
        })
    }
    try bill().write(to: warehouse)
    try bill().write(to: warehouse)
    let comparison = try compare()
    for count in [0, 1, 5, 20, 1000] {
      let (shown, rest) = comparison.leading(count)
      let all = shown + (rest.map { [$0] } ?? [])
      for amount in [\BillComparison.Change.change, \.added, \.removed, \.restated] {
        let sum = all.reduce(0) { $0 + $1[keyPath: amount] }
        #expect(abs(sum - comparison.total[keyPath: amount]) < 1e-9, "seed \(seed)")
      }
      #expect(
        all.reduce(0) { $0 + $1.lineItemsAfter - $1.lineItemsBefore }
          == comparison.total.lineItemsAfter - comparison.total.lineItemsBefore)
    }
    let total = comparison.total
    #expect(abs(total.before + total.added + total.removed + total.restated - total.after) < 1e-9)
  }

  @Test func `versions are told by number, between numbers, and as the newest`() throws {
    try TestBill(lines: [usage(1)]).write(to: warehouse)
    try TestBill(lines: [usage(2)]).write(to: warehouse)
    // Another month's version leaves this one as it was.
    var other = usage(9)
    other["billing_period"] = .text("2026-08")
    let writer = try warehouse.writer(
      WriteRequest(
        table: "cur",
        schema: Schema([
          Field("billing_period", .varchar), Field("line_item_unblended_cost", .double),
        ]), mode: .append, operation: "TEST"))
    try writer.append(
      Batch(
        [
          Column(.varchar, values: [.text("2026-08")]), Column(.double, values: [.double(9)]),
        ], count: 1))
    try writer.commit()
    #expect(try compare().total.change == 1)
    #expect(try compare("0", "1").total.change == 1)
    #expect(try compare("0", "2").to.version == 1)
    #expect(try compare("1", "0").total.change == -1)
    #expect(try compare("current", "current").total.change == 0)
  }

  @Test func `a version that does not exist is answered with those that do`() throws {
    try TestBill(lines: [usage(1)]).write(to: warehouse)
    for (name, words) in [
      ("previous", "came once"), ("1999-01-01", "was not in 'cur' at 1999-01-01 yet"),
      ("abcdef", "expected a version of 2026-09 as a number"), ("", "found ''"),
    ] {
      let error = #expect(throws: ReconciliationError.self) { try self.compare(name) }
      #expect(error?.isWrongRequest == true)
      #expect(error?.description.contains(words) == true, "\(name): \(String(describing: error))")
    }
  }

  @Test func `a version whose files vacuum took says so`() throws {
    try TestBill(lines: [usage(1)]).write(to: warehouse)
    try TestBill(lines: [usage(2)]).write(to: warehouse)
    _ = try warehouse.vacuum("cur", retention: 0, force: true, dryRun: false)
    let error = #expect(throws: ReconciliationError.self) { try self.compare() }
    #expect(error?.description.contains("is no longer there: vacuum took its files") == true)
    #expect(error?.description.contains("7 days") == true)
  }
}
