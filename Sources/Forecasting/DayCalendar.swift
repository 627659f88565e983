import Columns

/// Where each day of a stretch stands in its week and in its month.
struct DayCalendar: Sendable {
  let firstDay: Int
  /// 0 for Monday to 6 for Sunday.
  let weekday: [Int]
  /// 0 for the first of the month.
  let dayOfMonth: [Int]
  /// 0 for the last day of the month.
  let daysToMonthEnd: [Int]
  /// How much a day says about the level: little from 24 December to 1 January, whose quiet is nobody's
  /// new level.
  let weight: [Double]

  private static let holidayWeight = 0.1
  /// Places in a month that a day can have: the first fifteen days counted from its start, the others
  /// from its end, so that the last day has one place whatever the month's length.
  static let placesInMonth = 31

  init(_ days: Range<Int>) {
    firstDay = days.lowerBound
    weekday = days.map(DailySeries.weekday)
    let dates = days.map { CivilDate(daysSinceEpoch: $0) }
    dayOfMonth = dates.map { $0.day - 1 }
    daysToMonthEnd = dates.map { CivilDate.daysIn(month: $0.month, of: $0.year) - $0.day }
    weight = dates.map { date in
      let isHoliday = (date.month == 12 && date.day >= 24) || (date.month == 1 && date.day == 1)
      return isHoliday ? DayCalendar.holidayWeight : 1
    }
  }

  var count: Int { weekday.count }

  func placeInMonth(_ index: Int) -> Int {
    dayOfMonth[index] < 15 ? dayOfMonth[index] : 30 - min(daysToMonthEnd[index], 15)
  }
}
