import Evaluators
import Testing

/// What a move saves when a reservation or a Savings Plan covers the server; 730 hours a month.
@Suite struct CommitmentSavingsTests {
  private typealias Server = TestFleet.Server
  private typealias Charges = [TestLake.Charge]

  /// m5.4xlarge, 0.768 an hour; r6a.xlarge (0.2268) is best for it, inside m5 m5.xlarge (0.192).
  private let server = Server(id: "i-01", type: "m5.4xlarge", platform: "Linux/UNIX") { _ in
    (4, 20)
  }

  private func covered(
    _ price: Double, by commitment: String, plan: String? = nil, list: Double? = 0.768 * 24
  ) -> Charges {
    TestFleet.charges(
      "i-01", "m5.4xlarge", price * 24, list: list, commitment: commitment, plan: plan)
  }

  private func onDemand(
    _ id: String, _ type: String, _ price: Double, region: String = "us-east-1"
  ) -> Charges {
    TestFleet.charges(id, type, price * 24, list: price * 24, region: region)
  }

  private func first(_ servers: [Server], _ charges: Charges) throws -> Recommendation {
    try #require(try TestFleet.evaluate(TestFleet.lake(servers, charges)).first)
  }

  private func expect(
    _ found: Recommendation, _ type: String, list: Double, net: Double, unused: Double,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    #expect(found.recommendedType == type, sourceLocation: location)
    for (value, expected) in [
      (found.monthlySavings, list), (found.savingsAfterDiscounts, net),
      (found.unusedCommitment, unused),
    ] {
      let value = try #require(value, sourceLocation: location)
      #expect(abs(value - expected) < 1e-6, "\(found)", sourceLocation: location)
    }
  }

  // MARK: In the family and out of it

  @Test(arguments: [0.768 * 24, nil])
  func `a server stays in the family that its reservation is for`(list: Double?) throws {
    // r6a.xlarge would be on demand, 0.2268 x 730 = 165.56 more. On m5.xlarge a quarter of the reservation is
    // used, three quarters of 0.4608 x 730 = 336.384 are not: 252.288. List: 0.576 x 730 = 420.48.
    let found = try first([server], covered(0.4608, by: "Reserved Instance", list: list))
    try expect(found, "m5.xlarge", list: 420.48, net: 0, unused: 252.288)
    #expect(found.explanation.contains("a commitment to m5 covers it"))
    #expect(found.alternatives == nil)
  }

  @Test func `an EC2 Instance Savings Plan holds a server in its family and region`() throws {
    // 0.75 x 0.5376 x 730 = 294.336 are left; an m5 in another region cannot take it up.
    let found = try first(
      [server],
      covered(0.5376, by: "Savings Plan", plan: "EC2InstanceSavingsPlans")
        + onDemand("i-0e", "m5.4xlarge", 0.86, region: "eu-west-1"))
    try expect(found, "m5.xlarge", list: 420.48, net: 0, unused: 294.336)
  }

  @Test func `a Compute Savings Plan goes along to any family`() throws {
    // 0.5412 x 730 = 395.076 at list prices; 0.5412 / 0.768 of 0.5376 x 730 = 276.5532 are left.
    let found = try first(
      [server], covered(0.5376, by: "Savings Plan", plan: "ComputeSavingsPlans"))
    try expect(found, "r6a.xlarge", list: 395.076, net: 0, unused: 276.5532)
  }

  @Test func `a server that has to leave its family pays for both`() throws {
    // m4 is not proposed any more: c6a.2xlarge costs 0.306 x 730 = 223.38 on demand, m4.large 73, and
    // the whole reservation is left, 0.06 x 730 = 43.8.
    let short = Server(id: "i-01", type: "m4.large") { _ in (100, 60) }
    let found = try first(
      [short],
      TestFleet.charges(
        "i-01", "m4.large", 0.06 * 24, list: 2.4, commitment: "Reserved Instance"))
    #expect(found.finding == .underProvisioned)
    try expect(found, "c6a.2xlarge", list: -150.38, net: -223.38, unused: 43.8)
  }

  @Test func `a server grows inside its family for what is more`() throws {
    // m5.xlarge instead of m5.large: 0.096 x 730 = 70.08 on demand; the reservation stays in use.
    let short = Server(id: "i-01", type: "m5.large") { _ in (100, 40) }
    let found = try first(
      [short],
      TestFleet.charges(
        "i-01", "m5.large", 0.06 * 24, list: 0.096 * 24, commitment: "Reserved Instance"))
    try expect(found, "m5.xlarge", list: -70.08, net: -70.08, unused: 0)
  }

  // MARK: Who takes it up

  @Test func `what stays on demand in the family takes up what is freed, at its own price`() throws
  {
    // Freed is what would cost 420.48 on demand. A server that no listing knows takes up all its
    // 0.384 x 730 = 280.32, two thirds; a third of 252.288 is left.
    let found = try first(
      [server],
      covered(0.4608, by: "Reserved Instance") + onDemand("i-0e", "m5.2xlarge", 0.384))
    try expect(found, "m5.xlarge", list: 420.48, net: 280.32, unused: 84.096)
  }

  @Test func `what the same list moves away takes nothing up`() throws {
    let twin = Server(id: "i-02", type: "m5.4xlarge") { _ in (4, 20) }
    let found = try TestFleet.evaluate(
      TestFleet.lake(
        [server, twin],
        covered(0.4608, by: "Reserved Instance") + onDemand("i-02", "m5.4xlarge", 0.768)))
    try expect(found[0], "m5.xlarge", list: 420.48, net: 0, unused: 252.288)
    try expect(found[1], "r6a.xlarge", list: 395.076, net: 395.076, unused: 0)
  }

  @Test func `a freed Compute Savings Plan covers a server where it has moved to`() throws {
    // Freed is what would cost 395.076 on demand; the twin, moved to r6a.xlarge, has 0.2268 x 730 = 165.564
    // of it left to cover. Unused: 276.5532 x (1 - 165.564 / 395.076).
    let twin = Server(id: "i-02", type: "m5.4xlarge") { _ in (4, 20) }
    let found = try TestFleet.evaluate(
      TestFleet.lake(
        [server, twin],
        covered(0.5376, by: "Savings Plan", plan: "ComputeSavingsPlans")
          + onDemand("i-02", "m5.4xlarge", 0.768)))
    try expect(
      found[0], "r6a.xlarge", list: 395.076, net: 165.564,
      unused: 276.5532 * (1 - 165.564 / 395.076))
  }
}
