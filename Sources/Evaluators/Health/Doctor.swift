package import Reports
package import Warehouse

import Columns

/// Looks at a lake the way a person does who wonders why a number is missing: what came last and when,
/// what is missing in between, which columns are not there, what was refused, and what to do about it.
///
/// It reads the ledger, the names of partitions, the footers of the newest files and the hours of usage,
/// and no amounts: it is fast on a large lake.
package struct Doctor {
  private let warehouse: Warehouse
  private let queries: QueryLibrary
  private let reports: ReportCatalog
  /// Microseconds since the epoch.
  private let now: Int64

  package init(
    _ warehouse: Warehouse, queries: QueryLibrary, reports: ReportCatalog, now: Int64
  ) {
    self.warehouse = warehouse
    self.queries = queries
    self.reports = reports
    self.now = now
  }

  /// - Throws: what reading the lake throws.
  package func examine() throws -> LakeHealth {
    var health = LakeHealth()
    let tables = try warehouse.tables()
    guard !tables.isEmpty else {
      health.findings.append(
        HealthFinding(
          severity: .error, table: "", source: "",
          message:
            "the lake '\(warehouse.configuration.lake)' is empty: nothing was loaded into it",
          nextStep:
            "kakeibo ingest FOLDER, with the folder as it came from S3; or name the lake with "
            + "--lake"))
      return health
    }
    let ledger = try DeliveryLedger(warehouse)
    let usage = try usageHours()
    for table in tables where ledger.entries.contains(where: { $0.table == table.name }) {
      let isBill = BillTable(table) != nil
      let entries = ledger.entries.filter { $0.table == table.name }
      let sources = isBill ? Set(entries.map(\.source)).sorted() : [table.name]
      for source in sources {
        let own = isBill ? entries.filter { $0.source == source } : entries
        health.sources.append(
          isBill
            ? try bill(table, source, own, usage, &health.findings)
            : try listing(table, own, &health.findings))
      }
      if isBill { try findMissingColumns(table, &health.findings) }
    }
    findUnresolved(ledger, &health.findings)
    findRejected(ledger, &health.findings)
    findRestated(ledger, &health.findings)
    findAbsent(tables, &health.findings)
    try findFailedNight(&health.findings)
    // Of the same severity they stay in the order found.
    health.findings = health.findings.enumerated().sorted {
      ($0.element.severity, $0.offset) < ($1.element.severity, $1.offset)
    }.map(\.element)
    return health
  }

  // MARK: Bills

  /// The hours that a table's bills have usage in, by payer.
  private struct UsageHours {
    /// Hours since the epoch, ascending, each with its month.
    var hours: [(hour: Int, month: Substring)] = []
    /// Seconds of the shortest charge, zero where no charge tells.
    var shortest = 0
  }

  private func usageHours() throws -> [String: UsageHours] {
    guard try warehouse.hasCosts(), let query = queries.query(.reports, named: "usage-hours") else {
      return [:]
    }
    var found: [String: UsageHours] = [:]
    for row in try warehouse.ask(try query.statement()).rows() {
      guard let table = row[0].string, let time = row[2].int64 else { continue }
      let hour = Int(time.floorDivided(by: Microseconds.hour))
      let month = CivilTimeText.text(timestamp: time).prefix(7)
      for key in ["\(table)|\(row[1].string ?? "")", "\(table)|"] {
        var usage = found[key] ?? UsageHours()
        usage.hours.append((hour, month))
        if let seconds = row[3].int64, seconds > 0 {
          usage.shortest = usage.shortest == 0 ? Int(seconds) : min(usage.shortest, Int(seconds))
        }
        found[key] = usage
      }
    }
    return found
  }

  /// What a source's months have; those of other sources of the same payer are not its own.
  private func coverage(
    _ table: String, _ source: String, _ entries: [DeliveryLedger.Entry],
    _ usage: [String: UsageHours]
  ) -> Coverage? {
    let payer = source.prefix { $0 != "/" }
    guard let usage = usage["\(table)|\(payer)"] ?? usage["\(table)|"] else { return nil }
    var months: Set<String> = []
    for entry in entries where entry.status == "loaded" {
      for period in entry.period.split(separator: ",") {
        months.insert(period.filter { $0 != " " })
      }
    }
    let hours = usage.hours.filter { months.isEmpty || months.contains(String($0.month)) }
    return Coverage(
      hours: Set(hours.map(\.hour)).sorted(),
      shortest: usage.shortest == 0 ? nil : usage.shortest)
  }

  private func bill(
    _ table: TableSummary, _ source: String, _ entries: [DeliveryLedger.Entry],
    _ usage: [String: UsageHours], _ findings: inout [HealthFinding]
  ) throws -> SourceHealth {
    let own = coverage(table.name, source, entries, usage)
    var health = SourceHealth(table: table.name, source: source)
    describe(&health, entries, own)
    findLate(health, "the bill", &findings)
    if let own { findGaps(health, own, "usage", &findings) }
    return health
  }

  // MARK: Listings, inventory and metrics

  private func listing(
    _ table: TableSummary, _ entries: [DeliveryLedger.Entry],
    _ findings: inout [HealthFinding]
  ) throws -> SourceHealth {
    var health = SourceHealth(table: table.name, source: table.name)
    let days = try days(table)
    describe(&health, entries, Coverage(days: days))
    // Days that were listed tell the pace better than when they happened to be loaded.
    if let observed = DeliveryLedger.cadence(days.map { Int64($0) * Microseconds.day }) {
      health.cadence = observed
      health.isCadenceObserved = true
    }
    findLate(health, "the listing", &findings)
    if let coverage = Coverage(days: days), health.cadence <= 24 {
      findGaps(health, coverage, "rows", &findings)
    } else {
      health.missing = 0
    }
    return health
  }

  /// The days that a table's partitions are of.
  private func days(_ table: TableSummary) throws -> [Int] {
    guard let column = table.partitionColumns.first(where: { $0.hasSuffix("_date") }) else {
      return []
    }
    let name = table.name.split(separator: ".").map { "\"\($0)\"" }.joined(separator: ".")
    var days: Set<Int> = []
    for row in try warehouse.query("SHOW PARTITIONS \(name)").rows() {
      for part in (row[0].string ?? "").split(separator: "/") {
        let pair = part.split(separator: "=", maxSplits: 1)
        guard pair.count == 2, pair[0] == column,
          let time = CivilTimeText.timestamp(Array(pair[1].utf8))
        else { continue }
        days.insert(Int(time.floorDivided(by: Microseconds.day)))
      }
    }
    return days.sorted()
  }

  // MARK: When things come

  private func describe(
    _ health: inout SourceHealth, _ entries: [DeliveryLedger.Entry], _ coverage: Coverage?
  ) {
    let loaded = entries.filter { $0.status == "loaded" }
    health.lastDelivery = loaded.last?.loadedAt
    health.lastStatus = entries.last?.status ?? ""
    health.deliveries = loaded.count
    health.dataThrough = coverage?.end
    health.granularity = coverage?.granularity
    health.missing = coverage?.missing ?? 0
    if let observed = DeliveryLedger.cadence(loaded.map(\.loadedAt)) {
      health.cadence = observed
      health.isCadenceObserved = true
    }
  }

  private func findLate(
    _ health: SourceHealth, _ what: String, _ findings: inout [HealthFinding]
  ) {
    guard let last = health.lastDelivery else { return }
    let pace = Int64(health.cadence * Double(Microseconds.hour))
    if now - last > 2 * pace {
      findings.append(
        HealthFinding(
          severity: .warning, table: health.table, source: health.source,
          message: "nothing new came of \(what) for \(HealthText.duration(now - last)): it "
            + (health.isCadenceObserved ? "usually comes" : "should come")
            + " every \(HealthText.duration(pace)), last on \(HealthText.time(last))",
          nextStep:
            "look whether new files are in the bucket, and load them with kakeibo ingest or "
            + "nightly",
          theme: HealthFinding.Theme(
            sentence: "have sent nothing new for more than twice as long as they should take",
            detail: "last on \(HealthText.time(last))")))
    }
    if let through = health.dataThrough, last - through > 3 * Microseconds.day + pace {
      findings.append(
        HealthFinding(
          severity: .warning, table: health.table, source: health.source,
          message: "what came last ends at \(HealthText.time(through)), "
            + "\(HealthText.duration(last - through)) before it was loaded on \(HealthText.time(last))",
          nextStep: "load what came after, if there is any: kakeibo ingest",
          theme: HealthFinding.Theme(
            sentence: "end long before they were loaded", detail: "at \(HealthText.time(through))"))
      )
    }
  }

  private func findGaps(
    _ health: SourceHealth, _ coverage: Coverage, _ what: String,
    _ findings: inout [HealthFinding]
  ) {
    let gaps = coverage.gaps
    guard !gaps.isEmpty else { return }
    let missing = coverage.missing
    // A bill of a few charges has hours in which there is nothing to charge: many, here and there.
    let isSparse = 2 * missing > coverage.span || gaps.count > 20
    let shown =
      gaps.prefix(5).map(coverage.text).joined(separator: ", ")
      + (gaps.count > 5 ? " and \(gaps.count - 5) more times" : "")
    let name = coverage.unitName + (missing == 1 ? "" : "s")
    findings.append(
      HealthFinding(
        severity: isSparse ? .note : .warning, table: health.table, source: health.source,
        message: isSparse
          ? "\(what) comes and goes: \(Figure.count(missing)) of \(Figure.count(coverage.span)) "
            + "\(coverage.unitName)s have none"
          : "\(Figure.count(missing)) \(name) without \(what): \(shown)",
        nextStep: isSparse
          ? "nothing, where little is used"
          : "load the deliveries of these \(coverage.unitName)s again; if they have nothing of them "
            + "either, the source is incomplete"))
  }

  // MARK: What is missing

  private func findMissingColumns(
    _ table: TableSummary, _ findings: inout [HealthFinding]
  ) throws {
    guard let bill = BillTable(table), let period = try bill.periods(warehouse).last,
      let kind = reports.costKinds.first(where: { $0.table?.name == table.name })
        ?? reports.kind(named: bill.form == .focus ? "focus" : "cur")
    else { return }
    var columns = try warehouse.deliveredColumns(
      of: table.name, partition: "billing_period", value: period)
    // Some reports spell it so.
    if columns.contains("savings_plan_savings_plan_arn") {
      columns.insert("savings_plan_savings_plan_a_r_n")
    }
    for need in kind.needs {
      let missing = need.missing(from: columns)
      guard !missing.isEmpty else { continue }
      findings.append(
        HealthFinding(
          severity: need.isOptional ? .note : .warning, table: table.name, source: "",
          message: "\(period) lacks \(missing.count == 1 ? "column" : "columns") "
            + missing.map { "'\($0)'" }.joined(separator: ", ") + ", needed for " + need.enables,
          nextStep: need.include))
    }
  }

  private func findUnresolved(_ ledger: DeliveryLedger, _ findings: inout [HealthFinding]) {
    // A file that is gone is never loaded: what failed long ago is history.
    let recent = ledger.unresolved.filter { now - $0.loadedAt <= 14 * Microseconds.day }
    for entry in recent {
      let what =
        [entry.source, entry.period].filter { !$0.isEmpty }.joined(separator: " of ")
      let isWaiting = entry.status == "waiting"
      findings.append(
        HealthFinding(
          severity: isWaiting ? .warning : .error, table: entry.table, source: entry.source,
          message: "\(what) \(isWaiting ? "waits for the rest of its delivery" : "was not loaded") "
            + "since \(HealthText.time(entry.loadedAt))"
            + (entry.note.isEmpty ? "" : ": \(entry.note)"),
          nextStep: isWaiting
            ? "load it again when all files that the manifest names are there"
            : "kakeibo ingest says what is wrong, nothing of it is stored; put it right and load it again"
        ))
    }
  }

  private func findRejected(_ ledger: DeliveryLedger, _ findings: inout [HealthFinding]) {
    var last: [String: DeliveryLedger.Entry] = [:]
    for entry in ledger.entries where entry.status == "loaded" {
      last["\(entry.table)|\(entry.source)|\(entry.period)"] = entry
    }
    for entry in last.values.sorted(by: { ($0.table, $0.period) < ($1.table, $1.period) })
    where entry.rejectedRows > 0 {
      findings.append(
        HealthFinding(
          severity: .warning, table: entry.table, source: entry.source,
          message:
            "\(Figure.count(entry.rejectedRows)) rows of \(entry.period) were rejected and are not "
            + "in the table, which has \(Figure.count(entry.rows))"
            + (entry.note.isEmpty ? "" : ": \(entry.note)"),
          nextStep:
            "look at the rows below '_rejected' in the lake, with their reasons; a bill with a "
            + "row missing is a wrong bill"))
    }
  }

  private func findRestated(_ ledger: DeliveryLedger, _ findings: inout [HealthFinding]) {
    for entry in ledger.entries
    where entry.isRestated && now - entry.loadedAt <= 14 * Microseconds.day {
      var change = ""
      if let total = entry.total, let previous = entry.previousTotal {
        change = ": from \(Figure.money(previous)) to \(Figure.money(total))"
      }
      findings.append(
        HealthFinding(
          severity: .note, table: entry.table, source: entry.source,
          message:
            "\(entry.period) was restated after its close, on \(HealthText.time(entry.loadedAt))"
            + change,
          nextStep: "kakeibo reconcile \(entry.period) --between previous current"))
    }
  }

  /// What nobody has loaded yet, and what has nothing to look at without.
  private func findAbsent(_ tables: [TableSummary], _ findings: inout [HealthFinding]) {
    let names = Set(tables.map(\.name))
    func add(_ severity: HealthFinding.Severity, _ message: String, _ step: String) {
      findings.append(
        HealthFinding(severity: severity, table: "", source: "", message: message, nextStep: step))
    }
    if !tables.contains(where: { BillTable($0) != nil }) {
      add(
        .warning,
        "there are no bills: costs, budgets, forecasts and anomalies have nothing to look at",
        "kakeibo ingest FOLDER, with a cost and usage report as it came from S3")
    }
    if !names.contains("ec2_instances") {
      add(
        .note,
        "there is no listing of servers: rightsizing and the rules of servers have nothing to "
          + "look at",
        "aws ec2 describe-instances > ec2.json, and kakeibo ingest ec2.json")
    } else if !names.contains("cloudwatch_metrics") {
      add(
        .note, "there are no metrics: rightsizing cannot tell what servers do",
        "load CloudWatch's answers or a metric stream with kakeibo ingest")
    }
  }

  private func findFailedNight(_ findings: inout [HealthFinding]) throws {
    guard try warehouse.hasTable("runs") else { return }
    let result = try warehouse.query(
      "SELECT started_at, status, message FROM runs ORDER BY started_at DESC LIMIT 1")
    guard let row = result.rows().first, row[1].string == "done with failures" else { return }
    findings.append(
      HealthFinding(
        severity: .error, table: "runs", source: "",
        message: "the last nightly run, of \(HealthText.time(row[0].int64 ?? 0)), had failures: "
          + (row[2].string ?? ""),
        nextStep: "put right what it says, and run nightly again: it is safe to repeat"))
  }
}
