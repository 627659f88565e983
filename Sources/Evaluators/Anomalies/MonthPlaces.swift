import Columns

/// The days of earlier months that stand at the same place as a day: the same day of the month, and
/// near a month's end the same distance from it.
enum MonthPlaces {
  private static let monthsBack = 2
  /// The last days of a month that are counted from its end, too.
  private static let daysFromEnd = 3

  /// For each of the two months before, nearest first, the days at the same place in it.
  static func earlier(_ day: Int) -> [[Int]] {
    let date = CivilDate(daysSinceEpoch: day)
    let untilEnd = CivilDate.daysIn(month: date.month, of: date.year) - date.day
    return (1...monthsBack).map { months in
      let before = date.adding(months: -months)
      var days = before.day == date.day ? [before.daysSinceEpoch] : []
      if untilEnd < daysFromEnd {
        let length = CivilDate.daysIn(month: before.month, of: before.year)
        days.append(
          CivilDate(year: before.year, month: before.month, day: length - untilEnd).daysSinceEpoch)
      }
      return days
    }
  }

  /// Whether a charge of a day may be the first of a monthly fee, which bills post on the first.
  static func isFeeDay(_ day: Int) -> Bool { CivilDate(daysSinceEpoch: day).day == 1 }

  /// Whether what recurs needs only one month to be believed: around the turn of a month.
  static func isTurn(_ day: Int) -> Bool {
    let date = CivilDate(daysSinceEpoch: day)
    return date.day == 1
      || CivilDate.daysIn(month: date.month, of: date.year) - date.day < daysFromEnd
  }
}
