import Evaluators
import Testing

@Suite struct MetricSurpriseTests {
  /// A day's wave from 50 to 61 at five minutes, with small noise.
  private func wave(_ count: Int) -> [Double] {
    (0..<count).map { index in
      let phase = Double(index % 288) / 288
      return 50 + 20 * (phase < 0.5 ? phase : 1 - phase) + small(index)
    }
  }

  private func small(_ index: Int) -> Double { Double((index * 7_919) % 101) / 100 }

  private func alarms(_ values: [Double]) -> [Int] {
    let scores = MetricSurprise.scores(of: values)
    return scores.indices.filter { scores[$0] >= MetricSurprise.alarm }
  }

  @Test func `a spike scores above the alarm, its echo does not`() {
    var values = wave(2_000)
    values[1_500] = 200
    values[1_503] = 120
    let scores = MetricSurprise.scores(of: values)
    #expect(scores[1_500] >= MetricSurprise.alarm)
    #expect(scores[1_503] < scores[1_500] / 2)
    #expect(scores.allSatisfy { (0...1).contains($0) })
    #expect(scores[..<1_500].dropFirst(600).allSatisfy { $0 < MetricSurprise.alarm })
  }

  @Test func `a second incident is told when the echo of the first has died away`() {
    var values = wave(2_400)
    values[1_000] = 200
    values[2_000] = 120
    #expect(alarms(values).filter { $0 >= 600 } == [1_000, 2_000])
  }

  @Test func `a low value at the top of the day is one, though it is usual at night`() {
    var values = wave(2_400)
    let noon = 6 * 288 + 144
    values[noon] = 50.5
    #expect(alarms(values).filter { $0 >= 600 }.first == noon)
  }

  @Test func `a value between two levels is one, though both are farther from the middle`() {
    var values = (0..<2_000).map { ($0 / 40 % 2 == 0 ? 10 : 90) + small($0) }
    #expect(alarms(values).allSatisfy { $0 < 600 })
    values[1_510] = 50
    #expect(alarms(values).contains(1_510))
  }

  @Test func `a level that never was is one, though each of its values was`() {
    // Anywhere from 0 to 100, then only from 70 to 90.
    let values = (0..<2_000).map { index in
      index < 1_500 ? 100 * small(index * index) : 70 + 20 * small(index * index)
    }
    let found = alarms(values).filter { $0 >= 600 }
    #expect(found.contains { (1_500..<1_600).contains($0) })
    #expect(found.allSatisfy { $0 >= 1_500 })
  }

  @Test func `a count that only grows surprises nobody, one that is reset does`() {
    var values = (0..<2_000).map { 1_000 + 5 * Double($0) + small($0) }
    #expect(alarms(values).allSatisfy { $0 < 600 })
    for index in 1_500..<2_000 { values[index] -= 8_000 }
    #expect(alarms(values).filter { $0 >= 600 }.first == 1_500)
  }

  @Test(arguments: [0x1p-100, 0x1p40]) func `the unit of a metric does not matter`(_ unit: Double) {
    var values = wave(2_000)
    values[1_500] = 80
    let scores = MetricSurprise.scores(of: values)
    let scaled = MetricSurprise.scores(of: values.map { $0 * unit })
    #expect(zip(scores, scaled).allSatisfy { $0 == $1 })
  }

  @Test(arguments: [50, 700, 1_600]) func `a score knows nothing later`(_ cut: Int) {
    var values = wave(2_000)
    values[900] = 300
    let all = MetricSurprise.scores(of: values)
    let part = MetricSurprise.scores(of: Array(values[..<cut]))
    #expect(part == Array(all[..<cut]))
  }

  @Test func `constants and what is no number surprise nobody`() {
    let scores = MetricSurprise.scores(
      of: [Double](repeating: 3, count: 500) + [.nan, .infinity])
    #expect(scores.allSatisfy { $0 == 0 })
  }

  @Test func `what is no number is not learned from`() {
    var values = wave(1_500)
    values[1_200] = 90
    var gaps = values
    gaps.insert(contentsOf: [.nan, -.infinity], at: 700)
    let scores = MetricSurprise.scores(of: values)
    var gapped = MetricSurprise.scores(of: gaps)
    #expect(Array(gapped[700..<702]) == [0, 0])
    gapped.removeSubrange(700..<702)
    #expect(gapped == scores)
  }

  @Test func `a stream longer than its memory is judged to its end`() {
    var values = wave(21_000)
    values[20_900] = 400
    let scores = MetricSurprise.scores(of: values)
    #expect(scores[20_900] >= MetricSurprise.alarm)
  }
}
