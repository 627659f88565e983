/// The periods of budgets, by the calendar in UTC.
extension Budget {
  /// The period that a day is in; days count from 1970-01-01.
  package func period(containing day: Int) -> Range<Int> {
    let month = Day.monthStart(day)
    switch timeUnit {
    case .daily: return day..<(day + 1)
    case .monthly: return month..<Day.adding(months: 1, to: month)
    case .quarterly:
      let sinceQuarter = (Day.monthNumber(day) - 1) % 3
      let first = Day.adding(months: -sinceQuarter, to: month)
      return first..<Day.adding(months: 3, to: first)
    case .annually:
      let first = Day.adding(months: 1 - Day.monthNumber(day), to: month)
      return first..<Day.adding(months: 12, to: first)
    case .custom:
      let first = start ?? day
      return first..<max(first + 1, end ?? first + 1)
    }
  }

  /// The periods right before another, the latest first; none before a custom one.
  package func periods(before period: Range<Int>, count: Int) -> [Range<Int>] {
    guard timeUnit != .custom else { return [] }
    var found: [Range<Int>] = []
    var next = period
    for _ in 0..<max(0, count) {
      next = self.period(containing: next.lowerBound - 1)
      found.append(next)
    }
    return found
  }

  /// The most periods that AWS averages for a limit that follows history.
  package static func mostAdjustmentPeriods(_ unit: TimeUnit) -> Int {
    switch unit {
    case .daily: 60
    case .monthly: 12
    case .quarterly: 4
    case .annually: 1
    case .custom: 0
    }
  }
}

extension Day {
  /// 1 to 12.
  package static func monthNumber(_ day: Int) -> Int {
    Int(text(day).dropFirst(5).prefix(2)) ?? 1
  }
}
