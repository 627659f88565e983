import Columns

/// Functions over dates and timestamps. Timestamps have no zone and are UTC by convention.
enum DateTimeFunctions {
  static let all: [ScalarFunction] =
    clock + parts + [
      ScalarFunction(
        "date", summary: "The date of a text or timestamp.",
        overloads: [
          .map([.exactly(.date)], to: .date) { (day: Int64) in day },
          .map([.exactly(.timestamp)], to: .date) { (time: Int64) in
            time.floorDivided(by: Microseconds.day)
          },
          .map([.exactly(.timestampWithZone)], to: .date) { (time: Int64) in
            ZonedTime.local(time).floorDivided(by: Microseconds.day)
          },
          .map([.exactly(.varchar)], to: .date) { (text: Text) -> Int64? in
            guard let day = TimeText.date(text) else {
              throw EvaluationError("cannot cast '\(text.prefix(40).string)' to date")
            }
            return day
          },
        ]),
      ScalarFunction(
        "date_trunc", summary: "The start of the unit (second … year) that a time lies in.",
        overloads: [
          unitOverload([.exactly(.date)], to: .date) { unit, times in
            try unit.truncated(day: times[0])
          },
          unitOverload([.exactly(.timestamp)], to: .timestamp) { unit, times in
            unit.truncated(timestamp: times[0])
          },
          unitOverload([.exactly(.time)], to: .time) { unit, times in
            try unit.truncated(time: times[0])
          },
          unitOverload([.exactly(.timestampWithZone)], to: .timestampWithZone) { unit, times in
            try unit.truncated(zoned: times[0])
          },
        ]),
      ScalarFunction(
        "date_add",
        summary: "A time some units (millisecond … year) later, or earlier if negative.",
        overloads: [
          unitOverload([.exactly(.bigint), .exactly(.date)], to: .date) { unit, values in
            try unit.add(values[0], toDay: values[1])
          },
          unitOverload([.exactly(.bigint), .exactly(.timestamp)], to: .timestamp) {
            unit, values in try unit.add(values[0], toTimestamp: values[1])
          },
          unitOverload([.exactly(.bigint), .exactly(.time)], to: .time) {
            unit, values in try unit.add(values[0], toTime: values[1])
          },
          unitOverload([.exactly(.bigint), .exactly(.timestampWithZone)], to: .timestampWithZone) {
            unit, values in try unit.add(values[0], toZoned: values[1])
          },
        ]),
      ScalarFunction(
        "date_diff", summary: "Whole units (millisecond … year) from the first to the second time.",
        overloads: [
          unitOverload([.exactly(.date), .exactly(.date)], to: .bigint) { unit, days in
            try unit.differenceOfDays(days[0], days[1])
          },
          unitOverload([.exactly(.timestamp), .exactly(.timestamp)], to: .bigint) {
            unit, times in try unit.difference(times[0], times[1])
          },
          unitOverload([.exactly(.time), .exactly(.time)], to: .bigint) {
            unit, times in
            try unit.checkTime()
            return try unit.difference(times[0], times[1])
          },
          unitOverload([.exactly(.timestampWithZone), .exactly(.timestampWithZone)], to: .bigint) {
            unit, times in try unit.difference(zoned: times[0], times[1])
          },
        ]),
      ScalarFunction(
        "last_day_of_month", summary: "The last day of the month that a time lies in.",
        overloads: [
          .map([.exactly(.date)], to: .date) { (day: Int64) in lastDay(day) },
          .map([.exactly(.timestamp)], to: .date) { (time: Int64) in
            lastDay(time.floorDivided(by: Microseconds.day))
          },
          .map([.exactly(.timestampWithZone)], to: .date) { (time: Int64) in
            lastDay(ZonedTime.local(time).floorDivided(by: Microseconds.day))
          },
        ]),
      ScalarFunction(
        "from_iso8601_date", summary: "The date of an ISO 8601 text.",
        overloads: [.map([.exactly(.varchar)], to: .date) { try ISO8601.date($0) }]),
    ] + ZoneFunctions.all

  /// What the statement's own time answers.
  private static let clock: [ScalarFunction] = [
    constant("now", "The time at which the statement began.", .timestampWithZone) {
      zoned($0.now)
    },
    constant("current_timestamp", "The time at which the statement began.", .timestampWithZone) {
      zoned($0.now)
    },
    constant("localtimestamp", "The time at which the statement began.", .timestamp) {
      milliseconds($0.now)
    },
    constant("current_date", "The day on which the statement began.", .date) {
      .int64($0.now.floorDivided(by: Microseconds.day))
    },
    constant("current_timezone", "The zone that timestamps are in: UTC.", .varchar) { _ in
      .text("UTC")
    },
  ]

  private static let parts: [ScalarFunction] = [
    part(["year"], "The year.", months: { $0 / 12 }, \.year),
    part(["quarter"], "The quarter of the year, 1 to 4.", \.quarter),
    part(["month"], "The month, 1 to 12.", months: { $0 % 12 }, \.month),
    part(["week", "week_of_year"], "The ISO week of the year, 1 to 53.", \.week),
    part(["year_of_week", "yow"], "The year that the ISO week belongs to.", \.weekYear),
    part(
      ["day", "day_of_month"], "The day of the month.", interval: { $0 / Microseconds.day },
      { Int64($0.date.day) }),
    part(["day_of_week", "dow"], "The day of the week, Monday 1 to Sunday 7.", \.dayOfWeek),
    part(["day_of_year", "doy"], "The day of the year, from 1.", \.dayOfYear),
    part(["hour"], "The hour, 0 to 23.", interval: { $0 / Microseconds.hour % 24 }, \.hour),
    part(["minute"], "The minute.", interval: { $0 / Microseconds.minute % 60 }, \.minute),
    part(["second"], "The second.", interval: { $0 / Microseconds.second % 60 }, \.second),
    part(["millisecond"], "The milliseconds.", interval: { $0 / 1000 % 1000 }, \.millisecond),
  ].flatMap { $0 }

  private static func part(
    _ names: [String], _ summary: String, months: (@Sendable (Int64) -> Int64)? = nil,
    interval: (@Sendable (Int64) -> Int64)? = nil,
    _ value: @escaping @Sendable (CalendarFields) -> Int64
  ) -> [ScalarFunction] {
    var overloads: [FunctionOverload] = [
      .map([.exactly(.date)], to: .bigint) { (day: Int64) in value(CalendarFields(day: day)) },
      .map([.exactly(.timestamp)], to: .bigint) { (time: Int64) in
        value(CalendarFields(timestamp: time))
      },
      .map([.exactly(.timestampWithZone)], to: .bigint) { (time: Int64) in
        value(CalendarFields(timestamp: ZonedTime.local(time)))
      },
    ]
    if ["hour", "minute", "second", "millisecond"].contains(names[0]) {
      overloads.append(
        .map([.exactly(.time)], to: .bigint) { (time: Int64) in
          value(CalendarFields(day: 0, clock: time))
        })
    }
    if let months {
      overloads.append(
        .map([.exactly(.intervalYearToMonth)], to: .bigint) { (count: Int64) in months(count) })
    }
    if let interval {
      overloads.append(
        .map([.exactly(.intervalDayToSecond)], to: .bigint) { (length: Int64) in interval(length) })
    }
    return names.map { ScalarFunction($0, summary: summary, overloads: overloads) }
  }

  /// A function whose first argument names a unit of time; the others are 64-bit values.
  private static func unitOverload(
    _ parameters: [ParameterType], to type: DataType,
    _ body: @escaping @Sendable (TimeUnit, [Int64]) throws -> Int64
  ) -> FunctionOverload {
    FunctionOverload([.exactly(.varchar)] + parameters, result: { _ in type }) {
      arguments, context in
      let unit = CallReader<Text>(arguments[0])
      let first = CallReader<Int64>(arguments[1])
      var units = Remembered<TimeUnit>()
      guard arguments.count > 2 else {
        return try CallRows([unit.presence, first.presence], context).map(type) { row in
          try body(units.make(unit[row], TimeUnit.init), [first[row]])
        }
      }
      let second = CallReader<Int64>(arguments[2])
      let rows = CallRows([unit.presence, first.presence, second.presence], context)
      return try rows.map(type) { row in
        try body(units.make(unit[row], TimeUnit.init), [first[row], second[row]])
      }
    }
  }

  private static func constant(
    _ name: String, _ summary: String, _ type: DataType,
    _ value: @escaping @Sendable (EvaluationContext) -> Value
  ) -> ScalarFunction {
    ScalarFunction(
      name, summary: summary,
      overloads: [
        FunctionOverload([], result: { _ in type }) { _, context in
          Column(type, constant: value(context), count: context.rowCount)
        }
      ])
  }

  /// Timestamps of the clock have milliseconds, as Athena's.
  private static func zoned(_ time: Int64) -> Value {
    ZonedTime.packed(microseconds: time.floorDivided(by: 1000) * 1000, zone: 0).map(Value.int64)
      ?? .null
  }

  private static func milliseconds(_ time: Int64) -> Value {
    .int64(time.floorDivided(by: 1000) * 1000)
  }

  private static func lastDay(_ day: Int64) -> Int64 {
    let date = CalendarFields(day: day).date
    return day + Int64(CivilDate.daysIn(month: date.month, of: date.year) - date.day)
  }
}
