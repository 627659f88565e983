import Evaluators
import Files
import Columns
import Foundation
import Ingestion
import Nightly
import Testing
import TextFormats
import Warehouse

/// What two nights over the sample organisation find, tell and write.
@Suite struct SampleNightTests {
  private let sample: SampleNight

  init() throws { sample = try SampleNight.shared() }

  private func rows(_ sql: String) throws -> [[Value]] {
    try sample.night.warehouse().query(sql).rows()
  }

  // MARK: Loading

  @Test func `both months and everything else are loaded without a failure`() throws {
    let summary = sample.first.summary
    #expect(summary.failures.isEmpty, "\(summary.failures)")
    #expect(summary.deliveries.allSatisfy { $0.status == .loaded })
    let bills = summary.deliveries.filter { $0.total != nil }
    #expect(bills.map(\.period) == ["2026-09", "2026-10"])
    #expect(bills.allSatisfy { $0.table == "cur" && $0.currency == "USD" && $0.rows > 10_000 })
    let tables = Set(summary.deliveries.map(\.table))
    #expect(
      tables.isSuperset(of: [
        "cur", "ec2_instances", "ec2_volumes", "ec2_addresses", "cloudwatch_metrics",
        "aws_instanceinformation", "aws_application",
      ]))
  }

  @Test func `the totals told are those of the table`() throws {
    for bill in sample.first.summary.deliveries {
      guard let total = bill.total, let period = bill.period else { continue }
      let sum = try #require(
        try rows(
          "SELECT sum(line_item_unblended_cost) FROM cur WHERE billing_period = '\(period)'"
        ).first?.first?.double)
      #expect(abs(sum - total) < 1e-6)
      #expect(total > 1000)
    }
  }

  /// What is paid is what is used, less what earlier payments cover, and payments in advance.
  @Test func `each month's views of cost add up`() throws {
    let months = try rows(
      """
      SELECT billing_period, sum(BilledCost), sum(EffectiveCost) FROM costs GROUP BY 1 ORDER BY 1
      """)
    let corrections = try rows(
      """
      SELECT billing_period,
        sum(CASE line_item_line_item_type
          WHEN 'SavingsPlanRecurringFee'
            THEN -savings_plan_amortized_upfront_commitment_for_billing_period
          WHEN 'RIFee' THEN -reservation_amortized_upfront_fee_for_billing_period
          ELSE 0e0 END),
        sum(CASE WHEN line_item_line_item_type = 'SavingsPlanUpfrontFee'
          OR (line_item_line_item_type = 'Fee' AND reservation_reservation_a_r_n <> '')
          THEN line_item_unblended_cost ELSE 0e0 END)
      FROM cur GROUP BY 1 ORDER BY 1
      """)
    #expect(months.count == 2 && corrections.count == 2)
    for (month, correction) in zip(months, corrections) {
      let unblended = try #require(month[1].double)
      let amortized = try #require(month[2].double)
      let trueUp = try #require(correction[1].double)
      let upfront = try #require(correction[2].double)
      #expect(trueUp < 0)
      #expect(abs(unblended - (amortized + trueUp + upfront)) < 1e-6, "\(month) \(correction)")
    }
  }

  // MARK: Budgets

  private func budget(_ name: String) throws -> BudgetStatus {
    try #require(sample.first.summary.budgets.first { $0.budget.name == name })
  }

  @Test func `the company's month is expected to end over its limit, and is not there yet`() throws
  {
    let status = try budget("company-monthly")
    let actual = try #require(status.actual)
    let forecast = try #require(status.forecast)
    #expect(actual < status.limit)
    #expect(forecast > status.limit)
    let crossed = status.thresholds.filter { $0.state == .alarm }.map(\.threshold.basis)
    #expect(crossed.contains(.forecasted))
    #expect(status.dataThrough.map(Day.text) == "2026-10-24")
  }

  @Test func `production's servers are over their limit`() throws {
    let status = try budget("production-ec2")
    #expect(try #require(status.actual) > status.limit)
    #expect(status.thresholds.allSatisfy { $0.state == .alarm })
  }

  @Test(arguments: ["team-data", "staging"])
  func `a budget within its limits is not in alarm`(_ name: String) throws {
    let status = try budget(name)
    #expect(status.state == .ok, "\(status)")
    #expect(try #require(status.actual) > 0)
  }

  // MARK: Anomalies

  @Test func `the gateway's traffic is found with its days and its cause`() throws {
    let found = sample.first.summary.anomalies.filter {
      $0.rootCauses.first?.usageType == "EU-NatGateway-Bytes"
    }
    let anomaly = try #require(found.first)
    #expect(found.count == 1)
    #expect(anomaly.account == "100000000002")
    #expect(anomaly.rootCauses.first?.region == "eu-west-1")
    #expect(Day.text(anomaly.start) == "2026-10-17")
    #expect(Day.text(anomaly.end) == "2026-10-22")
    #expect(!anomaly.isOpen)
    #expect(anomaly.impact > 100)
  }

  @Test func `nothing else is called an anomaly`() {
    #expect(sample.first.summary.anomalies.count == 1)
  }

  // MARK: Sizes

  @Test(arguments: [
    ("orders-db", Recommendation.Finding.overProvisioned), ("search-1", .memoryUnknown),
    ("checkout-1", .underProvisioned), ("stage-load-test", .idle), ("web-1", .optimized),
  ])
  func `a server is judged by what was planted`(
    _ name: String, _ finding: Recommendation.Finding
  ) throws {
    let one = try #require(sample.first.summary.recommendations.first { $0.name == name })
    #expect(one.finding == finding, "\(one)")
  }

  @Test func `a smaller size saves money and a larger one costs it`() throws {
    let all = sample.first.summary.recommendations
    let orders = try #require(all.first { $0.name == "orders-db" })
    #expect(try #require(orders.monthlySavings) > 100)
    #expect(orders.recommendedType != nil && orders.recommendedType != orders.currentType)
    let checkout = try #require(all.first { $0.name == "checkout-1" })
    #expect(checkout.monthlySavings.map { $0 < 0 } ?? true)
    let unknown = try #require(all.first { $0.name == "search-1" })
    #expect(unknown.memoryPercent == nil)
  }

  // MARK: Rules

  @Test(arguments: [
    ("untagged-instances", ["i-00a1000000000000b"]),
    ("end-of-life-systems", ["i-00a1000000000000b"]),
    ("unattached-volumes", ["vol-00b10000000000090", "vol-00b10000000000091"]),
    ("unassociated-addresses", ["eipalloc-00c10000000000002"]),
  ])
  func `a rule finds what was planted and no more`(_ rule: String, _ resources: [String]) {
    let found = sample.first.summary.rules.violations.filter { $0.rule == rule }
    #expect(found.map(\.resource).sorted() == resources)
  }

  @Test func `no rule is left out`() {
    #expect(sample.first.summary.rules.skipped.isEmpty)
  }

  // MARK: Alerts

  @Test func `alerts are sent once`() throws {
    #expect(sample.first.summary.alertsSent > 0)
    #expect(sample.first.summary.alertsSent == sample.first.summary.alertsActive)
    #expect(sample.second.summary.alertsSent == 0)
    #expect(sample.second.summary.alertsActive == sample.first.summary.alertsActive)
    #expect(sample.first.told.count == 1)
    #expect(sample.second.told.isEmpty)
    let lines = try sample.night.read("out/alerts.jsonl").split(separator: "\n")
    #expect(lines.count == sample.first.summary.alertsSent)
    for line in lines { _ = try JSONValue.parse(String(line)) }
  }

  @Test func `what is told names budget, figures, days and the command that shows more`() throws {
    let text = try #require(sample.first.told.first)
    for words in [
      "budget 'production-ec2' is at", "threshold ", "bills complete through 2026-10-24",
      "EU-NatGateway-Bytes in eu-west-1", "more: kakeibo", "vol-00b10000000000090",
    ] {
      #expect(text.contains(words), "\(words)")
    }
  }

  @Test func `the ledger has each alert as sent to both channels`() throws {
    let sent = try rows("SELECT DISTINCT state, pending, sent FROM alerts")
    #expect(sent == [[.text("ALARM"), .text(""), .text("terminal,log")]])
  }

  // MARK: The second night

  @Test func `a second night changes nothing`() {
    let summary = sample.second.summary
    #expect(summary.failures.isEmpty)
    #expect(!summary.changedAnything)
    #expect(summary.deliveries.allSatisfy { $0.status == .unchanged })
  }

  @Test func `a second night writes nothing but its own record`() {
    let new = Set(sample.second.files).subtracting(sample.first.files)
    #expect(!new.isEmpty)
    #expect(new.allSatisfy { $0.hasPrefix("lake/runs/") }, "\(new.sorted())")
    #expect(Set(sample.first.files).subtracting(sample.second.files).isEmpty)
  }

  @Test func `each night has a row in the table of runs`() throws {
    let runs = try rows("SELECT status, alerts_sent, message FROM runs ORDER BY alerts_sent DESC")
    #expect(runs.count == 2)
    #expect(runs.map { $0[0] } == [.text("done"), .text("done")])
    #expect(runs.last?[2] == .text("nothing changed"))
  }

  @Test(arguments: [
    "budget_status", "forecasts", "anomalies", "recommendations", "compliance", "alerts",
    "deliveries",
  ])
  func `findings are tables`(_ table: String) throws {
    let count = try #require(try rows("SELECT count(*) FROM \(table)").first?.first?.int64)
    #expect(count > 0)
  }

  // MARK: Outputs

  @Test func `each series is json and csv with the same rows`() throws {
    let names = try Directory.names(sample.night.file("out/series"))
    #expect(names.count >= 8)
    for name in names where name.hasSuffix(".json") {
      let json = try JSONValue.parse(
        try FileSource(sample.night.file("out/series/\(name)")).readAll(), file: name)
      guard case .object(let series) = json, case .array(let points)? = series["rows"] else {
        Issue.record("\(name) has no rows")
        continue
      }
      #expect(!points.isEmpty, "\(name)")
      let csv = try sample.night.read("out/series/\(name.dropLast(5)).csv")
      #expect(csv.split(separator: "\n").count == points.count + 1, "\(name)")
    }
  }

  @Test func `the page loads nothing from elsewhere`() throws {
    let page = try sample.night.read("out/dashboard.html")
    for words in ["http://", "https://", "src=", "<script", "@import", "url("] {
      #expect(!page.contains(words), "\(words)")
    }
    for words in ["October 2026", "company-monthly", "orders-db", "EU-NatGateway-Bytes"] {
      #expect(page.contains(words), "\(words)")
    }
    #expect(page.hasSuffix("</html>\n"))
  }

  @Test func `the metrics are complete and have each budget`() throws {
    let text = try sample.night.read("out/kakeibo.prom")
    #expect(text.hasSuffix("\n# EOF\n"))
    #expect(text.contains("kakeibo_budget_limit{budget=\"company-monthly\",unit=\"USD\"} "))
    #expect(text.contains("kakeibo_budget_alarm{budget=\"team-data\""))
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      #expect(line.wholeMatch(of: /[a-z_]+(\{[^}]*\})? -?[0-9.e+\-]+/) != nil, "\(line)")
    }
  }
}
