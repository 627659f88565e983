import Evaluators
import Testing
import TextFormats
import Warehouse

@Suite struct CostAnomalyTests {
  private func anomalies(
    _ charges: [TestLake.Charge], days: Int, feedback: String = "[]"
  ) throws -> [CostAnomaly] {
    let lake = try TestLake(charges, days: days)
    let day = try EvaluationDay(lake.warehouse, asOf: lake.warehouse.configuration.now)
    let json = try JSONValue.parse(Array(feedback.utf8), file: "feedback.json")
    return try CostAnomaly.evaluate(
      lake.warehouse, day, feedback: try AnomalyFeedback(json, file: "feedback.json"))
  }

  /// Noise of a few percent, the same on each machine.
  private func noise(_ day: Int) -> Double { Double((day * 7_919) % 13) / 100 }

  @Test func `a spike is found with its root cause`() throws {
    var charges = (0..<50).map { TestLake.Charge(day: $0, cost: 20 + noise($0)) }
    charges += (0..<50).map {
      TestLake.Charge(
        day: $0, region: "eu-west-1", usageType: "EU-NatGateway-Bytes",
        cost: (44..<48).contains($0) ? 65 : 5 + noise($0))
    }
    let found = try anomalies(charges, days: 50)
    #expect(found.count == 1)
    let anomaly = try #require(found.first)
    #expect(anomaly.start == TestLake.firstDay + 44 && anomaly.end == TestLake.firstDay + 47)
    #expect(abs(anomaly.impact - 240) < 10, "\(anomaly.impact)")
    #expect(anomaly.rootCauses.first?.usageType == "EU-NatGateway-Bytes")
    #expect(anomaly.rootCauses.first?.region == "eu-west-1")
    #expect(!anomaly.isOpen)
  }

  private var spike: [TestLake.Charge] {
    (0..<50).map {
      TestLake.Charge(day: $0, cost: (44..<46).contains($0) ? 90 : 20 + noise($0))
    }
  }

  @Test func `an ignored anomaly stays a finding and is silent until its day`() throws {
    // The lake is asked on the 51st day, 2026-10-21.
    let ignore = { (day: String) in
      #"[{"verdict": "ignore", "service": "Amazon Elastic Compute Cloud", "until": "\#(day)", "reason": "load test"}]"#
    }
    let silent = try anomalies(spike, days: 50, feedback: ignore("2026-10-21"))
    #expect(silent.map(\.silence) == ["ignored until 2026-10-21: load test"])
    #expect(try anomalies(spike, days: 50, feedback: ignore("2026-10-20")).map(\.silence) == [nil])
  }

  @Test func `days that were expected are no anomaly`() throws {
    let expected = #"[{"verdict": "expected", "from": "2026-10-15", "until": "2026-10-16"}]"#
    #expect(try anomalies(spike, days: 50, feedback: expected).isEmpty)
    let elsewhere =
      #"[{"verdict": "expected", "region": "eu-west-1", "from": "2026-10-15", "until": "2026-10-16"}]"#
    #expect(try anomalies(spike, days: 50, feedback: elsewhere).count == 1)
  }

  @Test(arguments: [
    #"[{"verdict": "ignore"}]"#, #"[{"verdict": "never", "until": "2026-10-21"}]"#,
    #"[{"verdict": "ignore", "until": "soon"}]"#, #"{"verdict": "ignore"}"#,
    #"[{"verdict": "ignore", "until": "2026-10-21", "servce": "EC2"}]"#,
    #"[{"verdict": "ignore", "from": "2026-10-22", "until": "2026-10-21"}]"#,
  ])
  func `feedback that cannot be understood is refused`(_ text: String) {
    #expect(throws: ConfigurationError.self) {
      try anomalies(spike, days: 50, feedback: text)
    }
  }

  @Test func `a rise on the last day is open`() throws {
    let charges = (0..<40).map { TestLake.Charge(day: $0, cost: $0 == 39 ? 90 : 20 + noise($0)) }
    #expect(try anomalies(charges, days: 40).first?.isOpen == true)
  }

  @Test func `weekdays, growth and noise are no anomalies`() throws {
    let charges = (0..<60).map { day in
      TestLake.Charge(
        day: day,
        cost: ((day + 1) % 7 < 5 ? 30 : 12) * (1 + 0.004 * Double(day)) + noise(day))
    }
    #expect(try anomalies(charges, days: 60).isEmpty)
  }

  @Test func `fees and taxes are not watched`() throws {
    var charges = (0..<40).map { TestLake.Charge(day: $0, cost: 20) }
    charges.append(TestLake.Charge(day: 30, category: "Tax", cost: 500))
    #expect(try anomalies(charges, days: 40).isEmpty)
  }

  @Test func `cents are not worth waking somebody`() throws {
    let charges = (0..<40).map { TestLake.Charge(day: $0, cost: $0 == 39 ? 0.9 : 0.1) }
    #expect(try anomalies(charges, days: 40).isEmpty)
  }

  @Test func `ten days of history judge nothing`() throws {
    let charges = (0..<10).map { TestLake.Charge(day: $0, cost: $0 == 9 ? 900 : 10) }
    #expect(try anomalies(charges, days: 10).isEmpty)
  }

  @Test func `a drop is found, and names what it hides behind`() throws {
    var charges = (0..<50).map {
      TestLake.Charge(day: $0, cost: (45..<48).contains($0) ? 8 : 40 + noise($0))
    }
    charges += (0..<50).map {
      TestLake.Charge(
        day: $0, service: "Amazon Relational Database Service", usageType: "InstanceUsage:db.r5",
        cost: (45..<48).contains($0) ? 72 : 40 + noise($0))
    }
    let found = try anomalies(charges, days: 50)
    #expect(Set(found.map(\.kind)) == [.drop, .rise])
    let drop = try #require(found.first { $0.kind == .drop })
    #expect(abs(drop.impact + 96) < 3, "\(drop.impact)")
    #expect(abs(drop.hiddenBy - 96) < 3, "\(drop.hiddenBy)")
    #expect(drop.explanation.contains("hidden in the account's total by +95"))
  }

  @Test func `leaves that rise on the same days are one anomaly with two causes`() throws {
    let charges = (0..<50).flatMap { day in
      ["us-east-1", "eu-west-1"].map { region in
        TestLake.Charge(
          day: day, region: region,
          cost: (45..<47).contains(day) ? (region == "us-east-1" ? 60 : 90) : 30 + noise(day))
      }
    }
    let found = try anomalies(charges, days: 50)
    #expect(found.count == 1)
    #expect(found.first?.rootCauses.map(\.region) == ["eu-west-1", "us-east-1"])
  }

  @Test func `the first charges of a region are an event, large or small`() throws {
    let usual = (0..<50).map { TestLake.Charge(day: $0, cost: 100 + noise($0)) }
    let large = try anomalies(
      usual + (44..<50).map { TestLake.Charge(day: $0, region: "sa-east-1", cost: 40) }, days: 50)
    #expect(large.map(\.kind) == [.newRegion])
    #expect(large.first?.rootCauses.first?.region == "sa-east-1")
    #expect(abs((large.first?.impact ?? 0) - 240) < 0.01)
    let small = try anomalies(
      usual + (44..<50).map { TestLake.Charge(day: $0, region: "sa-east-1", cost: 0.4) }, days: 50)
    #expect(small.map(\.kind) == [.newRegion] && small.first?.severity == .low)
    let service = try anomalies(
      usual + (40..<50).map { TestLake.Charge(day: $0, service: "Amazon Braket", cost: 9) },
      days: 50)
    #expect(service.map(\.kind) == [.newService])
  }

  // MARK: What ends

  /// An account with two services, the second of which is charged on some days only.
  private func two(_ days: Int, _ cost: (Int) -> Double) -> [TestLake.Charge] {
    (0..<days).map { TestLake.Charge(day: $0, cost: 40 + noise($0)) }
      + (0..<days).filter { cost($0) > 0 }.map {
        TestLake.Charge(
          day: $0, service: "AWS Lambda", usageType: "Lambda-GB-Second", cost: cost($0))
      }
  }

  @Test func `charges that came every day and are gone have ended`() throws {
    let found = try anomalies(two(50) { $0 < 45 ? 20 + noise($0) : 0 }, days: 50)
    #expect(found.map(\.kind) == [.ended])
    let ended = try #require(found.first)
    // Of the last days more may still come in.
    #expect(ended.start == TestLake.firstDay + 45 && ended.end == TestLake.firstDay + 47)
    #expect(abs(ended.impact + 60) < 1 && ended.actual == 0 && ended.isOpen, "\(ended)")
    #expect(ended.rootCauses.map(\.usageType) == ["Lambda-GB-Second"])
    #expect(
      ended.explanation
        == "charged every day before, not at all since: Lambda-GB-Second", "\(ended.explanation)")
  }

  @Test(
    arguments: [
      // One day without, or days of which more may still come in.
      { (day: Int) in day == 46 ? 0 : 20 }, { (day: Int) in day < 47 ? 20 : 0 },
      // Once a week, on working days, on the first of a month, for three weeks.
      { (day: Int) in day % 7 == 0 && day < 40 ? 80 : 0 },
      { (day: Int) in (day + 1) % 7 < 5 && day < 40 ? 20 : 0 },
      { (day: Int) in day == 0 ? 200 : 0 }, { (day: Int) in day < 21 ? 20 : 0 },
      // Cents.
      { (day: Int) in day < 40 ? 0.1 : 0 },
    ] as [@Sendable (Int) -> Double])
  func `what did not come every day, or may still come, has not ended`(
    cost: @Sendable (Int) -> Double
  ) throws {
    let found = try anomalies(two(50, cost), days: 50)
    #expect(!found.contains { $0.kind == .ended }, "\(found.map(\.explanation))")
  }

  @Test func `a fee of a commitment that ends is none, nor is what it covered`() throws {
    var charges = two(50) { _ in 10 }
    for day in 0..<50 {
      if day < 40 { charges.append(TestLake.Charge(day: day, category: "Purchase", cost: 30)) }
      charges.append(
        TestLake.Charge(
          day: day, service: "AWS Lambda", usageType: day < 40 ? "Committed" : "On-demand",
          cost: day < 40 ? 30 : 35))
    }
    let found = try anomalies(charges, days: 50)
    #expect(!found.contains { $0.kind == .ended }, "\(found.map(\.explanation))")
  }

  @Test func `leaves of a service that end on one day are one finding, and silence holds`() throws {
    var charges = two(50) { $0 < 40 ? 20 : 0 }
    charges += (0..<40).map {
      TestLake.Charge(day: $0, service: "AWS Lambda", region: "eu-west-1", cost: 5)
    }
    let found = try anomalies(charges, days: 50)
    #expect(found.map(\.kind) == [.ended] && found.first?.rootCauses.count == 2)
    #expect(abs((found.first?.impact ?? 0) + 200) < 0.001)
    let expected =
      #"[{"verdict": "expected", "service": "AWS Lambda", "from": "2026-10-01", "until": "2026-10-20"}]"#
    #expect(try anomalies(charges, days: 50, feedback: expected).isEmpty)
  }

  @Test func `an account of which nothing arrives any more has not ended its services`() throws {
    let charges =
      two(50) { _ in 10 }
      + (0..<40).map { TestLake.Charge(day: $0, account: "222222222222", cost: 50) }
    #expect(try anomalies(charges, days: 50).isEmpty)
  }

  @Test func `what comes at the end of each month is expected`() throws {
    // 30 September, 31 October and 30 November are days 29, 60 and 90.
    let charges = (0..<92).map {
      TestLake.Charge(day: $0, cost: [29, 60, 90].contains($0) ? 95 : 30 + noise($0))
    }
    let found = try anomalies(charges, days: 92)
    #expect(found.allSatisfy { $0.start < TestLake.firstDay + 90 }, "\(found)")
  }

  @Test func `a level that lasts becomes the normal one`() throws {
    let charges = (0..<100).map {
      TestLake.Charge(day: $0, cost: ($0 < 30 ? 20 : 60) + noise($0))
    }
    #expect(try anomalies(charges, days: 100).isEmpty)
  }
}
