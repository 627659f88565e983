import Columns

/// Functions that make times with zones, move them to others and take them apart.
enum ZoneFunctions {
  private static let zoned = ParameterType.exactly(.timestampWithZone)
  private static let text = ParameterType.exactly(.varchar)

  static let all: [ScalarFunction] = [
    ScalarFunction(
      "from_unixtime", summary: "The time of seconds since 1970, in UTC or another zone.",
      overloads: [
        .map([.exactly(.double)], to: .timestampWithZone) { (seconds: Double) in
          try fromUnixtime(seconds, zone: 0)
        },
        .map([.exactly(.double), text], to: .timestampWithZone) {
          (seconds: Double, zone: Text) in
          try fromUnixtime(seconds, zone: ZonedTimes.zone(zone))
        },
        .map([.exactly(.double), .exactly(.bigint), .exactly(.bigint)], to: .timestampWithZone) {
          (seconds: Double, hours: Int64, minutes: Int64) in
          try fromUnixtime(seconds, zone: ZonedTimes.zone(minutesEast: offset(hours, minutes)))
        },
      ]),
    ScalarFunction(
      "from_unixtime_nanos", summary: "The time of nanoseconds since 1970, in UTC.",
      overloads: [
        .map([.exactly(.bigint)], to: .timestampWithZone) { (nanoseconds: Int64) in
          try ZonedTimes.make(nanoseconds.floorDivided(by: 1000), zone: 0)
        }
      ]),
    ScalarFunction(
      "to_unixtime", summary: "Seconds since 1970 of a time.",
      overloads: [
        .map([.exactly(.timestamp)], to: .double) { (time: Int64) in Double(time) / 1e6 },
        .map([zoned], to: .double) { (time: Int64) in
          Double(ZonedTime.microseconds(time)) / 1e6
        },
      ]),
    ScalarFunction(
      "from_iso8601_timestamp", summary: "The time of an ISO 8601 text, in its zone or UTC.",
      overloads: [.map([text], to: .timestampWithZone) { try ISO8601.timestamp($0) }]),
    ScalarFunction(
      "to_iso8601", summary: "A date or timestamp as ISO 8601 text.",
      overloads: [
        .text([.exactly(.date)]) { (day: Int64, out) in CivilTimeText.append(date: day, to: &out) },
        .text([.exactly(.timestamp)]) { (time: Int64, out) in
          ISO8601.append(timestamp: time, to: &out)
        },
        .text([zoned]) { (time: Int64, out) in ISO8601.append(zoned: time, to: &out) },
      ]),
    ScalarFunction(
      "at_timezone", summary: "The same instant on the clocks of another zone.",
      overloads: [
        .map([zoned, text], to: .timestampWithZone) { (time: Int64, zone: Text) in
          try ZonedTimes.make(ZonedTime.microseconds(time), zone: ZonedTimes.zone(zone))
        },
        .map([zoned, .exactly(.intervalDayToSecond)], to: .timestampWithZone) {
          (time: Int64, east: Int64) in
          try ZonedTimes.make(ZonedTime.microseconds(time), zone: zone(east))
        },
      ]),
    ScalarFunction(
      "with_timezone", summary: "The time at which a zone's clocks show a timestamp.",
      overloads: [
        .map([.exactly(.timestamp), text], to: .timestampWithZone) { (time: Int64, zone: Text) in
          try ZonedTimes.make(local: time, zone: ZonedTimes.zone(zone))
        }
      ]),
    ScalarFunction(
      "utc_instant", summary: "The timestamp in UTC of a time with a zone.",
      overloads: [
        .map([zoned], to: .timestamp) { (time: Int64) in ZonedTime.microseconds(time) }
      ]),
    ScalarFunction(
      "$rounded_time", summary: "A time with so many digits of a second, rounded half up.",
      overloads: [
        .map([.exactly(.timestamp), .exactly(.bigint)], to: .timestamp) {
          (time: Int64, digits: Int64) in try rounded(time, digits)
        },
        .map([.exactly(.time), .exactly(.bigint)], to: .time) { (time: Int64, digits: Int64) in
          try rounded(time, digits) % Microseconds.day
        },
        .map([zoned, .exactly(.bigint)], to: .timestampWithZone) {
          (time: Int64, digits: Int64) in
          try ZonedTimes.make(
            rounded(ZonedTime.microseconds(time), digits), zone: ZonedTime.zone(time))
        },
      ]),
    ScalarFunction(
      "timezone_hour", summary: "The hours that a time's zone is east of UTC.",
      overloads: [.map([zoned], to: .bigint) { (time: Int64) in east(time) / 60 }]),
    ScalarFunction(
      "timezone_minute", summary: "The minutes, beyond hours, that a time's zone is east of UTC.",
      overloads: [.map([zoned], to: .bigint) { (time: Int64) in east(time) % 60 }]),
    ScalarFunction(
      "timezone", summary: "The name of a time's zone.",
      overloads: [
        .text([zoned]) { (time: Int64, out) in
          out += TimeZones.zone(ZonedTime.zone(time)).name.utf8
        }
      ]),
  ]

  /// - Throws: `EvaluationError` where the next time is none any more.
  private static func rounded(_ time: Int64, _ digits: Int64) throws -> Int64 {
    guard (0...12).contains(digits) else {
      throw EvaluationError("expected 0 to 12 digits of a second, found \(digits)")
    }
    var unit: Int64 = 1
    for _ in 0..<max(0, 6 - digits) { unit *= 10 }
    let (above, overflow) = time.addingReportingOverflow(unit / 2)
    guard !overflow else { throw EvaluationError("timestamp out of range") }
    let (result, isBelow) = above.floorDivided(by: unit).multipliedReportingOverflow(by: unit)
    guard !isBelow else { throw EvaluationError("timestamp out of range") }
    return result
  }

  /// Minutes east of UTC.
  private static func east(_ packed: Int64) -> Int64 {
    (ZonedTime.local(packed) &- ZonedTime.microseconds(packed)) / Microseconds.minute
  }

  private static func zone(_ interval: Int64) throws -> Int {
    guard interval % Microseconds.minute == 0 else {
      throw EvaluationError("a zone's offset is whole minutes")
    }
    return try ZonedTimes.zone(minutesEast: interval / Microseconds.minute)
  }

  private static func offset(_ hours: Int64, _ minutes: Int64) throws -> Int64 {
    guard hours.magnitude <= 14, minutes.magnitude < 60 else {
      throw EvaluationError("no zone is \(hours) hours and \(minutes) minutes from UTC")
    }
    return hours * 60 + minutes
  }

  private static func fromUnixtime(_ seconds: Double, zone: Int) throws -> Int64 {
    // Milliseconds, as Trino rounds them.
    guard let milliseconds = Int64(exactly: (seconds * 1000).rounded()),
      milliseconds.magnitude < 1 << 51
    else { throw EvaluationError("timestamp out of range: \(seconds) seconds since 1970") }
    return try ZonedTimes.make(milliseconds * 1000, zone: zone)
  }
}
