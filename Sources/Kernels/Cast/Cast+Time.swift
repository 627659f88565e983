import Columns

/// Casts from dates, timestamps and intervals.
extension Cast {
  static func fromTime(
    _ values: [Int64], _ validity: Validity, _ source: DataType, _ target: CastTarget
  ) throws -> Column {
    switch (source, target.type) {
    case (.date, .timestamp):
      return try target.convert(
        count: values.count, validity, filler: 0, value: { values[$0] }, text: { "day \($0)" },
        wrap: Values.int64
      ) { TimeMath.microseconds(day: $0) }
    case (.timestamp, .date):
      return Column(
        .date, .int64(values.map { $0.floorDivided(by: Microseconds.day) }), validity)
    case (.date, .timestampWithZone), (.timestamp, .timestampWithZone),
      (.timestampWithZone, .date), (.timestampWithZone, .timestamp), (.timestampWithZone, .time),
      (.timestamp, .time):
      return try ZonedTimes.cast(values, validity, source, target)
    case (.timestampWithZone, .varchar):
      return toText(count: values.count, validity, .varchar) { row, out in
        ZonedTime.append(values[row], to: &out)
      }
    case (.time, .varchar):
      return toText(count: values.count, validity, .varchar) { row, out in
        CivilTimeText.append(time: values[row], to: &out)
      }
    case (.date, .varchar):
      return toText(count: values.count, validity, .varchar) { row, out in
        CivilTimeText.append(date: values[row], to: &out)
      }
    case (.timestamp, .varchar):
      return toText(count: values.count, validity, .varchar) { row, out in
        CivilTimeText.append(timestamp: values[row], to: &out)
      }
    case (.intervalYearToMonth, .varchar):
      return toText(count: values.count, validity, .varchar) { row, out in
        CivilTimeText.append(months: values[row], to: &out)
      }
    case (.intervalDayToSecond, .varchar):
      return toText(count: values.count, validity, .varchar) { row, out in
        CivilTimeText.append(interval: values[row], to: &out)
      }
    default: throw target.impossible(from: "\(source)")
    }
  }
}
