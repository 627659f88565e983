import Columns

/// Steps on the calendar over day numbers and microseconds, safe for any input.
package enum TimeMath {
  /// Days that stay inside the years −290 000 … 290 000, where microseconds fit 64 bits.
  static let dayLimit: Int64 = 106_000_000
  private static let monthLimit: Int64 = 12 * 290_000

  /// The same day some months later, clipped to the length of the month; nil out of range.
  package static func addMonths(toDay day: Int64, _ months: Int64) -> Int64? {
    guard day.magnitude <= dayLimit, months.magnitude <= monthLimit else { return nil }
    let date = CivilDate(daysSinceEpoch: Int(day)).adding(months: Int(months))
    return Int64(date.daysSinceEpoch)
  }

  /// As for days, keeping the time of day.
  package static func addMonths(toMicroseconds time: Int64, _ months: Int64) -> Int64? {
    let day = time.floorDivided(by: Microseconds.day)
    guard let shifted = addMonths(toDay: day, months), shifted.magnitude <= dayLimit else {
      return nil
    }
    return microseconds(day: shifted).map { $0 + (time &- day &* Microseconds.day) }
  }

  /// Midnight of a day; nil out of range.
  package static func microseconds(day: Int64) -> Int64? {
    day.magnitude <= dayLimit ? day * Microseconds.day : nil
  }
}
