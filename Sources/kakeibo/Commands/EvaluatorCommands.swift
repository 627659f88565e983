import Columns
import Evaluators
import Files
import Nightly
import TextFormats
import Warehouse
import Reports

/// `budgets`, `commitments`, `forecast`, `anomalies`, `rightsize`, `rules`: one evaluator alone, its findings printed.
enum EvaluatorCommands {
  private static let options = ResultPrinter.options.merging(
    ["exit-code": .flag, "config": .value, "file": .value], uniquingKeysWith: { own, _ in own })

  private static let budgetOptions = options.merging(
    ["from": .value, "to": .value, "delay": .value, "keep": .flag],
    uniquingKeysWith: { own, _ in own })

  static let budgets = Command(options: budgetOptions) { session, arguments in
    if arguments.operands.first == "backtest" { return try backtest(session, arguments) }
    let (budgets, faulty) = try readBudgets(arguments)
    let warehouse = try session.warehouse()
    let statuses = try BudgetEvaluator(warehouse, try session.day(warehouse)).evaluate(budgets)
    let isAlarm = statuses.contains { $0.state == .alarm }
    if arguments.has("keep") {
      try BudgetRecord.keep(statuses, try session.day(warehouse), in: warehouse)
    }
    let code = try print(
      BudgetStatus.table, statuses.flatMap(\.rows), isAlarm: isAlarm, session, arguments)
    return try tell(faulty, session) ?? code
  }

  /// `budgets backtest`: the last year, night by night.
  private static func backtest(_ session: Session, _ arguments: Arguments) throws -> ExitCode {
    let (budgets, faulty) = try readBudgets(
      arguments, operands: Array(arguments.operands.dropFirst()))
    let warehouse = try session.warehouse()
    let today = try session.day(warehouse).today
    let end = try day(arguments.value("to"), "to") ?? today
    let start = try day(arguments.value("from"), "from") ?? end - 364
    guard start <= end, end - start <= 3660 else {
      throw UsageError(
        "--from: expected a day within ten years before \(Day.text(end)), found \(Day.text(start))",
        command: "budgets")
    }
    let delayText = arguments.value("delay") ?? "1"
    guard let delay = Int(delayText), (0...30).contains(delay) else {
      throw UsageError(
        "--delay: expected a number of days from 0 to 30, found '\(delayText)'", command: "budgets")
    }
    let outcomes = try BudgetBacktest(nights: start..<(end + 1), delay: delay)
      .run(budgets, warehouse)
    let code = try print(
      BudgetBacktest.Outcome.table, outcomes.map(\.row), session, arguments)
    return try tell(faulty, session) ?? code
  }

  private static func day(_ text: String?, _ option: String) throws(UsageError) -> Int? {
    guard let text else { return nil }
    guard let moment = CivilTimeText.timestamp(Array(text.utf8)) else {
      throw UsageError(
        "--\(option): expected a day such as 2026-01-31, found '\(text)'", command: "budgets")
    }
    return Int(moment.floorDivided(by: Microseconds.day))
  }

  static let commitments = Command(
    options: options.merging(["month": .value, "coverage": .flag]) { own, _ in own }
  ) { session, arguments in
    let month = try arguments.month(command: "commitments")
    let warehouse = try session.warehouse()
    try session.noteMissingBills(warehouse, month: month)
    let day = try session.day(warehouse)
    let commitments = Commitments(warehouse, day)
    if arguments.has("coverage") {
      let rows = try commitments.coverage(month: month).map(\.row)
      return try print(CommitmentCoverage.table, rows, session, arguments)
    }
    let found = try commitments.evaluate(month: month)
    return try print(
      Commitment.table, found.map { $0.row(on: day.today) },
      isAlarm: found.contains { $0.state(on: day.today) != .ok }, session, arguments)
  }

  private static let forecastOptions = options.merging(
    ["input": .value, "tasks": .value, "total": .value, "days": .value],
    uniquingKeysWith: { own, _ in own })

  static let forecast = Command(options: forecastOptions) { session, arguments in
    if let input = arguments.value("input") {
      return try forecast(series: input, session, arguments)
    }
    for name in ["tasks", "total"] where arguments.value(name) != nil {
      throw UsageError("--\(name) needs --input with the series to forecast", command: "forecast")
    }
    let warehouse = try session.warehouse()
    try session.noteMissingBills(warehouse)
    if let days = try forecastDays(arguments) {
      let found = try CostForecastDays.evaluate(
        warehouse, try session.day(warehouse), days: days)
      return try print(
        fields: CostForecastDays.fields, found.map(\.row), command: "forecast", session,
        arguments)
    }
    let forecasts = try CostForecast.evaluate(warehouse, try session.day(warehouse))
    return try print(CostForecast.table, forecasts.map(\.row), session, arguments)
  }

  /// Series from outside the lake.
  private static func forecast(
    series input: String, _ session: Session, _ arguments: Arguments
  ) throws -> ExitCode {
    if let total = arguments.value("total"), total != "month" {
      throw UsageError("--total: expected month, found '\(total)'", command: "forecast")
    }
    let days = try forecastDays(arguments) ?? SeriesForecasts.usualDays
    let forecasts = try SeriesForecasts(
      try session.warehouse(lake: ":memory:"), input: input, tasks: arguments.value("tasks"),
      kind: arguments.value("total") == nil ? .days : .month, days: days)
    return try print(
      fields: forecasts.fields, forecasts.rows, command: "forecast", session, arguments)
  }

  private static func forecastDays(_ arguments: Arguments) throws(UsageError) -> Int? {
    guard let text = arguments.value("days") else { return nil }
    guard let days = Int(text), (1...3660).contains(days) else {
      throw UsageError(
        "--days: expected a number from 1 to 3660, found '\(text)'", command: "forecast")
    }
    return days
  }

  static let anomalies = Command(
    options: options.merging(
      ["input": .value, "learn": .value, "feedback": .value], uniquingKeysWith: { own, _ in own })
  ) { session, arguments in
    if let input = arguments.value("input") {
      return try printAnomalies(ofSeries: input, session, arguments)
    }
    let warehouse = try session.warehouse()
    try session.noteMissingBills(warehouse)
    var file = arguments.value("feedback")
    if file == nil, let config = arguments.value("config") {
      file = try NightlyConfiguration(file: config).anomalyFeedback
    }
    let feedback = try file.map {
      try AnomalyFeedback(try ConfigurationFile.json($0), file: $0)
    }
    let found = try CostAnomaly.evaluate(
      warehouse, try session.day(warehouse), feedback: feedback ?? .none)
    return try print(
      CostAnomaly.table, found.map(\.row), isAlarm: found.contains { $0.silence == nil }, session,
      arguments)
  }

  /// A bill or a metric from a file, judged without a lake.
  private static func printAnomalies(
    ofSeries path: String, _ session: Session, _ arguments: Arguments
  ) throws -> ExitCode {
    var learningDays = SeriesAnomalies.learningDays
    if let text = arguments.value("learn") {
      guard let days = Int(text), (1...3650).contains(days) else {
        throw UsageError(
          "--learn: expected a number of days from 1 to 3650, found '\(text)'", command: "anomalies"
        )
      }
      learningDays = days
    }
    let printer = try ResultPrinter(arguments, session.terminal, command: "anomalies")
    let result = try SeriesAnomalies.evaluate(
      try session.warehouse(lake: ":memory:", tables: ["input": path]), table: "input", named: path,
      learningDays: learningDays)
    try printer.print(result)
    try printer.finish()
    return .done
  }

  private static let rightsizeOptions = options.merging(
    [
      "metrics": .value, "fleet": .value, "catalog": .value, "policy": .value,
      "shortage-cost": .value, "suppressions": .value,
    ],
    uniquingKeysWith: { own, _ in own })

  static let rightsize = Command(options: rightsizeOptions) { session, arguments in
    let settings = try sizeSettings(arguments)
    if arguments.value("metrics") != nil || arguments.value("fleet") != nil {
      return try rightsizeFleet(settings, session, arguments)
    }
    let warehouse = try session.warehouse()
    try session.noteEmptyLake(warehouse)
    var options = Rightsizing.Options()
    options.sizes = settings
    var suppressions: [Suppression] = []
    for file in arguments.all("suppressions") {
      suppressions += try Suppression.list(
        JSONPlace(try ConfigurationFile.json(file, options: .config), file: file))
    }
    var faulty: [ConfigurationError] = []
    let found = try Rightsizing(
      warehouse, try session.day(warehouse), catalog: try catalog(arguments, session),
      options: options, queries: session.queries[.savings], suppressions: suppressions
    ).evaluate { faulty.append($0) }
    let code = try print(Recommendation.table, found.map(\.row), session, arguments)
    return try tell(faulty, session) ?? code
  }

  /// A fleet that is described in files of its own.
  private static func rightsizeFleet(
    _ settings: SizeChooser.Settings, _ session: Session, _ arguments: Arguments
  ) throws -> ExitCode {
    guard let metrics = arguments.value("metrics"), let fleet = arguments.value("fleet") else {
      throw UsageError("expected --metrics FILE and --fleet FILE together", command: "rightsize")
    }
    let catalog = arguments.value("catalog")
    var files = ["fleet_metrics": metrics, "fleet_servers": fleet]
    let prices = try catalog.flatMap { try InstanceCatalog(priceList: $0) }
    if prices == nil { files["fleet_catalog"] = catalog }
    let warehouse = try session.warehouse(lake: ":memory:", tables: files)
    let found = try FleetRightsizing(
      warehouse,
      .init(
        metrics: "fleet_metrics", fleet: "fleet_servers",
        catalog: files["fleet_catalog"].map { _ in "fleet_catalog" }),
      settings: settings, catalog: prices
    ).evaluate()
    return try print(FleetRecommendation.table, found.map(\.row), session, arguments)
  }

  /// The catalog that `--catalog` names; nil for the shipped one.
  private static func catalog(
    _ arguments: Arguments, _ session: Session
  ) throws -> InstanceCatalog? {
    guard let path = arguments.value("catalog") else { return nil }
    if let prices = try InstanceCatalog(priceList: path) { return prices }
    let files = try session.warehouse(lake: ":memory:", tables: ["fleet_catalog": path])
    return try InstanceCatalog(files, table: "fleet_catalog")
  }

  private static func sizeSettings(_ arguments: Arguments) throws -> SizeChooser.Settings {
    var settings = SizeChooser.Settings()
    if let text = arguments.value("shortage-cost") {
      guard let cost = Double(text), cost >= 0, cost.isFinite else {
        throw UsageError(
          "--shortage-cost: expected dollars a month, found '\(text)'", command: "rightsize")
      }
      settings.shortageCost = cost
    }
    guard let name = arguments.value("policy") else { return settings }
    guard let policy = SizeChooser.Policy(rawValue: name) else {
      let known = SizeChooser.Policy.allCases.map(\.rawValue).joined(separator: ", ")
      throw UsageError("unknown policy '\(name)'; there are \(known)", command: "rightsize")
    }
    settings.policy = policy
    return settings
  }

  private static let rulesOptions = options.merging(
    ["param": .value], uniquingKeysWith: { own, _ in own })

  static let rules = Command(options: rulesOptions) { session, arguments in
    let warehouse = try session.warehouse()
    try session.noteEmptyLake(warehouse)
    var chosen = session.queries[.rules]
    if !arguments.operands.isEmpty {
      chosen = try arguments.operands.map { name in
        guard let rule = session.queries.query(.rules, named: name) else {
          throw UsageError(
            "no rule named '\(name)'\(Suggestion.text(for: name, among: chosen.map(\.name)))",
            command: "rules")
        }
        return rule
      }
    }
    var faulty: [ConfigurationError] = []
    let outcome = try RuleEvaluator(warehouse, try session.day(warehouse))
      .evaluate(chosen, values: try arguments.pairs("param", command: "rules")) { _, error in
        faulty.append(error)
      }
    for skipped in outcome.skipped {
      session.terminal.note("note: rule '\(skipped.rule)' was not asked: \(skipped.reason)")
    }
    let code = try print(
      Violation.table, outcome.violations.map(\.row), isAlarm: !outcome.violations.isEmpty,
      session, arguments)
    return try tell(faulty, session) ?? code
  }

  /// Says what is wrong with the user's own queries and budgets, once the others have answered.
  private static func tell(
    _ faulty: [ConfigurationError], _ session: Session
  ) throws -> ExitCode? {
    guard let last = faulty.last else { return nil }
    for error in faulty.dropLast() { session.terminal.note("error: \(error)") }
    throw last
  }

  /// The budgets, and what is wrong with those that are not understood.
  ///
  /// - Throws: where no budget is understood, what is wrong with the first.
  private static func readBudgets(
    _ arguments: Arguments, operands: [String]? = nil
  ) throws -> (budgets: [Budget], faulty: [ConfigurationError]) {
    var paths = arguments.all("file") + (operands ?? arguments.operands)
    if let config = arguments.value("config") {
      paths += try NightlyConfiguration(file: config).budgets
    }
    guard !paths.isEmpty else {
      throw UsageError("expected --config FILE or --file BUDGETS.json", command: "budgets")
    }
    var file = BudgetFile()
    var faulty: [ConfigurationError] = []
    for path in paths {
      try file.add(try ConfigurationFile.json(path), file: path) { _, error in
        faulty.append(error)
      }
    }
    let budgets = try file.merged()
    if budgets.isEmpty, let first = faulty.first { throw first }
    return (budgets, faulty)
  }

  private static func print(
    _ table: FindingsTable, _ rows: [[Value]], isAlarm: Bool = false, _ session: Session,
    _ arguments: Arguments
  ) throws -> ExitCode {
    let code = try print(
      fields: table.fields, rows, command: table.name, session, arguments)
    return isAlarm && arguments.has("exit-code") ? .alarm : code
  }

  private static func print(
    fields: [Field], _ rows: [[Value]], command: String, _ session: Session,
    _ arguments: Arguments
  ) throws -> ExitCode {
    let printer = try ResultPrinter(arguments, session.terminal, command: command)
    let columns = fields.indices.map { position in
      Column(fields[position].type, values: rows.map { $0[position] })
    }
    try printer.print(
      QueryResult(schema: Schema(fields), batches: [Batch(columns, count: rows.count)]))
    try printer.finish()
    return .done
  }
}
