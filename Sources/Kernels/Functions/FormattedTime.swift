import Columns

/// A day or a time as Java's formatter prints it: whole by `%s`, its parts by `%tY`, `%tm` and the like.
///
/// Source: the documentation of Java's classes Formatter ("Date/Time Conversions"), LocalDateTime and
/// ZonedDateTime (`toString`).
struct FormattedTime {
  private let fields: CalendarFields
  private let hasDay: Bool
  private let hasClock: Bool
  private var zone: (name: String, minutesEast: Int64, instant: Int64)?

  /// - Returns: nil for a value of another type.
  init?(_ value: Value, _ type: DataType) {
    guard let number = value.int64 else { return nil }
    (hasDay, hasClock) = (type != .time, type != .date)
    switch type {
    case .date: fields = CalendarFields(day: number)
    case .time, .timestamp: fields = CalendarFields(timestamp: number)
    case .timestampWithZone:
      let instant = ZonedTime.microseconds(number)
      fields = CalendarFields(timestamp: ZonedTime.local(number))
      let east = (ZonedTime.local(number) - instant) / Microseconds.minute
      zone = (TimeZones.zone(ZonedTime.zone(number)).name, east, instant)
    default: return nil
    }
  }

  /// `1969-07-20T16:17:03.5-04:00[America/New_York]`: seconds only where there are some, decimals in
  /// threes.
  func text() -> [UInt8] {
    var out: [UInt8] = []
    if hasDay {
      append([.year, .mark("-"), .month, .mark("-"), .day], to: &out)
      if hasClock { out.append(UInt8(ascii: "T")) }
    }
    guard hasClock else { return out }
    append([.hour, .mark(":"), .minute], to: &out)
    if fields.clock % Microseconds.minute != 0 { append([.mark(":"), .second], to: &out) }
    let fraction = fields.microsecond
    if fraction != 0 {
      out.append(UInt8(ascii: "."))
      let isShort = fraction % 1000 == 0
      NumberText.append(isShort ? fraction / 1000 : fraction, width: isShort ? 3 : 6, to: &out)
    }
    guard let zone else { return out }
    let isPlain = zone.name.utf8.first == 0x2B || zone.name.utf8.first == 0x2D
    if zone.minutesEast == 0 {
      out.append(UInt8(ascii: "Z"))
    } else {
      appendOffset(zone.minutesEast, colon: true, to: &out)
    }
    if !isPlain { out += "[\(zone.name)]".utf8 }
    return out
  }

  private enum Piece {
    case year, month, day, hour, minute, second, halfHour
    case mark(StaticString)
  }

  private func append(_ pieces: [Piece], to out: inout [UInt8]) {
    for piece in pieces {
      switch piece {
      case .year: NumberText.append(fields.year, width: 4, to: &out)
      case .month: NumberText.append(fields.month, width: 2, to: &out)
      case .day: NumberText.append(Int64(fields.date.day), width: 2, to: &out)
      case .hour: NumberText.append(fields.hour, width: 2, to: &out)
      case .minute: NumberText.append(fields.minute, width: 2, to: &out)
      case .second: NumberText.append(fields.second, width: 2, to: &out)
      case .halfHour: NumberText.append((fields.hour + 11) % 12 + 1, width: 2, to: &out)
      case .mark(let mark): out += "\(mark)".utf8
      }
    }
  }

  private func appendOffset(_ minutesEast: Int64, colon: Bool, to out: inout [UInt8]) {
    out.append(minutesEast < 0 ? 0x2D : 0x2B)
    NumberText.append(Int64(minutesEast.magnitude / 60), width: 2, to: &out)
    if colon { out.append(UInt8(ascii: ":")) }
    NumberText.append(Int64(minutesEast.magnitude % 60), width: 2, to: &out)
  }

  /// What a letter behind `%t` stands for.
  func part(_ letter: UInt8) throws -> [UInt8] {
    let ofDay = Array("BbhAaCYyjmdeDFc".utf8).contains(letter)
    let ofClock = Array("HIklMSLNpRTrc".utf8).contains(letter)
    let ofZone = Array("zZsQc".utf8).contains(letter)
    guard ofDay || ofClock || ofZone else {
      throw EvaluationError("a format has no '%t\(Character(.init(letter)))'")
    }
    guard hasDay || !ofDay, hasClock || !ofClock, zone != nil || !ofZone else {
      throw EvaluationError("'%t\(Character(.init(letter)))' is not a part of the value")
    }
    var out: [UInt8] = []
    switch letter {
    case UInt8(ascii: "Y"): append([.year], to: &out)
    case UInt8(ascii: "m"): append([.month], to: &out)
    case UInt8(ascii: "d"): append([.day], to: &out)
    case UInt8(ascii: "H"): append([.hour], to: &out)
    case UInt8(ascii: "I"): append([.halfHour], to: &out)
    case UInt8(ascii: "M"): append([.minute], to: &out)
    case UInt8(ascii: "S"): append([.second], to: &out)
    case UInt8(ascii: "F"): append([.year, .mark("-"), .month, .mark("-"), .day], to: &out)
    case UInt8(ascii: "R"): append([.hour, .mark(":"), .minute], to: &out)
    case UInt8(ascii: "T"):
      append([.hour, .mark(":"), .minute, .mark(":"), .second], to: &out)
    case UInt8(ascii: "r"):
      append([.halfHour, .mark(":"), .minute, .mark(":"), .second], to: &out)
      out += (fields.hour < 12 ? " AM" : " PM").utf8
    case UInt8(ascii: "D"):
      append([.month, .mark("/"), .day, .mark("/")], to: &out)
      out += try part(UInt8(ascii: "y"))
    case UInt8(ascii: "y"):
      NumberText.append(Int64(fields.year.magnitude % 100), width: 2, to: &out)
    case UInt8(ascii: "C"): NumberText.append(fields.year / 100, width: 2, to: &out)
    case UInt8(ascii: "e"): NumberText.append(Int64(fields.date.day), to: &out)
    case UInt8(ascii: "j"): NumberText.append(fields.dayOfYear, width: 3, to: &out)
    case UInt8(ascii: "k"): NumberText.append(fields.hour, to: &out)
    case UInt8(ascii: "l"): NumberText.append((fields.hour + 11) % 12 + 1, to: &out)
    case UInt8(ascii: "L"): NumberText.append(fields.millisecond, width: 3, to: &out)
    case UInt8(ascii: "N"): NumberText.append(fields.microsecond * 1000, width: 9, to: &out)
    case UInt8(ascii: "p"): out += (fields.hour < 12 ? "am" : "pm").utf8
    case UInt8(ascii: "B"): out += TimePattern.months[fields.date.month - 1]
    case UInt8(ascii: "b"), UInt8(ascii: "h"):
      out += TimePattern.months[fields.date.month - 1].prefix(3)
    case UInt8(ascii: "A"): out += TimePattern.weekdays[Int(fields.dayOfWeek) - 1]
    case UInt8(ascii: "a"): out += TimePattern.weekdays[Int(fields.dayOfWeek) - 1].prefix(3)
    default: out = try zonePart(letter)
    }
    return out
  }

  private func zonePart(_ letter: UInt8) throws -> [UInt8] {
    guard let zone else { return [] }
    var out: [UInt8] = []
    switch letter {
    case UInt8(ascii: "z"): appendOffset(zone.minutesEast, colon: false, to: &out)
    case UInt8(ascii: "s"):
      NumberText.append(zone.instant.floorDivided(by: Microseconds.second), to: &out)
    case UInt8(ascii: "Q"): NumberText.append(zone.instant.floorDivided(by: 1000), to: &out)
    case UInt8(ascii: "Z"):
      // A zone's short names, such as CET and CEST, are not in what is known of it.
      guard zone.name == "UTC" || zone.name.utf8.first == 0x2B || zone.name.utf8.first == 0x2D
      else { throw EvaluationError("'%tZ' prints UTC and offsets only; '%tz' prints the offset") }
      out += zone.name.utf8
    default:
      for letter in "abdTZY".utf8 {
        if !out.isEmpty { out.append(0x20) }
        out += try part(letter)
      }
    }
    return out
  }
}
