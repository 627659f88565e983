import Columns
import Evaluators
import Testing
import Warehouse

@Suite struct CostForecastTests {
  private func forecasts(_ charges: [TestLake.Charge], days: Int) throws -> [CostForecast] {
    let lake = try TestLake(charges, days: days)
    let day = try EvaluationDay(lake.warehouse, asOf: lake.warehouse.configuration.now)
    return try CostForecast.evaluate(lake.warehouse, day)
  }

  /// Noise of a few percent, the same on each machine.
  private func noise(_ day: Int, _ seed: Int) -> Double {
    Double((day * 7_919 + seed * 104_729) % 101) / 500
  }

  /// Three accounts and two services over 80 days: 2026-09-01 to 2026-11-19.
  private func charges() -> [TestLake.Charge] {
    (0..<80).flatMap { day in
      [
        ("111111111111", "Compute", 40.0), ("222222222222", "Compute", 20),
        ("111111111111", "Store", 9),
      ]
      .enumerated().map { seed, leaf in
        TestLake.Charge(
          day: day, account: leaf.0, service: leaf.1, cost: leaf.2 * (1 + noise(day, seed)))
      }
    }
  }

  @Test func `accounts add up to the total, and so do services`() throws {
    let found = try forecasts(charges(), days: 80)
    let total = try #require(found.first { $0.scope == .total })
    for scope in [CostForecast.Scope.account, .service] {
      let groups = found.filter { $0.scope == scope }
      #expect(groups.count == 2)
      #expect(abs(groups.reduce(0) { $0 + $1.forecast } - total.forecast) < 1e-6)
      #expect(abs(groups.reduce(0) { $0 + $1.actual } - total.actual) < 1e-6)
    }
    // November has 30 days at 69 and a tenth of noise.
    #expect(abs(total.forecast - 30 * 69 * 1.1) < 40, "\(total.forecast)")
    let bounds = [total.outerLow, total.low, total.forecast, total.high, total.outerHigh]
    #expect(bounds.compactMap { $0 } == bounds.compactMap { $0 }.sorted())
    #expect(try #require(total.backtestErrorPercent) < 5)
    #expect(total.backtestCutoffs > 0 && total.late == 0)
  }

  /// 80 days at 10 dollars in one account and at 100 renminbi in another.
  private func twoCurrencies(_ columns: (_ day: Int, _ currency: String) -> [String: Value])
    -> [TestLake.Charge]
  {
    (0..<80).flatMap { day in
      [("111111111111", "USD", 10.0), ("333333333333", "CNY", 100)].map { account, name, cost in
        TestLake.Charge(
          day: day, account: account, cost: cost,
          columns: ["BillingCurrency": .text(name)].merging(columns(day, name)) { $1 })
      }
    }
  }

  @Test func `each currency is forecast by itself, and never added to another`() throws {
    let found = try forecasts(
      twoCurrencies { _, name in ["x_ReportingCurrency": .text(name)] }, days: 80)
    let totals = found.filter { $0.scope == .total }
    // 19 days of November are in.
    #expect(totals.map(\.currency) == ["CNY", "USD"])
    #expect(totals.map(\.actual) == [1_900, 190])
    #expect(abs(totals[0].forecast - 3_000) < 1e-6 && abs(totals[1].forecast - 300) < 1e-6)
    let services = found.filter { $0.scope == .service }
    #expect(services.map(\.currency) == ["CNY", "USD"])
  }

  @Test func `with rates all is forecast in the reporting currency`() throws {
    // September, the first 30 days, has no rate: what came before October is no history.
    let found = try forecasts(
      twoCurrencies { day, name in
        [
          "x_ReportingCurrency": .text("USD"),
          "x_ExchangeRate": name == "USD" ? .double(1) : day < 30 ? .null : .double(0.14),
        ]
      }, days: 80)
    let totals = found.filter { $0.scope == .total }
    #expect(totals.map(\.currency) == ["USD"])
    // 19 × (10 + 14).
    #expect(abs(totals[0].actual - 456) < 1e-6 && abs(totals[0].forecast - 720) < 1e-6)
    #expect(found.filter { $0.scope == .account }.count == 2)
  }

  @Test func `a month without a rate is forecast as it is billed`() throws {
    // November begins with the 62nd day.
    let found = try forecasts(
      twoCurrencies { day, name in
        [
          "x_ReportingCurrency": .text("USD"),
          "x_ExchangeRate": name == "USD" ? .double(1) : day < 61 ? .double(0.14) : .null,
        ]
      }, days: 80)
    #expect(found.filter { $0.scope == .total }.map(\.currency) == ["CNY", "USD"])
  }

  @Test func `a new account is no forecast of its own, and the groups add up with it`() throws {
    let new = (75..<80).map { TestLake.Charge(day: $0, account: "333333333333", cost: 10) }
    let found = try forecasts(charges() + new, days: 80)
    let total = try #require(found.first { $0.scope == .total })
    let accounts = found.filter { $0.scope == .account }
    #expect(accounts.map(\.name).last == CostForecast.tooNew)
    #expect(!accounts.contains { $0.name == "333333333333" })
    let newest = try #require(accounts.last)
    #expect(newest.low == nil && newest.backtestCutoffs == 0)
    #expect(abs(newest.actual - 50) < 1e-9)
    #expect(abs(accounts.reduce(0) { $0 + $1.forecast } - total.forecast) < 1e-6)
  }

  @Test func `on each of the next days the groups add up`() throws {
    let new = (75..<80).map { TestLake.Charge(day: $0, account: "333333333333", cost: 10) }
    let lake = try TestLake(charges() + new, days: 80)
    let day = try EvaluationDay(lake.warehouse, asOf: lake.warehouse.configuration.now)
    let found = try CostForecastDays.evaluate(lake.warehouse, day, days: 21)
    let totals = found.filter { $0.scope == .total }
    #expect(totals.map(\.day) == Array((TestLake.firstDay + 80)..<(TestLake.firstDay + 101)))
    for total in totals {
      for scope in [CostForecast.Scope.account, .service] {
        let groups = found.filter { $0.scope == scope && $0.day == total.day }
        #expect(groups.count >= 2)
        #expect(abs(groups.reduce(0) { $0 + $1.mean } - total.mean) < 1e-6)
      }
      #expect(try #require(total.inner).contains(total.mean))
      #expect(try #require(total.outer).contains(total.mean))
    }
  }

  @Test func `the total of a young lake is not guessed, nor its groups`() throws {
    #expect(try forecasts(charges().filter { $0.day < 10 }, days: 10).isEmpty)
  }

  @Test func `what is known least gives way`() {
    let moves = GroupForecasts.moves(
      [(100, 1), (100, 3)], to: 220, isNeverNegative: [true, true])
    #expect(abs(moves[0] - 2) < 1e-9 && abs(moves[1] - 18) < 1e-9)
  }

  @Test func `no group falls below nothing`() {
    let groups = [(mean: 5.0, spread: 10.0), (mean: 100.0, spread: 10.0)]
    let moves = GroupForecasts.moves(groups, to: 85, isNeverNegative: [true, true])
    #expect(moves == [-5, -15])
    let credits = GroupForecasts.moves(groups, to: 85, isNeverNegative: [false, true])
    #expect(credits == [-10, -10])
  }

  @Test func `groups without an interval share by their size, and without a size evenly`() {
    #expect(
      GroupForecasts.moves([(10, 0), (30, 0)], to: 44, isNeverNegative: [true, true]) == [1, 3])
    #expect(
      GroupForecasts.moves([(0, 0), (0, 0)], to: 4, isNeverNegative: [true, true]) == [2, 2])
    #expect(GroupForecasts.moves([], to: 4, isNeverNegative: []).isEmpty)
  }

  @Test(arguments: 0..<20) func `whatever the groups, they add up`(seed: Int) {
    let groups = (0..<(1 + seed)).map { number in
      (mean: 50 * noise(number, seed) * 5, spread: 20 * noise(seed, number) * 5)
    }
    let total = 1.3 * groups.reduce(0) { $0 + $1.mean }
    let moves = GroupForecasts.moves(
      groups, to: total, isNeverNegative: groups.map { _ in true })
    let sum = zip(groups, moves).reduce(0) { $0 + $1.0.mean + $1.1 }
    #expect(abs(sum - total) < 1e-6 * max(1, total))
  }
}
