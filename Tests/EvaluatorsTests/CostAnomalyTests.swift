import Evaluators
import Testing
import Warehouse

@Suite struct CostAnomalyTests {
  private func anomalies(_ charges: [TestLake.Charge], days: Int) throws -> [CostAnomaly] {
    let lake = try TestLake(charges, days: days)
    let day = try EvaluationDay(lake.warehouse, asOf: lake.warehouse.configuration.now)
    return try CostAnomaly.evaluate(lake.warehouse, day)
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
}
