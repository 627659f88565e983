import Columns

/// The parts of a day or a time that functions ask for.
struct CalendarFields {
  let day: Int64
  let date: CivilDate
  /// Microseconds since midnight.
  let clock: Int64

  init(day: Int64, clock: Int64 = 0) {
    self.day = day
    self.clock = clock
    date = CivilDate(
      daysSinceEpoch: Int(min(max(day, -TimeMath.dayLimit), TimeMath.dayLimit)))
  }

  init(timestamp: Int64) {
    let day = timestamp.floorDivided(by: Microseconds.day)
    self.init(day: day, clock: timestamp &- day &* Microseconds.day)
  }

  var year: Int64 { Int64(date.year) }
  var month: Int64 { Int64(date.month) }
  var quarter: Int64 { (month - 1) / 3 + 1 }
  var hour: Int64 { clock / Microseconds.hour }
  var minute: Int64 { clock / Microseconds.minute % 60 }
  var second: Int64 { clock / Microseconds.second % 60 }
  var millisecond: Int64 { clock / 1000 % 1000 }
  var microsecond: Int64 { clock % Microseconds.second }

  /// Monday is 1, Sunday 7. (1970-01-01 was a Thursday.)
  var dayOfWeek: Int64 { CalendarFields.weekday(day) }

  static func weekday(_ day: Int64) -> Int64 { day + 3 - (day + 3).floorDivided(by: 7) * 7 + 1 }

  var dayOfYear: Int64 { day - CalendarFields.firstDay(of: date.year) + 1 }

  /// ISO 8601: the week belongs to the year that its Thursday is in.
  var weekYear: Int64 { Int64(thursday.year) }
  var week: Int64 {
    let thursday = thursday
    let first = CalendarFields.firstDay(of: thursday.year)
    return (Int64(thursday.daysSinceEpoch) - first) / 7 + 1
  }

  private var thursday: CivilDate { CivilDate(daysSinceEpoch: Int(day + 4 - dayOfWeek)) }

  static func firstDay(of year: Int) -> Int64 {
    Int64(CivilDate(year: year, month: 1, day: 1).daysSinceEpoch)
  }
}
