import Testing

/// How much of the newest days is in, learned from the lake's earlier deliveries.
@Suite struct CompletenessTests {
  private let columns = SmallBill().columns.joined(separator: ",")

  private func text(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// A month's bill as delivered on a day: 100 a working day and 60 else, of its last two days a half
  /// and 90 %.
  private func bill(month: Int, lastDay: Int, isFinal: Bool = false) -> String {
    let lengths = [7: 31, 8: 31, 9: 30]
    var rows = [columns]
    for day in 1...lastDay {
      // 2026-07-01 is a Wednesday.
      let past = (7..<month).reduce(0) { $0 + (lengths[$1] ?? 0) } + day - 1
      let final = (past + 2) % 7 < 5 ? 100.0 : 60.0
      let age = lastDay - day
      let share = isFinal || age > 1 ? 1 : age == 0 ? 0.5 : 0.9
      let next = day == lengths[month] ? "\(text(month + 1))-01" : "\(text(month))-\(text(day + 1))"
      rows.append(
        [
          "id\(day)", "100000000001", "2026-\(text(month))-01T00:00:00Z",
          "2026-\(text(month + 1))-01T00:00:00Z", "100000000002", "Usage",
          "2026-\(text(month))-\(text(day))T00:00:00Z", "2026-\(next)T00:00:00Z", "AmazonEC2",
          "BoxUsage:m5.large", "RunInstances", "1", "USD", "\(final * share)",
        ].joined(separator: ","))
    }
    return rows.joined(separator: "\n") + "\n"
  }

  private func lake(deliveries days: ClosedRange<Int>) throws -> Workplace {
    let workplace = try Workplace()
    for month in [7, 8] {
      try workplace.write("bill.csv", bill(month: month, lastDay: 31, isFinal: true))
      #expect(try workplace.run(["ingest", "bill.csv"]).code == 0)
    }
    for day in days {
      try workplace.write("bill.csv", bill(month: 9, lastDay: day))
      #expect(try workplace.run(["ingest", "bill.csv"]).code == 0)
    }
    return workplace
  }

  private func columns(_ outcome: Workplace.Outcome) throws -> [String: String] {
    let lines = outcome.out.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let values = try #require(lines.dropFirst().first)
    return Dictionary(uniqueKeysWithValues: zip(lines[0], values))
  }

  @Test func `a month's forecast sees through days that are still arriving`() throws {
    let workplace = try lake(deliveries: 12...19)
    let outcome = try workplace.run(["--as-of", "2026-09-20T06:00:00Z", "forecast"])
    #expect(outcome.code == 0, "\(outcome.err)")
    let total = try columns(outcome)
    // 22 working days, 8 days of week-ends; of the 19th, a Saturday, 30 are missing, of the 18th 10.
    let forecast = try #require(total["forecast"].flatMap(Double.init))
    #expect(abs(forecast - 2680) < 5, "\(outcome.out)")
    let late = try #require(total["late"].flatMap(Double.init))
    #expect(abs(late - 40) < 2)
    #expect(total["data_through"] == "2026-09-17")
  }

  @Test func `what was learned is a table`() throws {
    let workplace = try lake(deliveries: 12...19)
    try workplace.write(
      "nightly.json", "{ \"lake\": \"lake\", \"sources\": [{ \"path\": \"bill.csv\" }] }")
    let night = try workplace.run([
      "--as-of", "2026-09-20T06:00:00Z", "nightly", "--config", "nightly.json",
    ])
    #expect(night.code == 0, "\(night.err)")
    let rows = try workplace.run([
      "query",
      "SELECT day, usual_share, observations, complete FROM completeness ORDER BY day DESC",
    ])
    #expect(
      rows.out == """
        day,usual_share,observations,complete
        2026-09-19,0.5,4,false
        2026-09-18,0.9,4,false
        2026-09-17,1.0,0,true

        """)
  }

  @Test func `a month that came once teaches nothing`() throws {
    let workplace = try lake(deliveries: 19...19)
    let outcome = try workplace.run(["--as-of", "2026-09-20T06:00:00Z", "forecast"])
    let total = try columns(outcome)
    #expect(total["data_through"] == "2026-09-19" && total["late"] == "0.0")
  }

  @Test func `a look into the past takes days as settled that are by now`() throws {
    let workplace = try lake(deliveries: 12...19)
    let outcome = try workplace.run(["--as-of", "2026-09-10T06:00:00Z", "forecast"])
    #expect(try columns(outcome)["data_through"] == "2026-09-09")
  }
}
