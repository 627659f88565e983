import Columns

/// Amounts that arrive on the same day of each month: support fees, taxes, reservations on the first.
///
/// A day of the month is such a day when, in each of the last months seen, it stood out of its
/// neighbours by more than their noise.
struct CalendarPostings: Sendable {
  /// The amount expected on top of the ordinary, by day of the month.
  let amounts: [Int: Double]

  static let none = CalendarPostings(amounts: [:])

  private init(amounts: [Int: Double]) {
    self.amounts = amounts
  }

  /// Looks for postings in a series.
  ///
  /// - Complexity: O(`series.count`).
  init(in series: DailySeries) {
    var excesses: [Int: [Double]] = [:]
    for day in series.firstDay..<series.endDay {
      guard let (excess, noise) = CalendarPostings.excess(on: day, in: series) else { continue }
      let ofMonth = CivilDate(daysSinceEpoch: day).day
      excesses[ofMonth, default: []].append(excess > 5 * noise ? excess : 0)
    }
    amounts = excesses.compactMapValues { found in
      let recent = found.suffix(3)
      guard recent.count >= 2, recent.allSatisfy({ $0 > 0 }) else { return nil }
      return Robust.median(Array(recent))
    }
  }

  /// How far a day stands above the ordinary days within ten days of it, and how much those vary.
  private static func excess(
    on day: Int, in series: DailySeries
  ) -> (excess: Double, noise: Double)? {
    let near = ((day - 10)...(day + 10)).filter {
      $0 != day && $0 >= series.firstDay && $0 < series.endDay
    }.map { series.values[$0 - series.firstDay] }
    guard near.count >= 7, let ordinary = Robust.median(near),
      let noise = Robust.deviation(near)
    else { return nil }
    // Without any noise, a hundredth of the level is what a posting has to exceed.
    return (
      series.values[day - series.firstDay] - ordinary, max(noise, abs(ordinary) * 0.01, 1e-9)
    )
  }

  func amount(on day: Int) -> Double { amounts[CivilDate(daysSinceEpoch: day).day] ?? 0 }

  /// The series without the postings.
  func removed(from series: DailySeries) -> DailySeries {
    guard !amounts.isEmpty else { return series }
    return DailySeries(
      firstDay: series.firstDay,
      values: series.values.enumerated().map {
        $0.element - amount(on: series.firstDay + $0.offset)
      })
  }
}
