import Testing

/// `forecast --input`: series that are in no lake.
@Suite struct ForecastCommandTests {
  /// 2026-01-01 and on: 20 on working days, 5 at week-ends, 300 more on the first of a month.
  private func series(_ id: String, through months: Int, day last: Int) -> [String] {
    var rows: [String] = []
    var weekday = 3  // A Thursday.
    let lengths = [31, 28, 31, 30, 31, 30]
    for month in 1...months {
      for day in 1...(month == months ? last : lengths[month - 1]) {
        let value = (weekday < 5 ? 20 : 5) + (day == 1 ? 300 : 0)
        rows.append("\(id),2026-0\(month)-\(day < 10 ? "0" : "")\(day),\(value)")
        weekday = (weekday + 1) % 7
      }
    }
    return rows
  }

  private func table(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let names = lines.first else { return [] }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(names, $0)) }
  }

  @Test func `the days after a cutoff have weekdays and the fee on the first`() throws {
    let workplace = try Workplace()
    let rows = ["id,date,value"] + series("a", through: 5, day: 20)
    try workplace.write("in.csv", rows.joined(separator: "\n"))
    try workplace.write("tasks.csv", "id,cutoff,last_day\na,2026-05-20,2026-06-07\n")
    let outcome = try workplace.run(["forecast", "--input", "in.csv", "--tasks", "tasks.csv"])
    #expect(outcome.code == 0, "\(outcome.err)")
    let days = table(outcome.out)
    #expect(days.count == 18)
    let means = Dictionary(
      uniqueKeysWithValues: days.compactMap { row in
        row["date"].flatMap { date in row["mean"].flatMap(Double.init).map { (date, $0) } }
      })
    #expect(abs((means["2026-05-21"] ?? 0) - 20) < 1)
    #expect(abs((means["2026-05-23"] ?? 0) - 5) < 1)
    #expect(abs((means["2026-06-01"] ?? 0) - 320) < 5)
  }

  @Test func `the total of a month is what was spent and what is to come`() throws {
    let workplace = try Workplace()
    let rows = ["id,date,value"] + series("a", through: 5, day: 20)
    try workplace.write("in.csv", rows.joined(separator: "\n"))
    try workplace.write("tasks.csv", "id,cutoff,last_day\na,2026-05-20,2026-05-31\n")
    let outcome = try workplace.run([
      "forecast", "--total", "month", "--input", "in.csv", "--tasks", "tasks.csv", "-o", "out.csv",
    ])
    #expect(outcome.code == 0, "\(outcome.err)")
    let row = try #require(table(try workplace.read("out.csv")).first)
    // 21 working days, 10 days of week-ends and the fee.
    let mean = try #require(row["mean"].flatMap(Double.init))
    #expect(abs(mean - (21 * 20 + 10 * 5 + 300)) < 10)
    let bounds = ["lo95", "lo80", "mean", "hi80", "hi95"].compactMap {
      row[$0].flatMap { Double($0) }
    }
    #expect(bounds.count == 5 && bounds == bounds.sorted())
    #expect(Double(row["backtest_error_percent"] ?? "") != nil)
  }

  @Test func `how late days come in is learned from earlier deliveries`() throws {
    let workplace = try Workplace()
    var rows = ["id,date,value"]
    var tasks = ["id,cutoff,last_day"]
    for last in [5, 10, 15, 20] {
      var delivered = series("seen-\(last)", through: 5, day: last)
      for (age, share) in [0.5, 0.9].enumerated() {
        let row = delivered[delivered.count - 1 - age].split(separator: ",")
        let value = try #require(Double(row[2])) * share
        delivered[delivered.count - 1 - age] = "\(row[0]),\(row[1]),\(value)"
      }
      rows += delivered
      tasks.append("seen-\(last),2026-05-\(last < 10 ? "0" : "")\(last),2026-05-31")
    }
    try workplace.write("in.csv", rows.joined(separator: "\n"))
    try workplace.write("tasks.csv", tasks.joined(separator: "\n"))
    let outcome = try workplace.run([
      "forecast", "--total", "month", "--input", "in.csv", "--tasks", "tasks.csv",
    ])
    #expect(outcome.code == 0, "\(outcome.err)")
    let last = try #require(table(outcome.out).first { $0["id"] == "seen-20" })
    let mean = try #require(last["mean"].flatMap(Double.init))
    #expect(abs(mean - 770) < 6, "10 and 2 of the last two days were missing")
  }

  @Test func `a thin history is refused with the reason`() throws {
    let workplace = try Workplace()
    try workplace.write("in.csv", "id,date,value\na,2026-01-01,5\na,2026-01-02,6\n")
    let outcome = try workplace.run(["forecast", "--input", "in.csv", "--days", "7"])
    #expect(outcome.code == 0)
    let row = try #require(table(outcome.out).first)
    #expect(row["mean"] == "")
    #expect(row["note"]?.hasPrefix("\"2 days of history") == true || outcome.out.contains("2 days"))
  }

  @Test func `tasks without series are told what they need`() throws {
    let outcome = try Workplace().run(["forecast", "--total", "month"])
    #expect(outcome.code == 2)
    #expect(outcome.err.contains("--total needs --input"), "\(outcome.err)")
  }

  @Test(arguments: [
    (["--total", "year"], "--total: expected month, found 'year'"),
    (["--days", "soon"], "--days: expected a number from 1 to 3660, found 'soon'"),
    (["--tasks", "other.csv"], "no series 'A' in 'in.csv'; did you mean 'a'?"),
    (["--tasks", "back.csv"], "last_day has to be"),
  ]) func `a wrong request is told what was expected`(_ words: [String], _ says: String) throws {
    let workplace = try Workplace()
    try workplace.write("in.csv", "id,date,value\na,2026-01-01,5\na,2026-01-02,6\n")
    try workplace.write("other.csv", "id,cutoff,last_day\nA,2026-01-02,2026-01-31\n")
    try workplace.write("back.csv", "id,cutoff,last_day\na,2026-01-02,2025-01-31\n")
    let outcome = try workplace.run(["forecast", "--input", "in.csv"] + words)
    #expect(outcome.code == 2)
    #expect(outcome.err.contains(says), "\(outcome.err)")
  }
}
