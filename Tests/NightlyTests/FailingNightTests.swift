import Evaluators
import Files
import Ingestion
import Nightly
import Testing
import Warehouse

/// Nights on which something is wrong.
@Suite struct FailingNightTests {
  // MARK: The lock

  @Test func `a night does not begin while another works on the lake`() throws {
    let night = try Night.small("")
    try Directory.create(night.file("lake"))
    let lock = try #require(try FileLock(night.file("lake/.nightly.lock")))
    #expect(throws: NightlyError.locked(lake: night.file("lake"))) { try night.run() }
    #expect(try night.lakeFiles() == ["lake/.nightly.lock"])
    withExtendedLifetime(lock) {}
  }

  @Test func `the lock ends with the night`() throws {
    let night = try Night.small("")
    #expect(try night.run().summary.failures.isEmpty)
    #expect(try night.run().summary.failures.isEmpty)
  }

  // MARK: The config

  @Test(arguments: [
    ("{ \"sourcs\": [] }", "unknown setting"),
    ("{ \"sources\": \"cur\" }", "expected a list, found 'cur'"),
    ("{ \"sources\": [{ \"path\": 3 }] }", "expected text, found 3"),
    ("{ \"sources\": [{ \"paht\": \"x\" }] }", "unknown setting"),
    ("{ \"budgets\": [] }", "expected 'sources', which is missing"),
    ("{ \"sources\": [], \"rules\": \"some\" }", "expected \"all\" or a list, found 'some'"),
    ("{ \"sources\": [], \"channels\": [{ \"name\": \"a\" }] }", "expected 'type'"),
    (
      "{ \"sources\": [], \"channels\": [{ \"name\": \"a\", \"type\": \"pigeon\" }] }",
      "expected stdout, file or command, found 'pigeon'"
    ),
    (
      "{ \"sources\": [], \"channels\": [{ \"name\": \"a\", \"type\": \"file\" }] }",
      "expected 'path'"
    ),
    (
      """
      { "sources": [], "channels": [{ "name": "a", "type": "stdout" },
        { "name": "a", "type": "stdout" }] }
      """, "expected a name of its own"
    ),
    ("{ \"sources\": [], \"outputs\": { \"seris\": \"x\" } }", "unknown setting"),
    ("{ \"sources\": [", "expected"),
  ])
  func `a config that is not understood is told with its place`(
    _ text: String, _ says: String
  ) throws {
    let night = try Night()
    try night.write("nightly.json", text)
    let error = try #require(throws: ConfigurationError.self) { try night.run() }
    #expect(error.description.contains("nightly.json"))
    #expect(error.description.contains(says), "\(error)")
    #expect(Directory.kind(night.file("lake")) == nil)
  }

  @Test func `a rule that is not there is told before anything is done`() throws {
    let night = try Night.small("\"rules\": [\"untaged\"]")
    let error = try #require(throws: ConfigurationError.self) { try night.run() }
    #expect(error.description.contains("no rule named 'untaged'"))
    #expect(Directory.kind(night.file("lake")) == nil)
  }

  @Test func `a budget file that is not there is told before anything is done`() throws {
    let night = try Night.small("")
    try Directory.removeFile(night.file("budgets.json"))
    let error = try #require(throws: ConfigurationError.self) { try night.run() }
    #expect(error.description.contains("budgets.json: there is no such file"))
    #expect(Directory.kind(night.file("lake")) == nil)
  }

  @Test func `paths in a config are relative to its folder, the lake's among them`() throws {
    let night = try Night()
    try night.write(
      "conf/nightly.json",
      "{ \"lake\": \"../lake\", \"sources\": [{ \"path\": \"/abs\" }, { \"path\": \"rel\" }] }")
    let config = try NightlyConfiguration(file: night.file("conf/nightly.json"))
    #expect(config.lake == night.file("conf/../lake"))
    #expect(config.sources.map(\.path) == ["/abs", night.file("conf/rel")])
  }

  // MARK: Channels

  @Test func `a channel that fails keeps its alerts for the next night`() throws {
    let night = try Night.small(
      """
      "channels": [{ "name": "log", "type": "file", "path": "log.jsonl" },
        { "name": "chat", "type": "command", "command": ["sh", "-c", "echo no line >&2; exit 7"] }]
      """)
    let first = try night.run()
    #expect(first.summary.alertsSent == 1)
    #expect(first.summary.failures.count == 1)
    let failure = try #require(first.summary.failures.first)
    for words in ["channel 'chat'", "status 7", "no line", "stay pending"] {
      #expect(failure.contains(words))
    }
    let pending = try night.warehouse().query("SELECT pending, sent FROM alerts").rows()
    #expect(pending == [[.text("chat"), .text("log")]])

    try night.write(
      "nightly.json",
      """
      { "sources": [{ "path": "bill" }], "budgets": ["budgets.json"],
        "channels": [{ "name": "log", "type": "file", "path": "log.jsonl" },
          { "name": "chat", "type": "command",
            "command": ["sh", "-c", "cat > '\(night.file("told.json"))'"] }] }
      """)
    let second = try night.run()
    #expect(second.summary.failures.isEmpty)
    #expect(second.summary.alertsSent == 1)
    #expect(try night.read("told.json").contains("budget 'all' is at 20.00 USD"))
    #expect(try night.read("log.jsonl").split(separator: "\n").count == 1)
    #expect(try night.run().summary.alertsSent == 0)
  }

  @Test func `a program that is not there is a failure of its channel alone`() throws {
    let night = try Night.small(
      """
      "channels": [{ "name": "gone", "type": "command", "command": ["no-such-program"] },
        { "name": "out", "type": "stdout" }]
      """)
    let outcome = try night.run()
    #expect(outcome.told.count == 1)
    #expect(outcome.summary.failures.count == 1)
    #expect(outcome.summary.failures.first?.contains("channel 'gone'") == true)
  }

  @Test func `a program that reads nothing is told all the same`() throws {
    let night = try Night.small(
      "\"channels\": [{ \"name\": \"deaf\", \"type\": \"command\", \"command\": [\"true\"] }]")
    #expect(try night.run().summary.alertsSent == 1)
  }

  // MARK: Sources

  @Test func `one bad source does not keep the others from loading, and is told`() throws {
    let night = try Night()
    try night.write("good/cur-1.csv", Night.smallBill)
    var lines = Night.smallBill.split(separator: "\n").map(String.init)
    lines[3] = "a3,100000000009"
    try night.write(
      "bad/other-1.csv",
      lines.joined(separator: "\n").split(separator: "100000000001").joined(
        separator: "100000000009"))
    try night.write(
      "nightly.json",
      """
      { "sources": [{ "path": "bad" }, { "path": "nowhere" }, { "path": "good" }] }
      """)
    let summary = try night.run().summary
    #expect(summary.failures.count == 2, "\(summary.failures)")
    #expect(summary.failures.contains { $0.contains("other-1.csv row 4") })
    #expect(summary.failures.contains { $0.contains("nowhere") })
    let loaded = summary.deliveries.filter { $0.status == .loaded }
    #expect(loaded.map(\.rows) == [20])
    let status = try night.warehouse().query("SELECT status FROM runs").rows()
    #expect(status == [[.text("done with failures")]])
    let payers = try night.warehouse().query("SELECT DISTINCT bill_payer_account_id FROM cur")
    #expect(payers.rows() == [[.text("100000000001")]])
  }

  // MARK: Evaluators

  @Test func `a rule that cannot be asked fails the rules alone, and its alerts stay`() throws {
    let night = try Night.small("\"channels\": [{ \"name\": \"out\", \"type\": \"stdout\" }]")
    let good =
      "-- title: Everything\n-- answers: all\nSELECT 'x' AS resource, 'is there' AS finding"
    let first = try night.run(rules: ["everything": good])
    #expect(first.summary.alertsActive == 2)
    let bad = "-- title: Everything\n-- answers: all\nSELECT nope AS resource, 'x' AS finding"
    let second = try night.run(rules: ["everything": bad])
    #expect(second.summary.budgets.first?.state == .alarm)
    #expect(second.summary.failures.count == 1)
    let failure = try #require(second.summary.failures.first)
    #expect(failure.contains("queries/rules/everything.sql"))
    #expect(failure.contains("no column named 'nope'"))
    #expect(second.told.isEmpty)
    let states = try night.warehouse().query("SELECT kind, state FROM alerts ORDER BY kind")
    #expect(
      states.rows() == [[.text("budget"), .text("ALARM")], [.text("rule"), .text("ALARM")]])
    let findings = try night.warehouse().query(
      "SELECT rule FROM compliance WHERE severity <> 'info'")
    #expect(findings.rows() == [[.text("everything")]])
  }

  @Test func `a budget over nothing says so and is no alarm`() throws {
    let night = try Night()
    try night.write("budgets.json", Night.smallBudget)
    try night.write("nightly.json", "{ \"sources\": [], \"budgets\": [\"budgets.json\"] }")
    let summary = try night.run().summary
    #expect(summary.budgets.first?.state == .unknown)
    #expect(summary.budgets.first?.message != nil)
    #expect(summary.alertsSent == 0)
  }

  @Test func `a restated bill that falls below the limit resolves its alert`() throws {
    let night = try Night.small("\"channels\": [{ \"name\": \"out\", \"type\": \"stdout\" }]")
    #expect(try night.run().summary.alertsActive == 1)
    let cheaper = Night.smallBill.split(separator: ",USD,1\n").joined(separator: ",USD,0.1\n")
    try night.write("bill/cur-1.csv", cheaper + ",USD,0.1\n")
    let second = try night.run()
    #expect(second.summary.alertsActive == 0)
    #expect(second.told.isEmpty)
    let states = try night.warehouse().query("SELECT state FROM alerts").rows()
    #expect(states == [[.text("RESOLVED")]])
  }
}
