/// One number a day without gaps, oldest first; days count from 1970-01-01 (a Thursday).
package struct DailySeries: Sendable, Hashable {
  package let firstDay: Int
  package let values: [Double]

  package init(firstDay: Int, values: [Double]) {
    self.firstDay = firstDay
    self.values = values
  }

  /// Days with several values are added up; days without one are 0, as a bill without a charge is.
  package init(values byDay: [Int: Double], from first: Int, through last: Int) {
    firstDay = first
    values = first <= last ? (first...last).map { byDay[$0] ?? 0 } : []
  }

  package var count: Int { values.count }
  /// The day after the last one.
  package var endDay: Int { firstDay + values.count }

  /// The series up to, not including, a day.
  package func prefix(before day: Int) -> DailySeries {
    DailySeries(firstDay: firstDay, values: Array(values.prefix(max(0, day - firstDay))))
  }

  /// The sum over days that lie within the series.
  package func total(_ days: Range<Int>) -> Double {
    let inside = days.clamped(to: firstDay..<endDay)
    return inside.reduce(0) { $0 + values[$1 - firstDay] }
  }

  /// The value of a day; 0 outside of the series.
  package func value(on day: Int) -> Double {
    (firstDay..<endDay).contains(day) ? values[day - firstDay] : 0
  }

  /// Several series together, each 0 outside of its own days.
  package static func sum(_ series: [DailySeries]) -> DailySeries {
    let first = series.map(\.firstDay).min() ?? 0
    let end = series.map(\.endDay).max() ?? first
    var sums = [Double](repeating: 0, count: end - first)
    for one in series {
      for (offset, value) in one.values.enumerated() {
        sums[one.firstDay - first + offset] += value
      }
    }
    return DailySeries(firstDay: first, values: sums)
  }

  /// 0 for Monday to 6 for Sunday.
  package static func weekday(_ day: Int) -> Int { ((day + 3) % 7 + 7) % 7 }
}
