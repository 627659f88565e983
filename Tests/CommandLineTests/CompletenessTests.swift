import Testing

/// How much of the newest days is in, learned from the lake's earlier deliveries.
@Suite struct CompletenessTests {
  private let columns = SmallBill().columns.joined(separator: ",")

  private func text(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// A month's bill as delivered on a day: 100 a working day and 60 else, of its last two days a half
  /// and 90 %.
  private func bill(
    month: Int, lastDay: Int, isFinal: Bool = false, fallsOn fall: Int? = nil
  ) -> String {
    let lengths = [7: 31, 8: 31, 9: 30]
    var rows = [columns]
    for day in 1...lastDay {
      // 2026-07-01 is a Wednesday.
      let past = (7..<month).reduce(0) { $0 + (lengths[$1] ?? 0) } + day - 1
      let usual = (past + 2) % 7 < 5 ? 100.0 : 60.0
      let final = fall.map { month == 9 && day >= $0 } ?? false ? usual / 2 : usual
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

  /// - Parameter fall: the day of September from which everything costs half.
  private func lake(
    deliveries days: ClosedRange<Int>, fallsOn fall: Int? = nil
  ) throws -> Workplace {
    let workplace = try Workplace()
    for month in [7, 8] {
      try workplace.write("bill.csv", bill(month: month, lastDay: 31, isFinal: true))
      #expect(try workplace.run(["ingest", "bill.csv"]).code == 0)
    }
    for day in days {
      try workplace.write("bill.csv", bill(month: 9, lastDay: day, fallsOn: fall))
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

  // MARK: Budgets

  private let budget = """
    {"Budgets": [{"BudgetName": "all", "BudgetType": "COST", "TimeUnit": "MONTHLY",
      "BudgetLimit": {"Amount": "2600", "Unit": "USD"}, "CostFilters": {},
      "Notifications": [
        {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 90},
        {"NotificationType": "FORECASTED", "ComparisonOperator": "GREATER_THAN", "Threshold": 100}
      ]}]}
    """

  private func budgets(_ workplace: Workplace) throws -> [String: String] {
    try workplace.write("budgets.json", budget)
    let outcome = try workplace.run([
      "--as-of", "2026-09-20T06:00:00Z", "budgets", "--file", "budgets.json",
    ])
    #expect(outcome.code == 0, "\(outcome.err)")
    return try columns(outcome)
  }

  @Test func `a budget counts what is in, and completes it for what it expects`() throws {
    let found = try budgets(try lake(deliveries: 12...19))
    // 13 working days and 4 of week-ends, the 18th at 90 and the 19th at 30.
    #expect(found["actual"] == "1660.0")
    let late = try #require(found["late"].flatMap(Double.init))
    #expect(abs(late - 40) < 2)
    let forecast = try #require(found["forecast"].flatMap(Double.init))
    #expect(abs(forecast - 2680) < 5)
    let message = try #require(found["message"])
    #expect(message.hasPrefix("2026-09-18 to 2026-09-19 are still arriving"), "\(message)")
  }

  @Test func `a budget of bills that came once says nothing of days to come in`() throws {
    let found = try budgets(try lake(deliveries: 19...19))
    #expect(found["actual"] == "1660.0" && found["message"] == "")
    #expect(found["late"] == "0.0" || found["late"] == "")
  }

  // MARK: Anomalies

  private func anomalies(
    _ workplace: Workplace, asOf day: String = "2026-09-20"
  ) throws -> [Substring] {
    let outcome = try workplace.run(["--as-of", "\(day)T06:00:00Z", "anomalies"])
    #expect(outcome.code == 0, "\(outcome.err)")
    return outcome.out.split(separator: "\n").dropFirst().map { $0 }
  }

  @Test(arguments: [12...19, 18...19, 19...19])
  func `a partial day is no drop, known or not how late days come in`(
    deliveries: ClosedRange<Int>
  ) throws {
    #expect(try anomalies(try lake(deliveries: deliveries)).isEmpty)
  }

  @Test func `a drop is told as soon as its day is in`() throws {
    let learned = try anomalies(try lake(deliveries: 12...19, fallsOn: 16))
    #expect(learned.count == 1 && learned[0].contains("DROP"), "\(learned)")
    // Where nothing tells how late days come in, a day later than that.
    #expect(try anomalies(try lake(deliveries: 19...19, fallsOn: 16)).count == 1)
    #expect(try anomalies(try lake(deliveries: 19...19, fallsOn: 18)).isEmpty)
    #expect(
      try anomalies(try lake(deliveries: 19...19, fallsOn: 17), asOf: "2026-09-22").count == 1)
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
