import Columns
import Reports
import Testing
import Warehouse

/// The queries that come with the program, over the sample organisation.
@Suite struct QueryLibraryTests {
  private let warehouse: Warehouse

  init() throws { warehouse = try SampleNight.shared().night.warehouse() }

  private func report(_ name: String, _ values: [String: String] = [:]) throws -> [[Value]] {
    let query = try #require(try Night.queries().query(.reports, named: name))
    return try warehouse.query(try query.statement(values)).rows()
  }

  @Test(arguments: QueryLibrary.Shelf.allCases)
  func `every query of a shelf finds something in the sample`(shelf: QueryLibrary.Shelf) throws {
    // The sample has no server outside AWS, at which the tests of scrapes look, and all of its gateways carry
    // data.
    let queries = try Night.queries()[shelf].filter {
      !["hosts", "host_metrics", "idle-nat-gateways"].contains($0.name)
    }
    #expect(!queries.isEmpty)
    for query in queries {
      let result = try warehouse.query(try query.statement())
      #expect(result.rowCount > 0, "\(shelf.rawValue)/\(query.name)")
      #expect(!query.title.isEmpty && !query.answers.isEmpty)
    }
  }

  @Test func `what a commitment was used for and what was left, by hand`() throws {
    // 576 hours: 0.30 committed, 2 × 0.192 × 0.72 = 0.27648 used; the reserved database 0.114.
    let rows = try report("commitments", ["month": "2026-10"])
    #expect(rows.count == 2)
    #expect(rows.map { $0[1].string } == ["Savings Plan", "Reserved Instance"])
    #expect(rows.map { $0[2].double } == [159.25, 65.66])
    #expect(rows.map { $0[3].double } == [13.55, 0])
    #expect(rows.map { $0[4].double } == [92.2, 100])
  }

  @Test func `the shares of services are those of the whole bill`() throws {
    let rows = try report("services", ["month": "2026-09"])
    let shares = rows.compactMap { $0[3].double }
    #expect(abs(shares.reduce(0, +) - 100) < 0.5)
    let billed = rows.compactMap { $0[1].double }.reduce(0, +)
    let bill = try warehouse.query(
      "SELECT sum(line_item_unblended_cost) FROM cur WHERE billing_period = '2026-09'"
    ).rows()[0][0].double
    #expect(abs(billed - (try #require(bill))) < 0.1)
  }

  @Test func `a showback by tag adds up to the amortized bill`() throws {
    let rows = try report("teams", ["month": "2026-10"])
    #expect(rows.contains { $0[0].string == "(untagged)" })
    let total = try warehouse.query(
      "SELECT sum(EffectiveCost) FROM costs WHERE billing_period = '2026-10'"
    ).rows()[0][0].double
    let sum = rows.compactMap { $0[1].double }.reduce(0, +)
    #expect(abs(sum - (try #require(total))) < 0.1)
  }

  @Test func `a month that is not there gives no rows, not another month`() throws {
    #expect(try report("services", ["month": "2020-01"]).isEmpty)
  }
}
