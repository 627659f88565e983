import Columns

/// Times by pattern, and durations.
enum TimeFormatFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "date_format", summary: "A time by a MySQL pattern such as %Y-%m-%d.",
      overloads: [
        format(.timestamp) { try TimePattern(mysql: $0) },
        format(.timestampWithZone) { try TimePattern(mysql: $0) },
      ]),
    ScalarFunction(
      "format_datetime", summary: "A time by a Joda pattern such as yyyy-MM-dd.",
      overloads: [
        format(.timestamp) { try TimePattern(joda: $0) },
        format(.timestampWithZone) { try TimePattern(joda: $0) },
      ]),
    ScalarFunction(
      "date_parse", summary: "The timestamp of a text by a MySQL pattern such as %Y-%m-%d.",
      overloads: [parse(.timestamp) { try TimePattern(mysql: $0) }]),
    ScalarFunction(
      "parse_datetime", summary: "The timestamp of a text by a Joda pattern such as yyyy-MM-dd.",
      overloads: [parse(.timestampWithZone) { try TimePattern(joda: $0) }]),
    ScalarFunction(
      "to_milliseconds", summary: "The length of an interval in milliseconds.",
      overloads: [
        .map([.exactly(.intervalDayToSecond)], to: .bigint) { (length: Int64) in length / 1000 }
      ]),
    ScalarFunction(
      "parse_duration", summary: "The interval of a text such as 1.5h or 3d.",
      overloads: [.map([.exactly(.varchar)], to: .intervalDayToSecond) { try Duration.parse($0) }]),
    ScalarFunction(
      "human_readable_seconds", summary: "Seconds in words: 1 minute, 36 seconds.",
      overloads: [.text([.exactly(.double)]) { try Duration.appendWords($0, to: &$1) }]),
  ]

  private static func format(
    _ type: DataType, _ compile: @escaping @Sendable (Text) throws -> TimePattern
  ) -> FunctionOverload {
    FunctionOverload([.exactly(type), .exactly(.varchar)], result: { _ in .varchar }) {
      arguments, context in
      let times = CallReader<Int64>(arguments[0])
      let patterns = CallReader<Text>(arguments[1])
      var compiled = Remembered<TimePattern>()
      return try CallRows([times.presence, patterns.presence], context).text(.varchar) {
        row, out in
        let pattern = try compiled.make(patterns[row], compile)
        if type == .timestampWithZone {
          try pattern.append(zoned: times[row], to: &out)
        } else {
          try pattern.append(times[row], to: &out)
        }
        return true
      }
    }
  }

  private static func parse(
    _ type: DataType, _ compile: @escaping @Sendable (Text) throws -> TimePattern
  ) -> FunctionOverload {
    FunctionOverload([.exactly(.varchar), .exactly(.varchar)], result: { _ in type }) {
      arguments, context in
      let texts = CallReader<Text>(arguments[0])
      let patterns = CallReader<Text>(arguments[1])
      var compiled = Remembered<TimePattern>()
      return try CallRows([texts.presence, patterns.presence], context).map(type) { row in
        let (local, zone) = try compiled.make(patterns[row], compile).read(texts[row])
        // Milliseconds, which is what Trino reads.
        return type == .timestamp
          ? local.floorDivided(by: 1000) * 1000 : try ZonedTimes.make(local: local, zone: zone)
      }
    }
  }
}

/// Lengths of time in the spellings of parse_duration and human_readable_seconds.
enum Duration {
  /// A number and a unit: ns, us, ms, s, m, h, d; in microseconds, rounded to the milliseconds of an
  /// interval.
  static func parse(_ text: Text) throws -> Int64 {
    let trimmed = NumberText.trimmed(text)
    let split = trimmed.firstIndex { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A } ?? trimmed.endIndex
    let units: [String: Double] = [
      "ns": 1e-6, "us": 1e-3, "ms": 1, "s": 1e3, "m": 6e4, "h": 3.6e6, "d": 8.64e7,
    ]
    guard let number = NumberText.double(casting: trimmed[..<split]),
      let unit = units[trimmed[split...].string],
      let length = Int64(exactly: (number * unit).rounded()),
      length.magnitude <= Int64.max.magnitude / 1000
    else {
      throw EvaluationError(
        "expected a duration such as 1.5h with a unit of ns, us, ms, s, m, h or d, "
          + "found '\(text.prefix(40).string)'")
    }
    return length * 1000
  }

  static func appendWords(_ seconds: Double, to out: inout [UInt8]) throws {
    guard seconds.isFinite, var rest = Int64(exactly: seconds.magnitude.rounded()) else {
      throw EvaluationError("expected a finite number of seconds, found \(seconds)")
    }
    var words: [String] = []
    for (name, length) in [
      ("week", Int64(604_800)), ("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1),
    ] {
      let count = rest / length
      rest %= length
      if count > 0 { words.append("\(count) \(name)\(count == 1 ? "" : "s")") }
    }
    out += (words.isEmpty ? "0 seconds" : words.joined(separator: ", ")).utf8
  }
}
