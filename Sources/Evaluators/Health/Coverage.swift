import Columns

/// The hours, days or months that a source has something of, and those that it has nothing of.
struct Coverage {
  let granularity: SourceHealth.Granularity
  /// Numbers of the hours (days) since the epoch, or of the months since year 0; ascending.
  private let units: [Int]

  /// - Parameters:
  ///   - hours: hours since the epoch in which charges begin, ascending.
  ///   - shortest: the shortest charge in seconds; nil where charges do not tell their end.
  init?(hours: [Int], shortest: Int?) {
    guard !hours.isEmpty else { return nil }
    let isHourly = shortest.map { $0 <= 3600 } ?? hours.contains { $0.modulo(24) != 0 }
    if isHourly {
      granularity = .hourly
      units = hours
    } else if shortest ?? 0 > 20 * 86_400 {
      granularity = .monthly
      units = Coverage.distinct(hours.map { Coverage.month($0.floorDivided(by: 24)) })
    } else {
      granularity = .daily
      units = Coverage.distinct(hours.map { $0.floorDivided(by: 24) })
    }
  }

  /// - Parameter days: days since the epoch, ascending.
  init?(days: [Int]) {
    guard !days.isEmpty else { return nil }
    granularity = .daily
    units = Coverage.distinct(days)
  }

  private static func distinct(_ values: [Int]) -> [Int] { Set(values).sorted() }

  private static func month(_ day: Int) -> Int {
    let date = CivilDate(daysSinceEpoch: day)
    return date.year * 12 + date.month - 1
  }

  /// The end of the last unit, microseconds since the epoch.
  var end: Int64 { start(of: (units.last ?? 0) + 1) }

  /// How many units are there between the first and the last, both included.
  var span: Int { (units.last ?? 0) - (units.first ?? 0) + 1 }

  /// Ranges of units without anything, between the first and the last.
  var gaps: [Range<Int>] {
    zip(units, units.dropFirst()).compactMap { $1 > $0 + 1 ? ($0 + 1)..<$1 : nil }
  }

  var missing: Int { gaps.reduce(0) { $0 + $1.count } }

  /// `2026-09-12 03:00 to 07:00 (4 hours)`, the end exclusive.
  func text(_ gap: Range<Int>) -> String {
    let count = "\(gap.count) \(unitName)\(gap.count == 1 ? "" : "s")"
    switch granularity {
    case .hourly:
      let from = CivilTimeText.text(timestamp: start(of: gap.lowerBound)).prefix(16)
      let to = CivilTimeText.text(timestamp: start(of: gap.upperBound)).prefix(16)
      return "\(from) to \(from.prefix(10) == to.prefix(10) ? to.dropFirst(11) : to) (\(count))"
    case .daily:
      let from = Day.text(gap.lowerBound)
      return gap.count == 1 ? from : "\(from) to \(Day.text(gap.upperBound - 1)) (\(count))"
    case .monthly:
      let name = { (unit: Int) in
        CivilTimeText.text(timestamp: start(of: unit)).prefix(7)
      }
      return gap.count == 1
        ? "\(name(gap.lowerBound))"
        : "\(name(gap.lowerBound)) to \(name(gap.upperBound - 1)) (\(count))"
    }
  }

  var unitName: String {
    switch granularity {
    case .hourly: "hour"
    case .daily: "day"
    case .monthly: "month"
    }
  }

  private func start(of unit: Int) -> Int64 {
    switch granularity {
    case .hourly: Int64(unit) * Microseconds.hour
    case .daily: Int64(unit) * Microseconds.day
    case .monthly:
      Int64(
        CivilDate(year: unit.floorDivided(by: 12), month: unit.modulo(12) + 1, day: 1)
          .daysSinceEpoch) * Microseconds.day
    }
  }
}

extension Int {
  /// The remainder that is never negative.
  fileprivate func modulo(_ divisor: Int) -> Int { self - floorDivided(by: divisor) * divisor }
}
