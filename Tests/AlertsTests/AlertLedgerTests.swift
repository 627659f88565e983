import Alerts
import Columns
import Files
import Testing
import Warehouse

@Suite struct AlertLedgerTests {
  private func warehouse() throws -> Warehouse {
    try Warehouse(Warehouse.Configuration(lake: ":memory:", now: 0))
  }

  private func alert(
    _ name: String = "over", period: String = "2026-10", details: String = "", repeats: Bool = false
  ) -> Alert {
    Alert(
      fingerprint: name, period: period, kind: .budget, severity: .critical, title: name,
      details: [details], command: "kakeibo budgets", repeatsAfterRecovery: repeats)
  }

  /// One run: what is found, who is told what.
  private func run(_ warehouse: Warehouse, _ alerts: [Alert], now: Int64) throws -> [String] {
    var ledger = try AlertLedger(warehouse)
    if ledger.update(with: alerts, now: now, channels: ["log"]) { try ledger.save() }
    let told = ledger.pending(for: "log").map(\.fingerprint)
    if !told.isEmpty {
      ledger.markSent(to: "log")
      try ledger.save()
    }
    return told
  }

  @Test func `a crossing is told once per period`() throws {
    let warehouse = try warehouse()
    #expect(try run(warehouse, [alert()], now: 1) == ["over"])
    #expect(try run(warehouse, [alert()], now: 2) == [])
    #expect(try run(warehouse, [alert(details: "more by now")], now: 3) == [])
    #expect(try run(warehouse, [alert(period: "2026-11")], now: 4) == ["over"])
  }

  @Test func `a forecast that recovers and exceeds again is told again, an actual is not`() throws {
    let warehouse = try warehouse()
    let forecast = alert("forecast", repeats: true)
    #expect(try run(warehouse, [alert(), forecast], now: 1) == ["over", "forecast"])
    #expect(try run(warehouse, [], now: 2) == [])
    #expect(try AlertLedger(warehouse).records.allSatisfy { $0.state == .resolved })
    #expect(try run(warehouse, [alert(), forecast], now: 3) == ["forecast"])
    #expect(try AlertLedger(warehouse).records.allSatisfy { $0.state == .alarm })
  }

  @Test func `what was written down and not told is told by the next run`() throws {
    let warehouse = try warehouse()
    var ledger = try AlertLedger(warehouse)
    let changed = ledger.update(with: [alert()], now: 1, channels: ["log"])
    #expect(changed)
    try ledger.save()
    #expect(try run(warehouse, [alert()], now: 2) == ["over"])
  }

  @Test func `what is over before it was told is told where it is a fact of its period`() throws {
    let warehouse = try warehouse()
    var ledger = try AlertLedger(warehouse)
    _ = ledger.update(
      with: [
        alert("spent"), alert("forecast", repeats: true), alert("rule", period: Alert.standing),
      ], now: 1, channels: ["log"])
    try ledger.save()
    #expect(try run(warehouse, [], now: 2) == ["spent"])
    #expect(try run(warehouse, [], now: 3) == [])
  }

  @Test func `what stands until it is mended is told again when it comes back`() throws {
    let warehouse = try warehouse()
    let rule = alert("rule", period: Alert.standing)
    #expect(try run(warehouse, [rule], now: 1) == ["rule"])
    #expect(try run(warehouse, [rule], now: 2) == [])
    #expect(try run(warehouse, [], now: 3) == [])
    #expect(try run(warehouse, [rule], now: 4) == ["rule"])
  }

  @Test func `what could not be judged stays in force and is not told again`() throws {
    let warehouse = try warehouse()
    let forecast = alert("forecast", repeats: true)
    #expect(try run(warehouse, [forecast], now: 1) == ["forecast"])
    var ledger = try AlertLedger(warehouse)
    let changed = ledger.update(with: [], now: 2, channels: ["log"], unjudged: ["forecast"])
    #expect(!changed)
    #expect(ledger.records.map(\.state) == [.alarm])
    #expect(try run(warehouse, [forecast], now: 3) == [])
  }

  @Test func `a ledger of an earlier version is read`() throws {
    let warehouse = try warehouse()
    #expect(try run(warehouse, [alert()], now: 1) == ["over"])
    _ = try warehouse.query("CREATE TABLE kept AS SELECT * FROM alerts")
    _ = try warehouse.query("DROP TABLE alerts")
    let columns = try warehouse.query("SELECT * FROM kept").schema.names
      .filter { $0 != "passes" }.joined(separator: ", ")
    _ = try warehouse.query("CREATE TABLE alerts AS SELECT \(columns) FROM kept")
    #expect(try run(warehouse, [alert()], now: 2) == [])
    #expect(try AlertLedger(warehouse).records.map(\.fingerprint) == ["over"])
  }

  @Test func `a file grows by a line per alert`() throws {
    let folder = "/tmp/kakeibo-alerts-\(UInt64.random(in: 0...UInt64.max))"
    defer { try? Directory.removeTree(folder) }
    let warehouse = try warehouse()
    var ledger = try AlertLedger(warehouse)
    _ = ledger.update(with: [alert("a"), alert("b")], now: 1, channels: ["log"])
    let channel = Channel(name: "log", target: .file(folder + "/alerts.jsonl"))
    try channel.deliver(ledger.pending(for: "log")) { _ in }
    try channel.deliver(ledger.pending(for: "log")) { _ in }
    let text = String(
      decoding: try FileSource(folder + "/alerts.jsonl").readAll(), as: UTF8.self)
    #expect(text.split(separator: "\n").count == 4)
    #expect(text.contains("\"fingerprint\":\"a\""))
  }

  @Test func `a command gets the alerts on its standard input`() throws {
    let path = "/tmp/kakeibo-command-\(UInt64.random(in: 0...UInt64.max))"
    defer { try? Directory.removeFile(path) }
    var ledger = try AlertLedger(try warehouse())
    _ = ledger.update(with: [alert("a")], now: 1, channels: ["chat"])
    try Channel(name: "chat", target: .command(["tee", path]))
      .deliver(ledger.pending(for: "chat")) { _ in }
    let text = String(decoding: try FileSource(path).readAll(), as: UTF8.self)
    #expect(text.hasPrefix("{\"alerts\":["))
  }

  @Test(arguments: [
    (["false"], "'false' ended with status 1"),
    (["sh", "-c", "echo no route >&2; exit 7"], "ended with status 7: no route"),
  ])
  func `a command that fails keeps its alerts pending`(words: [String], message: String) throws {
    var ledger = try AlertLedger(try warehouse())
    _ = ledger.update(with: [alert()], now: 1, channels: ["chat"])
    let error = try #require(throws: DeliveryError.self) {
      try Channel(name: "chat", target: .command(words))
        .deliver(ledger.pending(for: "chat")) { _ in }
    }
    #expect(error.message.contains(message), "\(error)")
    #expect(ledger.pending(for: "chat").count == 1)
  }

  @Test func `control characters of names do not reach a terminal`() {
    #expect(AlertText.cleaned("a\u{1B}[31mred\u{202E}x\n") == "a[31mredx")
  }
}
