import Columns
import Warehouse

/// `kakeibo lake`: look after the tables.
enum LakeCommand {
  static let command = Command(
    options: ResultPrinter.options.merging(
      [
        "engine": .value, "location": .value, "retain-hours": .value, "dry-run": .flag,
        "deep": .flag,
        "force": .flag,
      ],
      uniquingKeysWith: { own, _ in own }),
    run: run)

  private static func run(_ session: Session, _ arguments: Arguments) throws -> ExitCode {
    let verbs = ["tables", "history", "check", "vacuum", "ddl"]
    guard let verb = arguments.operands.first, verbs.contains(verb) else {
      let given = arguments.operands.first.map {
        ", found '\($0)'\(Suggestion.text(for: $0, among: verbs))"
      }
      throw UsageError(
        "expected one of \(verbs.joined(separator: ", "))\(given ?? "")", command: "lake")
    }
    let table = arguments.operands.dropFirst().first
    let warehouse = try session.warehouse()
    let printer = try ResultPrinter(arguments, session.terminal, command: "lake")
    switch verb {
    case "tables": try printer.print(tables(try warehouse.tables()))
    case "history":
      guard let table else { throw UsageError("expected a table's name", command: "lake") }
      try printer.print(try warehouse.history(table))
    case "check":
      let findings = try warehouse.check(table, isDeep: arguments.has("deep"))
      try printer.print(findings)
      try printer.finish()
      let isWrong = findings.rows().contains { $0.last?.string == "error" }
      return isWrong ? .failed : .done
    case "vacuum":
      try printer.print(
        try warehouse.vacuum(
          table, retention: try retention(arguments), force: arguments.has("force"),
          dryRun: arguments.has("dry-run")))
    default:
      let engine = try engine(arguments)
      guard engine != .athena || arguments.value("location") != nil else {
        throw UsageError(
          "Athena reads from S3: say where the lake is there with --location s3://bucket/lake",
          command: "lake")
      }
      let text = try warehouse.ddl(
        engine, tables: table.map { [$0] }, location: arguments.value("location"))
      try session.terminal.print(text)
    }
    try printer.finish()
    return .done
  }

  private static func retention(_ arguments: Arguments) throws(UsageError) -> Int64? {
    guard let text = arguments.value("retain-hours") else { return nil }
    guard let hours = Int64(text), (0...1_000_000).contains(hours) else {
      throw UsageError(
        "--retain-hours: expected a number of hours, found '\(text)'", command: "lake")
    }
    return hours * 3_600_000_000
  }

  private static func engine(_ arguments: Arguments) throws(UsageError) -> DDLEngine {
    let known = DDLEngine.allCases.map(\.rawValue).joined(separator: ", ")
    guard let name = arguments.value("engine"), let engine = DDLEngine(rawValue: name) else {
      throw UsageError("expected --engine \(known)", command: "lake")
    }
    return engine
  }

  private static func tables(_ tables: [TableSummary]) -> QueryResult {
    let schema = Schema([
      Field("table", .varchar), Field("rows", .bigint), Field("files", .bigint),
      Field("bytes", .bigint), Field("version", .bigint), Field("partitioned_by", .varchar),
    ])
    let rows: [[Value]] = tables.map { table in
      [
        .text(table.name), table.rowCount.map { .int64(Int64($0)) } ?? .null,
        .int64(Int64(table.fileCount)), .int64(Int64(table.byteCount)), .int64(table.version),
        .text(table.partitionColumns.joined(separator: ", ")),
      ]
    }
    let columns = schema.fields.indices.map { position in
      Column(schema[position].type, values: rows.map { $0[position] })
    }
    return QueryResult(schema: schema, batches: [Batch(columns, count: rows.count)])
  }
}
