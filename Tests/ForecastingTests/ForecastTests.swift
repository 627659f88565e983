import Forecasting
import Testing

@Suite struct ForecastTests {
  /// 2026-09-01 as days since 1970.
  private let september = 20_697

  private func series(_ days: Int, _ value: (Int) -> Double) -> DailySeries {
    DailySeries(firstDay: september, values: (0..<days).map(value))
  }

  @Test func `a constant stays constant, with a narrow interval`() throws {
    let forecast = try #require(Forecast.daily(series(60) { _ in 10 }, horizon: 10))
    #expect(forecast.points.map(\.mean).allSatisfy { abs($0 - 10) < 1e-9 })
    #expect(abs(forecast.total.mean - 100) < 1e-9)
    #expect(forecast.total.high - forecast.total.low < 1)
  }

  @Test func `a constant of a year stays one, with a narrow interval`() throws {
    let forecast = try #require(Forecast.daily(series(400) { _ in 10 }, horizon: 10))
    #expect(forecast.total.high - forecast.total.low < 1)
    #expect(forecast.total.outerHigh - forecast.total.outerLow < 2)
  }

  @Test func `a month that went wild does not widen every total after it`() throws {
    func bill(_ wild: Range<Int>) -> DailySeries {
      series(400) { (wild.contains($0) ? 500.0 : 100) + Double($0 * 7 % 11) - 5 }
    }
    let calm = try #require(Forecast.daily(bill(0..<0), horizon: 20, endsMonth: true)).total
    let wild = try #require(Forecast.daily(bill(200..<215), horizon: 20, endsMonth: true)).total
    #expect(abs(wild.mean - calm.mean) < 20)
    #expect(wild.outerHigh - wild.outerLow < 2 * (calm.outerHigh - calm.outerLow))
    #expect(wild.outerHigh - wild.outerLow >= calm.outerHigh - calm.outerLow)
  }

  @Test func `weekdays are told from week-ends`() throws {
    let week = series(56) { DailySeries.weekday(september + $0) < 5 ? 20 : 5 }
    let forecast = try #require(Forecast.daily(week, horizon: 14))
    for point in forecast.points {
      let expected = DailySeries.weekday(point.day) < 5 ? 20.0 : 5.0
      #expect(abs(point.mean - expected) < 0.5, "day \(point.day)")
    }
  }

  @Test func `a fee on the first of each month is expected again`() throws {
    let firsts: Set<Int> = [0, 30, 61]
    let fees = series(80) { firsts.contains($0) ? 110 : 10 }
    let forecast = try #require(Forecast.daily(fees, horizon: 20))
    // 2026-12-01 is day 91 of the series.
    for point in forecast.points {
      let expected = point.day == september + 91 ? 110.0 : 10.0
      #expect(abs(point.mean - expected) < 1, "day \(point.day)")
    }
  }

  @Test func `a tax on the last day of each month is expected again, whatever the month's length`()
    throws
  {
    // September to November; the month before their ends have 30, 31 and 30 days.
    let ends: Set<Int> = [29, 60, 90]
    let taxes = series(110) { ends.contains($0) ? 210 : 10 }
    let forecast = try #require(Forecast.daily(taxes, horizon: 20))
    // 2026-12-31 is day 121 of the series.
    for point in forecast.points {
      let expected = point.day == september + 121 ? 210.0 : 10.0
      #expect(abs(point.mean - expected) < 1, "day \(point.day)")
    }
  }

  @Test func `a level that has moved for two weeks is the level`() throws {
    let shifted = series(80) { $0 < 66 ? 10 : 25 }
    let forecast = try #require(Forecast.daily(shifted, horizon: 10))
    #expect(abs(forecast.total.mean - 250) < 15)
  }

  @Test func `the quiet of the holidays is not the level of January`() throws {
    // 2026-12-24 to 2027-01-01 are days 114 to 122.
    let quiet = series(126) { (114...122).contains($0) ? 6 : 10 }
    let forecast = try #require(Forecast.daily(quiet, horizon: 10))
    #expect(abs(forecast.total.mean - 100) < 5)
  }

  @Test func `the season of last year is half believed`() throws {
    // 2027-12-01 is day 456; each December is half as much again.
    let december = Set(91..<122).union(456..<487)
    let seasonal = series(480) { december.contains($0) ? 15 : 10 }
    let until = DailySeries(firstDay: september, values: Array(seasonal.values.prefix(478)))
    let forecast = try #require(Forecast.daily(until, horizon: 28))
    let january = forecast.points.filter { $0.day >= september + 490 }.map(\.mean)
    #expect(january.allSatisfy { $0 < 14 }, "\(january)")
  }

  @Test func `a series that begins late is as long as it has lasted`() {
    #expect(Forecast.daily(series(60) { $0 < 50 ? 0 : 7 }, horizon: 5) == nil)
  }

  @Test func `the wide interval holds the narrow one`() throws {
    var state: UInt64 = 3
    let noisy = series(200) { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return 50 + Double(state >> 40) * 0x1p-24 * 20
    }
    let forecast = try #require(Forecast.daily(noisy, horizon: 20))
    for point in forecast.points + [forecast.total] {
      #expect(point.outerLow <= point.low && point.low <= point.mean)
      #expect(point.mean <= point.high && point.high <= point.outerHigh)
    }
    #expect(forecast.backtest.cutoffs == 24)
    #expect((forecast.backtest.totalErrorPercent ?? 100) < 5)
    #expect((forecast.backtest.insidePercent ?? 0) > 50)
  }

  @Test func `a single spike does not become the level`() throws {
    let spike = series(40) { $0 == 37 ? 500 : 10 }
    let forecast = try #require(Forecast.daily(spike, horizon: 5))
    #expect(forecast.total.mean < 75)
  }

  @Test(arguments: [7, 10, 14, 20, 30, 45], [200.0, 120, 50])
  func `a level that has lasted a week is the level`(days: Int, level: Double) throws {
    let stepped = series(320) { ($0 < 320 - days ? 100 : level) + Double($0 * 7 % 5) - 2 }
    for horizon in [5, 14, 41] {
      let forecast = try #require(Forecast.daily(stepped, horizon: horizon))
      let mean = forecast.total.mean / Double(horizon)
      #expect(abs(mean - level) < 0.03 * level, "\(horizon) days: \(mean)")
    }
  }

  @Test(arguments: [3, 4, 6]) func `a newer level may last, and the interval holds it`(days: Int)
    throws
  {
    let stepped = series(320) { ($0 < 320 - days ? 100.0 : 200) + Double($0 * 7 % 5) - 2 }
    let forecast = try #require(Forecast.daily(stepped, horizon: 10))
    #expect(abs(forecast.total.mean - 1000) < 30)
    #expect(forecast.total.high >= 1980 && forecast.total.low < 1000)
    #expect(forecast.points.allSatisfy { $0.high > 190 && $0.outerHigh >= $0.high })
  }

  @Test func `two wild days move neither the mean nor the interval`() throws {
    let wild = series(320) { ($0 < 318 ? 100.0 : 200) + Double($0 * 7 % 5) - 2 }
    let forecast = try #require(Forecast.daily(wild, horizon: 10))
    #expect(forecast.points.allSatisfy { $0.high < 110 })
  }

  @Test(arguments: [0, 1, 13]) func `no forecast from a thin history`(days: Int) {
    #expect(Forecast.daily(series(days) { _ in 1 }, horizon: 5) == nil)
  }

  @Test func `no days, no forecast`() {
    #expect(Forecast.daily(series(30) { _ in 1 }, horizon: 0) == nil)
  }

  @Test func `costs do not go below zero, credits may`() throws {
    var state: UInt64 = 7
    let noisy = series(60) { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1
      return state >> 33 < 1 << 30 ? 0 : 12
    }
    let forecast = try #require(Forecast.daily(noisy, horizon: 7))
    #expect(forecast.points.allSatisfy { $0.low >= 0 })
    let credits = try #require(Forecast.daily(series(30) { _ in -5 }, horizon: 7))
    #expect(credits.total.mean < -30)
  }

  @Test(arguments: 0..<8) func `four of five totals fall within the 80 % interval`(seed: UInt64)
    throws
  {
    var inside = 0
    var asked = 0
    for number in 0..<25 {
      var state = seed &* 977 &+ UInt64(number) &+ 1
      func noise() -> Double {
        var sum = 0.0
        for _ in 0..<12 {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          sum += Double(state >> 11) * 0x1p-53
        }
        return sum - 6
      }
      let all = (0..<90).map { day in
        (DailySeries.weekday(september + day) < 5 ? 100.0 : 70) * (1 + 0.08 * noise())
      }
      let known = DailySeries(firstDay: september, values: Array(all.prefix(70)))
      let forecast = try #require(Forecast.daily(known, horizon: 20))
      let came = all.suffix(20).reduce(0, +)
      asked += 1
      if forecast.total.low <= came && came <= forecast.total.high { inside += 1 }
    }
    #expect(inside >= asked * 6 / 10, "\(inside) of \(asked)")
  }

  @Test func `medians and quantiles of small sets`() {
    #expect(Robust.median([]) == nil)
    #expect(Robust.median([3, 1, 2]) == 2)
    #expect(Robust.median([4, 1, 2, 3]) == 2.5)
    #expect(Robust.quantile([1, 2, 3, 4, 5], 0.25) == 2)
    #expect(abs(Robust.studentQuantile(level: 0.95, degreesOfFreedom: 10) - 2.228) < 0.01)
  }
}
