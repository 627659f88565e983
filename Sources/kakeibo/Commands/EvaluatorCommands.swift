import Columns
import Evaluators
import Files
import Nightly
import TextFormats
import Warehouse
import Reports

/// `budgets`, `forecast`, `anomalies`, `rightsize`, `rules`: one evaluator alone, its findings printed.
enum EvaluatorCommands {
  private static let options = ResultPrinter.options.merging(
    ["exit-code": .flag, "config": .value, "file": .value], uniquingKeysWith: { own, _ in own })

  static let budgets = Command(options: options) { session, arguments in
    let warehouse = try session.warehouse()
    let statuses = try BudgetEvaluator(warehouse, try session.day(warehouse))
      .evaluate(try readBudgets(arguments))
    let isAlarm = statuses.contains { $0.state == .alarm }
    return try print(
      BudgetStatus.table, statuses.flatMap(\.rows), isAlarm: isAlarm, session, arguments)
  }

  static let forecast = Command(options: options) { session, arguments in
    let warehouse = try session.warehouse()
    let forecasts = try CostForecast.evaluate(warehouse, try session.day(warehouse))
    return try print(CostForecast.table, forecasts.map(\.row), session, arguments)
  }

  static let anomalies = Command(
    options: options.merging(
      ["input": .value, "learn": .value], uniquingKeysWith: { own, _ in own })
  ) { session, arguments in
    if let input = arguments.value("input") {
      return try printAnomalies(ofSeries: input, session, arguments)
    }
    let warehouse = try session.warehouse()
    let found = try CostAnomaly.evaluate(warehouse, try session.day(warehouse))
    return try print(
      CostAnomaly.table, found.map(\.row), isAlarm: !found.isEmpty, session, arguments)
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
      try session.warehouse(tables: ["input": path]), table: "input", named: path,
      learningDays: learningDays)
    try printer.print(result)
    try printer.finish()
    return .done
  }

  static let rightsize = Command(options: options) { session, arguments in
    let warehouse = try session.warehouse()
    let found = try Rightsizing(warehouse, try session.day(warehouse)).evaluate()
    return try print(Recommendation.table, found.map(\.row), session, arguments)
  }

  static let rules = Command(options: options) { session, arguments in
    let outcome = try RuleEvaluator(try session.warehouse()).evaluate(session.queries[.rules])
    for skipped in outcome.skipped {
      session.terminal.note("note: rule '\(skipped.rule)' was not asked: \(skipped.reason)")
    }
    return try print(
      Violation.table, outcome.violations.map(\.row), isAlarm: !outcome.violations.isEmpty,
      session, arguments)
  }

  private static func readBudgets(_ arguments: Arguments) throws -> [Budget] {
    var paths = arguments.all("file") + arguments.operands
    if let config = arguments.value("config") {
      paths += try NightlyConfiguration(file: config).budgets
    }
    guard !paths.isEmpty else {
      throw UsageError("expected --config FILE or --file BUDGETS.json", command: "budgets")
    }
    var file = BudgetFile()
    for path in paths {
      try file.add(try ConfigurationFile.json(path), file: path)
    }
    return try file.merged()
  }

  private static func print(
    _ table: FindingsTable, _ rows: [[Value]], isAlarm: Bool = false, _ session: Session,
    _ arguments: Arguments
  ) throws -> ExitCode {
    let printer = try ResultPrinter(arguments, session.terminal, command: table.name)
    let columns = table.fields.indices.map { position in
      Column(table.fields[position].type, values: rows.map { $0[position] })
    }
    try printer.print(
      QueryResult(
        schema: Schema(table.fields), batches: [Batch(columns, count: rows.count)]))
    try printer.finish()
    return isAlarm && arguments.has("exit-code") ? .alarm : .done
  }
}
