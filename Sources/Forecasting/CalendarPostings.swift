/// Amounts that come on the same day of each month: support fees, taxes, reservations on the first.
///
/// A day of the month, or a day counted from the month's end, is such a day when it stood out of its
/// neighbours by more than their noise in the last month and in at least two of the last three.
struct CalendarPostings: Sendable {
  /// What is expected on top of the ordinary, by index of the calendar; 0 on days already seen.
  private(set) var amounts: [Double]
  /// The values without postings and without other days that stand out alone.
  private(set) var ordinary: [Double]

  /// Days of history that are looked at.
  private static let lookBack = 150
  /// Days of history below which nothing is called a posting.
  private static let minimumHistory = 45
  /// A day stands out from this many robust standard deviations and this share of the ordinary.
  private static let deviations = 6.0
  private static let leastShare = 0.1

  /// Looks for postings in values that stand at the calendar's first indices.
  ///
  /// - Complexity: O(`calendar.count`).
  init(in values: [Double], calendar: DayCalendar) {
    amounts = [Double](repeating: 0, count: calendar.count)
    ordinary = values
    let count = values.count
    guard count >= CalendarPostings.minimumHistory else { return }
    let start = max(0, count - CalendarPostings.lookBack)
    let base = Robust.runningMedian(Array(values[start...]), width: 15)
    let excess = CalendarPostings.excess(values, over: base, from: start, calendar)
    let noise = (Robust.deviation(excess) ?? 0) + 1e-9
    let standsOut = excess.indices.map {
      abs(excess[$0])
        > max(
          CalendarPostings.deviations * noise, CalendarPostings.leastShare * abs(base[$0]))
    }

    for ofMonth in 0..<27 {
      let days = (start..<count).filter { calendar.dayOfMonth[$0] == ofMonth }.suffix(3)
      guard let hits = CalendarPostings.recurring(days.map { $0 - start }, standsOut),
        let amount = Robust.median(hits.map { excess[$0] })
      else { continue }
      for index in count..<calendar.count where calendar.dayOfMonth[index] == ofMonth {
        amounts[index] = amount
      }
    }
    let recentLevel = Robust.median(Array(values.suffix(7))) ?? 0
    for toEnd in 0..<3 {
      let days = (start..<count).filter { calendar.daysToMonthEnd[$0] == toEnd }.suffix(3)
      guard let hits = CalendarPostings.recurring(days.map { $0 - start }, standsOut),
        // What is posted at a month's end is a share of the month, as taxes are.
        let share = Robust.median(hits.map { excess[$0] / max(abs(base[$0]), 1e-9) })
      else { continue }
      for index in count..<calendar.count where calendar.daysToMonthEnd[index] == toEnd {
        amounts[index] = share * recentLevel
      }
    }
    for index in excess.indices
    where standsOut[index]
      && !CalendarPostings.isNewLevel(index, standsOut, start: start, count: count, calendar)
    {
      ordinary[start + index] -= excess[index]
    }
  }

  /// How far each day stands above the ordinary of its week and weekday.
  private static func excess(
    _ values: [Double], over base: [Double], from start: Int, _ calendar: DayCalendar
  ) -> [Double] {
    var excess = base.indices.map { values[start + $0] - base[$0] }
    for weekday in 0..<7 {
      let same = excess.indices.filter { calendar.weekday[start + $0] == weekday }
      guard let usual = Robust.median(same.map { excess[$0] }) else { continue }
      for index in same { excess[index] -= usual }
    }
    return excess
  }

  /// The last two of the given days that stood out, if that makes the next one likely.
  private static func recurring(_ days: [Int], _ standsOut: [Bool]) -> ArraySlice<Int>? {
    guard let last = days.last, standsOut[last] else { return nil }
    let hits = days.filter { standsOut[$0] }
    guard hits.count >= min(2, days.count) else { return nil }
    return hits.suffix(2)
  }

  /// Whether a day belongs to several of the last week that stand out together: then it is the level
  /// that moved.
  private static func isNewLevel(
    _ index: Int, _ standsOut: [Bool], start: Int, count: Int, _ calendar: DayCalendar
  ) -> Bool {
    let day = start + index
    guard day >= count - 6, calendar.dayOfMonth[day] > 0, calendar.daysToMonthEnd[day] > 1 else {
      return false
    }
    let near = max(0, index - 1)...min(standsOut.count - 1, index + 1)
    return near.count { standsOut[$0] } > 1
  }
}
