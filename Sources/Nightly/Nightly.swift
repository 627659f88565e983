import Alerts
import Evaluators
package import Ingestion
package import Reports
package import Warehouse

import Columns
import Dashboards
import Files
import Foundation
import TextFormats

/// The batch that runs every night: ingest, evaluate, alert, publish, each step safe to repeat.
package struct Nightly {
  private let configuration: NightlyConfiguration
  private let warehouse: Warehouse
  private let reports: ReportCatalog
  private let queries: QueryLibrary
  private let ingestOptions: Ingest.Options
  private let progress: @Sendable (String) -> Void
  private let output: @Sendable (String) -> Void

  /// - Parameters:
  ///   - progress: takes a line whenever a step begins.
  ///   - output: takes what the channel `stdout` prints.
  package init(
    _ configuration: NightlyConfiguration, _ warehouse: Warehouse, reports: ReportCatalog,
    queries: QueryLibrary, ingestOptions: Ingest.Options,
    progress: @escaping @Sendable (String) -> Void, output: @escaping @Sendable (String) -> Void
  ) {
    self.configuration = configuration
    self.warehouse = warehouse
    self.reports = reports
    self.queries = queries
    self.ingestOptions = ingestOptions
    self.progress = progress
    self.output = output
  }

  /// Runs all steps and writes what was done into the table `runs`.
  ///
  /// A delivery, evaluator or channel that fails is told in the summary and does not keep the rest from
  /// running.
  ///
  /// - Throws: `NightlyError.locked` while another run works on the lake; `ConfigurationError` before
  ///   anything is done; what the lake throws.
  package func run() throws -> NightlySummary {
    let started = Date()
    let (budgets, faultyBudgets) = try readBudgets()
    let rules = try chosenRules()
    let feedback = try readFeedback()
    let suppressions = try readSuppressions()
    let lock = try lockLake()
    defer { lock.release() }

    var summary = NightlySummary()
    for (name, error) in faultyBudgets {
      summary.failures.append("a budget is left out: \(error)")
      if let name { summary.uncheckedBudgets.insert(name) }
    }
    try installCostRules(&summary)
    try ingest(into: &summary)
    let day = try EvaluationDay(warehouse, asOf: ingestOptions.now)
    let deliveries = summary.deliveries
    let proofs = attempt("reconcile bills", &summary) { try self.proofs(of: deliveries) }
    summary.proofs = proofs ?? []
    try evaluate(budgets, rules, feedback, suppressions, day, into: &summary)
    try alert(day, into: &summary)
    summary.seconds = Date().timeIntervalSince(started)
    try record(summary)
    try publish(into: &summary)
    warehouse.sweep()
    return summary
  }

  // MARK: Before anything is done

  /// The budgets, and those that are not understood: one with a word of a newer API keeps no other from
  /// being watched.
  ///
  /// - Throws: where no budget is understood, what is wrong with the first.
  private func readBudgets() throws -> (
    budgets: [Budget], faulty: [(name: String?, error: ConfigurationError)]
  ) {
    var file = BudgetFile()
    var faulty: [(name: String?, error: ConfigurationError)] = []
    for path in configuration.budgets {
      try file.add(try ConfigurationFile.json(path), file: path) { name, error in
        faulty.append((name, error))
      }
    }
    let budgets = try file.merged()
    if budgets.isEmpty, let first = faulty.first { throw first.error }
    return (budgets, faulty)
  }

  private func readFeedback() throws -> AnomalyFeedback {
    guard let path = configuration.anomalyFeedback else { return .none }
    return try AnomalyFeedback(try ConfigurationFile.json(path), file: path)
  }

  private func readSuppressions() throws -> [Suppression] {
    try configuration.suppressions.flatMap { path in
      try Suppression.list(
        JSONPlace(try ConfigurationFile.json(path, options: .config), file: path))
    }
  }

  private func chosenRules() throws -> [NamedQuery] {
    guard let names = configuration.rules else { return queries[.rules] }
    return try names.map { name in
      guard let rule = queries.query(.rules, named: name) else {
        let known = queries[.rules].map(\.name).joined(separator: ", ")
        throw ConfigurationError(
          configuration.file, "rules", "no rule named '\(name)'; there are \(known)")
      }
      return rule
    }
  }

  /// The lake gets the rules of the config; without any it keeps those it has.
  private func installCostRules(_ summary: inout NightlySummary) throws {
    guard let file = configuration.costs else { return }
    let today = Int(ingestOptions.now.floorDivided(by: Microseconds.day))
    let (_, notes) = try InstalledCostRules.install(
      file, lake: warehouse.configuration.lake, today: today)
    for note in notes { progress(note) }
  }

  private func lockLake() throws -> LakeLock { try LakeLock(warehouse.configuration.lake) }

  // MARK: The steps

  private func ingest(into summary: inout NightlySummary) throws {
    for source in configuration.sources {
      progress("ingest \(source.path)")
      var options = ingestOptions
      options.report = source.report
      options.table = source.table
      do {
        let found = try Ingest(warehouse, reports, options).run([source.path])
        summary.deliveries += found.deliveries
        summary.ignored += found.ignored
      } catch let error as FileError {
        summary.failures.append("\(error)")
      } catch let error as IngestError {
        summary.failures.append("\(error)")
      }
    }
    for delivery in summary.deliveries where delivery.status == .failed {
      summary.failures.append("\(delivery.title): \(delivery.notes.joined(separator: "; "))")
    }
  }

  private func evaluate(
    _ budgets: [Budget], _ rules: [NamedQuery], _ feedback: AnomalyFeedback,
    _ suppressions: [Suppression],
    _ day: EvaluationDay, into summary: inout NightlySummary
  ) throws {
    let budgetStates = attempt("evaluate budgets", &summary) {
      try BudgetEvaluator(warehouse, day)
        .evaluate(budgets, following: BudgetHistory(warehouse, before: day))
    }
    let forecasts = attempt("forecast", &summary) { try CostForecast.evaluate(warehouse, day) }
    let newestDays = attempt("look at how much of each day is in", &summary) {
      try DayCompleteness.evaluate(warehouse, day)
    }
    let anomalies = attempt("look for anomalies", &summary) {
      try CostAnomaly.evaluate(warehouse, day, feedback: feedback)
    }
    // A faulty query of the user's own keeps no other from being asked.
    var faulty: [String] = []
    let sizes = attempt("rightsize", &summary) {
      try Rightsizing(
        warehouse, day, queries: queries[.savings], suppressions: suppressions
      ).evaluate { faulty.append("cannot look for savings: \($0)") }
    }
    let commitments = attempt("look at commitments", &summary) {
      try Commitments(warehouse, day).evaluate()
    }
    let coverage = attempt("look at coverage", &summary) {
      try Commitments(warehouse, day).coverage()
    }
    let shared = attempt("share costs", &summary) {
      try CostAllocation.evaluate(
        try InstalledCostRules.load(lake: warehouse.configuration.lake)?.splits ?? [], warehouse)
    }
    for note in shared?.notes ?? [] { progress(note) }
    let violations = attempt("check rules", &summary) {
      let evaluator = RuleEvaluator(warehouse, day)
      var unchecked: Set<String> = []
      var outcome = try evaluator.evaluate(
        rules, values: configuration.ruleParameters
      ) { rule, error in
        faulty.append("cannot check rule '\(rule)': \(error)")
        unchecked.insert(rule)
      }
      outcome.violations += try evaluator.lastKnown(of: unchecked)
      return outcome
    }
    summary.failures += faulty
    summary.budgets = budgetStates?.current ?? []
    summary.closedBudgets = budgetStates?.closed ?? []
    summary.forecasts = forecasts ?? []
    summary.anomalies = anomalies ?? []
    summary.recommendations = sizes ?? []
    summary.commitments = commitments ?? []
    summary.rules = violations ?? RuleOutcome()
    if budgetStates != nil { summary.judged.insert(.budget) }
    if anomalies != nil { summary.judged.insert(.anomaly) }
    if violations != nil, commitments != nil { summary.judged.insert(.rule) }

    if let budgetStates {
      try BudgetRecord.keep(budgetStates.current + budgetStates.closed, day, in: warehouse)
    }

    // What could not be evaluated keeps the findings it had.
    let tables: [(FindingsTable, [[Value]]?)] = [
      (BudgetStatus.table, budgetStates?.current.flatMap(\.rows)),
      (BudgetStatus.closings, budgetStates?.closed.flatMap(\.rows)),
      (CostForecast.table, forecasts?.map(\.row)),
      (DayCompleteness.table, newestDays?.map(\.row)),
      (CostAnomaly.table, anomalies?.map(\.row)),
      (Recommendation.table, sizes?.map(\.row)),
      (Commitment.table, commitments?.map { $0.row(on: day.today) }),
      (CostAllocation.table, shared?.rows),
      (CommitmentCoverage.table, coverage?.map(\.row)),
      (Violation.table, violations?.violations.map(\.row)),
    ]
    for case (let table, let rows?) in tables where try table.replace(rows, on: day, in: warehouse)
    {
      summary.findingsChanged = true
    }
    // Today's recommendations are in the history that the ledger reads.
    if let entries = attempt(
      "look for savings", &summary, { try SavingsLedger(warehouse, day).evaluate() }),
      try SavingsEntry.table.replace(entries.map(\.row), on: day, in: warehouse)
    {
      summary.findingsChanged = true
    }
  }

  /// Proves the months that were loaded, and no others: the rest was proved when it came.
  private func proofs(of deliveries: [DeliverySummary]) throws -> [BillProof] {
    let reconciliation = Reconciliation(warehouse, queries: queries, reports: reports)
    var months: [String: Set<String>] = [:]
    for delivery in deliveries where delivery.status == .loaded && delivery.total != nil {
      let periods = (delivery.period ?? "").split(separator: ",").map { $0.filter { $0 != " " } }
      months[delivery.table, default: []].formUnion(periods)
    }
    return try months.sorted { $0.key < $1.key }.flatMap { table, periods -> [BillProof] in
      do {
        return try reconciliation.prove(periods: periods.sorted(), table: table)
      } catch is ReconciliationError {
        // A month whose last row is gone, or a table that is no bill.
        return []
      }
    }
  }

  /// Runs an evaluator; one that fails is told in the summary and does not keep the others from running.
  private func attempt<Findings>(
    _ step: String, _ summary: inout NightlySummary, _ evaluate: () throws -> Findings
  ) -> Findings? {
    progress(step)
    do {
      return try evaluate()
    } catch {
      summary.failures.append("cannot \(step): \(error)")
      return nil
    }
  }

  private func alert(_ day: EvaluationDay, into summary: inout NightlySummary) throws {
    progress("alert")
    var ledger = try AlertLedger(warehouse)
    let composer = AlertComposer(warehouse, day, records: ledger.records)
    let alerts = try composer.alerts(for: summary)
    let names = configuration.channels.map(\.name)
    // Written down before it is told: a run that dies here is made good by the next one.
    let changed = ledger.update(
      with: alerts, now: ingestOptions.now, channels: names, judged: summary.judged,
      unjudged: composer.unjudged(summary))
    if changed { try ledger.save() }
    var told: Set<String> = []
    for channel in configuration.channels {
      let pending = ledger.pending(for: channel.name)
      guard !pending.isEmpty else { continue }
      do {
        try channel.deliver(pending, output: output)
        ledger.markSent(to: channel.name)
        try ledger.save()
        told.formUnion(pending.map { $0.fingerprint + "|" + $0.period })
      } catch let error as DeliveryError {
        summary.failures.append("\(error); its alerts stay pending")
      } catch let error as FileError {
        summary.failures.append("channel '\(channel.name)': \(error); its alerts stay pending")
      }
    }
    summary.alertsSent = told.count
    summary.alertsActive = ledger.records.count { $0.state == .alarm }
  }

  private func publish(into summary: inout NightlySummary) throws {
    let publication = Publication(
      warehouse, series: try warehouse.hasCosts() ? queries[.series] : [],
      asOf: ingestOptions.now)
    let isWanted = configuration.seriesDirectory != nil || configuration.dashboard != nil
    let series = isWanted ? try publication.series() : []
    if let directory = configuration.seriesDirectory {
      progress("write series")
      try publication.writeSeries(series, to: directory)
      summary.outputs.append(directory)
    }
    if let path = configuration.metrics {
      try publication.writeMetrics(to: path)
      summary.outputs.append(path)
    }
    if let path = configuration.dashboard {
      progress("write dashboard")
      try publication.writePage(series, to: path)
      summary.outputs.append(path)
    }
  }

  private func record(_ summary: NightlySummary) throws {
    try RunRecord(summary, asOf: ingestOptions.now).append(to: warehouse)
  }
}

/// A nightly run that could not begin.
package enum NightlyError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Another process has the lake's lock.
  case locked(lake: String)

  package var description: String {
    switch self {
    case .locked(let lake):
      "another run is working on the lake '\(lake)'; wait until it has ended"
    }
  }
}
