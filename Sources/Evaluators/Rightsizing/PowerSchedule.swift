/// The hours of the week in which a server has something to do.
struct PowerSchedule {
  /// Hours of the day, UTC, in which it has to run.
  let hours: Range<Int>
  /// Whether it has to run on Saturdays and Sundays.
  let runsOnWeekends: Bool

  /// Looks for hours of the week in which the CPU stayed low in every week of the window.
  ///
  /// - Parameters:
  ///   - hourly: highest CPU in percent by hours since the epoch.
  ///   - busy: percent of CPU from which an hour counts as used.
  /// - Returns: nil where less than 30 % of the week is free, where fewer than two weeks were seen, or where
  ///   nothing is ever done.
  init?(hourly: [Int: Double], busy: Double) {
    var seen = [Int](repeating: 0, count: 168)
    var isUsed = [Bool](repeating: false, count: 168)
    for (hour, cpu) in hourly {
      // The epoch began on a Thursday; the week here begins on Monday.
      let ofWeek = (hour + 72) % 168
      guard ofWeek >= 0 else { return nil }
      seen[ofWeek] += 1
      if cpu >= busy { isUsed[ofWeek] = true }
    }
    guard seen.allSatisfy({ $0 >= 2 }), isUsed.contains(true) else { return nil }
    let used = isUsed.indices.filter { isUsed[$0] }
    runsOnWeekends = used.contains { $0 >= 120 }
    let ofDay = used.map { $0 % 24 }
    hours = (ofDay.min() ?? 0)..<((ofDay.max() ?? 23) + 1)
    guard freeShare >= 0.3 else { return nil }
  }

  /// The share of the week in which it could be off.
  var freeShare: Double { 1 - Double(hours.count * (runsOnWeekends ? 7 : 5)) / 168 }

  /// `Mon-Fri 08:00-20:00 UTC`.
  var text: String {
    "\(runsOnWeekends ? "daily" : "Mon-Fri") \(PowerSchedule.clock(hours.lowerBound))"
      + "-\(PowerSchedule.clock(hours.upperBound)) UTC"
  }

  private static func clock(_ hour: Int) -> String { (hour < 10 ? "0" : "") + "\(hour):00" }
}
