import Columns
import Kernels
import Testing

struct DateTimeFunctionTests {
  private static let time = TestArgument.timestamp("2026-08-22 03:04:05.321")

  @Test(arguments: [
    FunctionCase("date_trunc", ["second", time], "2026-08-22 03:04:05.000"),
    FunctionCase("date_trunc", ["minute", time], "2026-08-22 03:04:00.000"),
    FunctionCase("date_trunc", ["HOUR", time], "2026-08-22 03:00:00.000"),
    FunctionCase("date_trunc", ["day", time], "2026-08-22 00:00:00.000"),
    FunctionCase("date_trunc", ["week", time], "2026-08-17 00:00:00.000"),
    FunctionCase("date_trunc", ["month", time], "2026-08-01 00:00:00.000"),
    FunctionCase("date_trunc", ["quarter", time], "2026-07-01 00:00:00.000"),
    FunctionCase("date_trunc", ["year", time], "2026-01-01 00:00:00.000"),
    FunctionCase(
      "date_trunc", ["hour", .timestamp("1969-12-31 23:59:59")], "1969-12-31 23:00:00.000"),
    FunctionCase("date_trunc", ["month", .date("2026-09-17")], "2026-09-01"),
    FunctionCase("date_trunc", ["week", .date("1969-12-31")], "1969-12-29"),
    FunctionCase(
      "date_add", ["second", 86, .timestamp("2020-03-01 00:00:00")], "2020-03-01 00:01:26.000"),
    FunctionCase("date_add", ["month", -1, .date("2026-03-31")], "2026-02-28"),
    FunctionCase(
      "date_add", ["quarter", 1, .timestamp("2026-11-30 01:00:00")], "2027-02-28 01:00:00.000"),
    FunctionCase("date_add", ["week", 2, .date("2026-09-01")], "2026-09-15"),
    FunctionCase(
      "date_diff",
      ["second", .timestamp("2020-03-01 00:00:00"), .timestamp("2020-03-02 00:00:00")], "86400"),
    FunctionCase("date_diff", ["day", .date("2026-02-27"), .date("2026-03-01")], "2"),
    FunctionCase("date_diff", ["month", .date("2026-01-31"), .date("2026-02-28")], "1"),
    FunctionCase("date_diff", ["month", .date("2026-01-15"), .date("2026-03-14")], "1"),
    FunctionCase("date_diff", ["month", .date("2026-03-14"), .date("2026-01-15")], "-1"),
    FunctionCase("date_diff", ["year", .date("2020-02-29"), .date("2026-02-28")], "6"),
    FunctionCase(
      "date_diff", ["hour", .timestamp("2026-01-01 00:59:00"), .date("2026-01-02")], "23"),
    FunctionCase("last_day_of_month", [.date("2024-02-10")], "2024-02-29"),
    FunctionCase("last_day_of_month", [time], "2026-08-31"),
    FunctionCase("date", ["2026-9-01"], "2026-09-01"),
    FunctionCase("date", [time], "2026-08-22"),
  ])
  func `truncation, steps and differences`(_ line: FunctionCase) throws {
    #expect(try call(line.name, line.arguments) == line.expected)
  }

  @Test(arguments: [
    FunctionCase("year", [time], "2026"),
    FunctionCase("quarter", [.date("2026-12-31")], "4"),
    FunctionCase("month", [time], "8"),
    FunctionCase("day", [time], "22"),
    FunctionCase("hour", [time], "3"),
    FunctionCase("minute", [time], "4"),
    FunctionCase("second", [time], "5"),
    FunctionCase("millisecond", [time], "321"),
    FunctionCase("day_of_week", [.date("2026-08-23")], "7"),
    FunctionCase("dow", [.date("1970-01-01")], "4"),
    FunctionCase("doy", [.date("2024-12-31")], "366"),
    FunctionCase("week", [.date("2021-01-03")], "53"),
    FunctionCase("week_of_year", [.date("2020-12-28")], "53"),
    FunctionCase("yow", [.date("2021-01-03")], "2020"),
    FunctionCase("day", [TestArgument(.intervalDayToSecond, .int64(3 * 86_400_000_000))], "3"),
    FunctionCase("month", [TestArgument(.intervalYearToMonth, .int64(14))], "2"),
    FunctionCase("month", [.null(.timestamp)], nil),
  ])
  func `parts of a time`(_ line: FunctionCase) throws {
    #expect(try call(line.name, line.arguments) == line.expected)
  }

  @Test(arguments: [
    FunctionCase("date_format", [time, "%Y-%m-%d"], "2026-08-22"),
    FunctionCase("date_format", [time, "%Y-%m-%d %H:%i:%s.%f"], "2026-08-22 03:04:05.321000"),
    FunctionCase(
      "date_format", [time, "%a %b %c %e %k %l %p %W %M %y %j %%"],
      "Sat Aug 8 22 3 3 AM Saturday August 26 234 %"),
    FunctionCase(
      "date_format", [.timestamp("2026-08-22 13:04:05"), "%r|%T|%h|%v|%x"],
      "01:04:05 PM|13:04:05|01|34|2026"),
    FunctionCase("date_format", [.date("2026-09-01"), "%Y%m"], "202609"),
    FunctionCase(
      "format_datetime", [time, "yyyy-MM-dd'T'HH:mm:ss.SSS"], "2026-08-22T03:04:05.321"),
    FunctionCase(
      "format_datetime", [time, "EEE EEEE MMM MMMM yy ''d D w xxxx h a Z ZZ"],
      "Sat Saturday Aug August 26 '22 234 34 2026 3 AM +0000 +00:00"),
    FunctionCase(
      "date_parse", ["2026-09-01 10:11:12", "%Y-%m-%d %H:%i:%s"], "2026-09-01 10:11:12.000"),
    FunctionCase("date_parse", ["20260901", "%Y%m%d"], "2026-09-01 00:00:00.000"),
    FunctionCase("date_parse", ["2026-9-1", "%Y-%m-%d"], "2026-09-01 00:00:00.000"),
    FunctionCase(
      "date_parse", ["Sep 1, 2026 1:05 PM", "%b %e, %Y %l:%i %p"], "2026-09-01 13:05:00.000"),
    FunctionCase(
      "date_parse", ["2026-09-01T00:00:00Z", "%Y-%m-%dT%H:%i:%sZ"], "2026-09-01 00:00:00.000"),
    FunctionCase(
      "parse_datetime", ["2026-09-01T10:11:12.5Z", "yyyy-MM-dd'T'HH:mm:ss.SSSZ"],
      "2026-09-01 10:11:12.500 UTC"),
    FunctionCase(
      "parse_datetime", ["20260901 +02:00", "yyyyMMdd Z"], "2026-09-01 00:00:00.000 +02:00"),
    FunctionCase(
      "parse_datetime", ["01/Sep/26", "dd/MMM/yy"], "2026-09-01 00:00:00.000 UTC"),
    FunctionCase(
      "from_iso8601_timestamp", ["2026-09-01T10:11:12.345+02:00"], "2026-09-01 10:11:12.345 +02:00"),
    FunctionCase("from_iso8601_timestamp", ["2026-09-01"], "2026-09-01 00:00:00.000 UTC"),
    FunctionCase("from_iso8601_timestamp", ["2026-W36-2T10Z"], "2026-09-01 10:00:00.000 UTC"),
    FunctionCase("from_iso8601_date", ["2026-244"], "2026-09-01"),
    FunctionCase("from_iso8601_date", ["2020-W10"], "2020-03-02"),
    FunctionCase("to_iso8601", [time], "2026-08-22T03:04:05.321"),
    FunctionCase("to_iso8601", [.date("2026-09-01")], "2026-09-01"),
    FunctionCase("from_unixtime", [1_790_000_000], "2026-09-21 14:13:20.000 UTC"),
    FunctionCase("from_unixtime", [1_790_000_000, "+02:00"], "2026-09-21 16:13:20.000 +02:00"),
    FunctionCase("to_unixtime", [.timestamp("1970-01-01 00:00:01.5")], "1.5"),
    FunctionCase("now", [], "2026-09-21 14:13:20.123 UTC"),
    FunctionCase("localtimestamp", [], "2026-09-21 14:13:20.123"),
    FunctionCase("current_date", [], "2026-09-21"),
    FunctionCase("parse_duration", ["1.5h"], "0 01:30:00.000"),
    FunctionCase(
      "to_milliseconds", [TestArgument(.intervalDayToSecond, .int64(1_500_000))], "1500"),
    FunctionCase("human_readable_seconds", [96.0], "1 minute, 36 seconds"),
    FunctionCase(
      "human_readable_seconds", [694_861.0], "1 week, 1 day, 1 hour, 1 minute, 1 second"),
  ])
  func `times as text and back`(_ line: FunctionCase) throws {
    #expect(try call(line.name, line.arguments) == line.expected)
  }

  @Test(arguments: [
    FunctionCase("at_timezone", [time, "UTC"], "2026-08-22 03:04:05.321 UTC"),
    FunctionCase("at_timezone", [time, "-07:30"], "2026-08-21 19:34:05.321 -07:30"),
  ])
  func `fixed zones shift by their offset`(_ line: FunctionCase) throws {
    #expect(try call(line.name, line.arguments) == line.expected)
  }

  private static let hasZones =
    (try? call("at_timezone", [.timestamp("2026-01-01"), "Europe/Berlin"])) != nil

  @Test(
    .enabled(if: hasZones, "the system has no zone files"),
    arguments: [
      FunctionCase(
        "at_timezone", [.timestamp("2026-01-15 12:00:00"), "Europe/Berlin"],
        "2026-01-15 13:00:00.000 Europe/Berlin"),
      FunctionCase(
        "at_timezone", [.timestamp("2026-07-15 12:00:00"), "Europe/Berlin"],
        "2026-07-15 14:00:00.000 Europe/Berlin"),
      FunctionCase(
        "at_timezone", [.timestamp("2026-03-29 00:59:59"), "Europe/Berlin"],
        "2026-03-29 01:59:59.000 Europe/Berlin"),
      FunctionCase(
        "at_timezone", [.timestamp("2026-03-29 01:00:00"), "Europe/Berlin"],
        "2026-03-29 03:00:00.000 Europe/Berlin"),
      FunctionCase(
        "at_timezone", [.timestamp("2060-07-15 12:00:00"), "America/Los_Angeles"],
        "2060-07-15 05:00:00.000 America/Los_Angeles"),
      FunctionCase(
        "at_timezone", [.timestamp("2060-01-15 12:00:00"), "Australia/Sydney"],
        "2060-01-15 23:00:00.000 Australia/Sydney"),
      FunctionCase(
        "at_timezone", [.timestamp("1975-07-15 12:00:00"), "Asia/Tokyo"],
        "1975-07-15 21:00:00.000 Asia/Tokyo"),
      FunctionCase(
        "with_timezone", [.timestamp("2026-07-15 14:00:00"), "Europe/Berlin"],
        "2026-07-15 14:00:00.000 Europe/Berlin"),
    ])
  func `named zones follow their rules`(_ line: FunctionCase) throws {
    #expect(try call(line.name, line.arguments) == line.expected)
  }

  @Test(arguments: [
    FunctionCase(
      "date_trunc", ["fortnight", time],
      "expected a unit of time, one of millisecond, second, minute, hour, day, week, month, quarter, year, found 'fortnight'"
    ),
    FunctionCase(
      "date_trunc", ["hour", .date("2026-09-01")],
      "'hour' is not a unit of a date; cast it to timestamp"),
    FunctionCase("date_add", ["year", 9_000_000_000_000, time], "timestamp out of range"),
    FunctionCase("date_add", ["day", 9_000_000_000_000, .date("2026-09-01")], "date out of range"),
    FunctionCase("date_format", [time, "%U"], "'%U' is not supported in a date format"),
    FunctionCase(
      "format_datetime", [time, "'open"], "the quote in the time pattern ''open' is not closed"),
    FunctionCase(
      "date_parse", ["2026-13-01", "%Y-%m-%d"],
      "cannot read '2026-13-01' as a time of the format '%Y-%m-%d'"),
    FunctionCase(
      "date_parse", ["2026-09-01x", "%Y-%m-%d"],
      "cannot read '2026-09-01x' as a time of the format '%Y-%m-%d'"),
    FunctionCase(
      "from_iso8601_date", ["yesterday"],
      "expected an ISO 8601 date such as 2026-09-01, found 'yesterday'"),
    FunctionCase(
      "from_iso8601_timestamp", ["2026-02-30T00:00Z"],
      "expected an ISO 8601 timestamp such as 2026-09-01T10:11:12Z, found '2026-02-30T00:00Z'"),
    FunctionCase("date", ["soon"], "cannot cast 'soon' to date"),
    FunctionCase("from_unixtime", [1e300], "timestamp out of range: 1e+300 seconds since 1970"),
    FunctionCase(
      "at_timezone", [time, "../passwd"],
      "no time zone named '../passwd'; expected UTC, an offset such as +02:00, or an IANA name such as Europe/Berlin"
    ),
    FunctionCase(
      "parse_duration", ["5 parsecs"],
      "expected a duration such as 1.5h with a unit of ns, us, ms, s, m, h or d, found '5 parsecs'"),
  ])
  func `times that do not exist or cannot be read`(_ line: FunctionCase) throws {
    #expect(try failure(line.name, line.arguments) == line.expected)
  }
}
