package import Columns

/// Times with zones made, moved and taken apart; see ``Columns/ZonedTime`` for what they are.
package enum ZonedTimes {
  /// The number of a zone: `UTC`, `+02:00`, `Europe/Berlin`.
  ///
  /// - Throws: `EvaluationError` when there is none.
  static func zone(_ name: ArraySlice<UInt8>) throws -> Int {
    if utcNames.contains(name.string.lowercased()) { return 0 }
    let rules = try TimeZoneRules.named(name)
    if let fixed = rules.fixedOffset, name.first == 0x2B || name.first == 0x2D {
      return try zone(minutesEast: fixed / 60)
    }
    guard let number = TimeZones.number(name.string, offset: { rules.offset(at: $0) }) else {
      throw EvaluationError("too many time zones")
    }
    return number
  }

  /// The number of a fixed zone.
  ///
  /// - Throws: `EvaluationError` for more than fourteen hours.
  static func zone(minutesEast minutes: Int64) throws -> Int {
    guard minutes.magnitude <= 14 * 60 else {
      throw EvaluationError("a zone is at most 14 hours from UTC, found \(minutes) minutes")
    }
    if minutes == 0 { return 0 }
    var name: [UInt8] = [minutes < 0 ? 0x2D : 0x2B]
    NumberText.append(Int64(minutes.magnitude / 60), width: 2, to: &name)
    name.append(0x3A)
    NumberText.append(Int64(minutes.magnitude % 60), width: 2, to: &name)
    guard let number = TimeZones.number(name[...].string, offset: { _ in minutes * 60 }) else {
      throw EvaluationError("too many time zones")
    }
    return number
  }

  private static let utcNames: Set<String> = [
    "utc", "z", "ut", "uct", "gmt", "gmt0", "greenwich", "universal", "zulu", "etc/utc",
    "etc/gmt", "etc/uct", "+00:00", "-00:00",
  ]

  /// An instant in a zone.
  ///
  /// - Throws: `EvaluationError` beyond the years that there are.
  static func make(_ microseconds: Int64, zone: Int) throws -> Int64 {
    guard let packed = ZonedTime.packed(microseconds: microseconds, zone: zone) else {
      throw EvaluationError("timestamp out of range")
    }
    return packed
  }

  /// The instant at which a zone's clocks show a time; of two the earlier one. A time in the hour that
  /// clocks skip is read by the offset before it, so that 02:30 is the 03:30 that they show then.
  static func make(local: Int64, zone: Int) throws -> Int64 {
    guard zone != 0 else { return try make(local, zone: 0) }
    let offset = TimeZones.zone(zone).offset
    let seconds = local.floorDivided(by: Microseconds.second)
    // No zone is a day from UTC, so these are the offsets before and after any change on this day.
    let before = offset(seconds &- 86_400)
    let after = offset(seconds &+ 86_400)
    let isShown = { (east: Int64) in offset(seconds &- east) == east }
    let east = isShown(before) || !isShown(after) ? before : after
    let (time, overflow) = local.subtractingReportingOverflow(east * Microseconds.second)
    guard !overflow else { throw EvaluationError("timestamp out of range") }
    return try make(time, zone: zone)
  }

  /// A time with another clock reading in the same zone.
  static func with(local: Int64, of packed: Int64) throws -> Int64 {
    try make(local: local, zone: ZonedTime.zone(packed))
  }

  /// `2026-09-01 10:00:00 Europe/Berlin`; UTC where no zone is named. Nil for anything else.
  static func parse(_ text: ArraySlice<UInt8>) -> Int64? {
    guard let (local, name) = TimeText.timestampAndZone(text) else { return nil }
    guard let zone = try? name.map(zone) ?? 0 else { return nil }
    return try? make(local: local, zone: zone)
  }

  static func add(_ microseconds: Int64, to packed: Int64) -> Int64? {
    let (time, overflow) = ZonedTime.microseconds(packed).addingReportingOverflow(microseconds)
    return overflow ? nil : ZonedTime.packed(microseconds: time, zone: ZonedTime.zone(packed))
  }

  static func add(months: Int64, to packed: Int64) -> Int64? {
    TimeMath.addMonths(toMicroseconds: ZonedTime.local(packed), months).flatMap {
      try? with(local: $0, of: packed)
    }
  }

  /// The instants of a column as TIMESTAMP, UTC.
  package static func instants(_ column: Column) throws -> Column {
    column.int64Operand.map { ZonedTime.microseconds($0) }.column(.timestamp, count: column.count)
  }

  /// Casts to and from times without zone, which are what the zone's clocks show.
  static func cast(
    _ values: [Int64], _ validity: Validity, _ source: DataType, _ target: CastTarget
  ) throws -> Column {
    try target.convert(
      count: values.count, validity, filler: 0, value: { values[$0] }, text: { "\($0)" },
      wrap: Values.int64
    ) { value -> Int64? in
      let local: Int64
      switch source {
      case .date:
        guard let midnight = TimeMath.microseconds(day: value) else { return nil }
        local = midnight
      case .timestampWithZone: local = ZonedTime.local(value)
      default: local = value
      }
      switch target.type {
      case .date: return local.floorDivided(by: Microseconds.day)
      case .time:
        return local &- local.floorDivided(by: Microseconds.day) &* Microseconds.day
      case .timestampWithZone: return ZonedTime.packed(microseconds: local, zone: 0)
      default: return local
      }
    }
  }
}

extension ZonedTimes {
  /// ``parse(_:)`` for the text of a literal.
  ///
  /// - Throws: `EvaluationError` for a time that the zone's clocks skip: a cast takes it, a literal does not.
  ///   Source: Trino, DateTimes.toEpochSecond.
  package static func parse(literal text: String) throws -> Int64? {
    let bytes = Array(text.utf8)[...]
    guard let packed = parse(bytes), let (local, _) = TimeText.timestampAndZone(bytes) else {
      return nil
    }
    guard (local - ZonedTime.local(packed)).magnitude < Microseconds.second else {
      let zone = TimeZones.zone(ZonedTime.zone(packed)).name
      throw EvaluationError("the clocks of \(zone) skip the time '\(text)'")
    }
    return packed
  }
}
