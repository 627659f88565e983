import Forecasting
import Testing

@Suite struct CompletenessTests {
  /// 2026-01-01, a Thursday, as days since 1970.
  private let january = 20_454

  private func settled(_ days: Int) -> DailySeries {
    DailySeries(
      firstDay: january,
      values: (0..<days).map { DailySeries.weekday(january + $0) < 5 ? 100 : 60 })
  }

  private func delivered(_ days: Int, _ shares: [Double]) -> DailySeries {
    var values = settled(days).values
    for (age, share) in shares.enumerated() { values[days - 1 - age] *= share }
    return DailySeries(firstDay: january, values: values)
  }

  private func learned(_ shares: [Double]) -> Completeness {
    var observed = [[Double]](repeating: [], count: Completeness.mostDays)
    for days in stride(from: 40, to: 80, by: 5) {
      let seen = Completeness.observed(earlier: delivered(days, shares), later: settled(100))
      for (age, found) in seen.enumerated() { observed[age] += found }
    }
    return Completeness(observed: observed)
  }

  @Test func `shares by age are those of earlier deliveries`() {
    let completeness = learned([0.5, 0.9])
    #expect(completeness.shares.map(\.median) == [0.5, 0.9])
    #expect(completeness.shares.map(\.observations) == [8, 8])
    #expect(completeness.share(age: 5).median == 1)
  }

  @Test func `deliveries that were whole teach that nothing is missing`() {
    #expect(learned([]) == .full)
    #expect(Completeness(observed: []) == .full)
  }

  @Test func `days that a later delivery has just got are not settled`() {
    let seen = Completeness.observed(
      earlier: delivered(50, [0.5]), later: delivered(52, [0.5, 0.9, 0.9]))
    #expect(seen.allSatisfy { $0.isEmpty })
  }

  @Test func `two observations are not enough to learn from`() {
    #expect(Completeness(observed: [[0.5, 0.5]]) == .full)
  }

  @Test func `a partial day is neither a drop nor a saving`() throws {
    let completeness = learned([0.5, 0.9])
    let seen = delivered(90, [0.5, 0.9])
    let forecast = try #require(
      Forecast.daily(seen, horizon: 14, completeness: completeness))
    let whole = try #require(Forecast.daily(settled(90), horizon: 14))
    let missing = settled(90).values.reduce(0, +) - seen.values.reduce(0, +)
    #expect(abs(forecast.late - missing) < 1)
    #expect(abs(forecast.total.mean - whole.total.mean - missing) < 2)
    for (with, without) in zip(forecast.points, whole.points) {
      #expect(abs(with.mean - without.mean) < 1, "day \(with.day)")
    }
  }

  @Test func `a settled drop stays one`() throws {
    let halved = DailySeries(
      firstDay: january,
      values: settled(90).values.enumerated().map { $0 < 60 ? $1 : $1 / 2 })
    let forecast = try #require(
      Forecast.daily(halved, horizon: 7, completeness: learned([0.5, 0.9])))
    #expect(forecast.points.reduce(0) { $0 + $1.mean } < 320)
  }
}
