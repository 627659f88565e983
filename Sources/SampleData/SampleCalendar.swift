/// The two billing months of the sample and the hours in them.
///
/// September 2026 is closed; October is seen on the morning of the 25th, its data complete through
/// the 24th. Hours count from 2026-09-01T00:00Z, a Tuesday.
enum SampleCalendar {
  static let septemberHours = 30 * 24
  /// First hour that has not been delivered yet: 2026-10-25T00:00Z.
  static let endHour = septemberHours + 24 * 24
  /// When the inventory was taken and the sample wants to be evaluated.
  static let asOf = "2026-10-25T06:00:00Z"
  static let snapshotDate = "2026-10-24"

  enum Month: CaseIterable {
    case september, october

    var hours: Range<Int> {
      switch self {
      case .september: 0..<septemberHours
      case .october: septemberHours..<endHour
      }
    }

    var start: String { self == .september ? "2026-09-01T00:00:00Z" : "2026-10-01T00:00:00Z" }
    var end: String { self == .september ? "2026-10-01T00:00:00Z" : "2026-11-01T00:00:00Z" }
    /// The date range as it stands in the report's folder names.
    var folder: String { self == .september ? "20260901-20261001" : "20261001-20261101" }
    /// Hours of the whole month, delivered or not.
    var length: Int { self == .september ? 720 : 744 }
  }

  /// `2026-10-04T05:00:00Z` for an hour number.
  static func timestamp(_ hour: Int) -> String {
    "\(date(day: hour / 24))T\(two(hour % 24)):00:00Z"
  }

  /// `2026-10-04` for a day number counted from 2026-09-01.
  static func date(day: Int) -> String {
    if day < 30 { return "2026-09-\(two(day + 1))" }
    return day < 61 ? "2026-10-\(two(day - 29))" : "2026-11-\(two(day - 60))"
  }

  /// Seconds since 1970 of an hour number.
  static func epochSeconds(_ hour: Int) -> Int { 1_788_220_800 + hour * 3600 }

  /// 0 for Monday to 6 for Sunday.
  static func weekday(_ hour: Int) -> Int { (hour / 24 + 1) % 7 }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
