import Columns
import Evaluators
import Files
import Foundation
import Ingestion
import Nightly
import Reports
import TextFormats
import Warehouse

/// What every command needs: the global options, the lake, the reports and queries.
struct Session {
  let terminal: Terminal
  /// Microseconds since the epoch.
  private(set) var now: Int64
  private(set) var reports: ReportCatalog
  let queries: QueryLibrary
  /// The lake that the command line or the environment names.
  let lakeName: String
  private let threads: Int
  private let memory: Int
  private let disabledRules: Set<String>
  private var isTimeGiven: Bool

  static let options: [String: Arguments.Option] = [
    "lake": .value, "threads": .value, "memory": .value, "as-of": .value, "quiet": .flag,
    "no-color": .flag, "without-rule": .value, "schemas": .value, "queries": .value, "help": .flag,
    "version": .flag,
  ]

  /// - Throws: `UsageError` for a value that cannot be read; what reading schemas and queries throws.
  init(_ arguments: Arguments) throws {
    let environment = ProcessInfo.processInfo.environment
    terminal = Terminal(
      isQuiet: arguments.has("quiet"), noColor: arguments.has("no-color"))
    lakeName = arguments.value("lake") ?? environment["KAKEIBO_LAKE"] ?? "lake"
    threads = try Session.threads(arguments.value("threads"))
    memory = try Session.bytes(arguments.value("memory") ?? "2GiB")
    disabledRules = try Session.rules(arguments.all("without-rule"))
    isTimeGiven = arguments.value("as-of") != nil
    now = try Session.time(arguments.value("as-of"))
    reports = try Session.adding(arguments.value("schemas"), to: .standard())
    queries = try QueryLibrary(
      standard: EmbeddedFiles.queries.map { (path: $0.name, text: $0.text) },
      files: Session.files(arguments.value("queries"), suffix: ".sql").map {
        (path: $0.name, text: $0.text)
      })
  }

  /// Opens the lake that the command line, the config file or the environment names.
  func warehouse(lake configured: String? = nil, tables: [String: String] = [:]) throws
    -> Warehouse
  {
    var configuration = Warehouse.Configuration(
      lake: configured ?? lakeName, threads: threads, memory: memory, now: now)
    configuration.views = Dictionary(
      queries[.views].map { ($0.name, $0.sql) }, uniquingKeysWith: { first, _ in first })
    let lake = configuration.lake
    configuration.generatedViews = reports.generatedViews {
      try InstalledCostRules.load(lake: lake)?.rules
    }
    configuration.tableViews = reports.tableViews
    configuration.declaredTable = reports.declaredTable(named:)
    configuration.fileTables = tables
    configuration.spillDirectory = Session.spillDirectory(lake: configuration.lake)
    configuration.disabledRules = disabledRules
    let terminal = terminal
    configuration.note = { terminal.note("note: \($0)") }
    return try Warehouse(configuration)
  }

  /// Where temporary files go: to $TMPDIR, else into the lake, whose disk is large enough for it; /tmp is
  /// in memory on many machines.
  private static func spillDirectory(lake: String) -> String {
    if let directory = ProcessInfo.processInfo.environment["TMPDIR"], !directory.isEmpty {
      return directory
    }
    let isWritable = { FileManager.default.isWritableFile(atPath: $0) }
    return [lake, "/var/tmp"].first(where: isWritable) ?? "/tmp"
  }

  /// The same session with further kinds of reports, from a folder of schema files.
  func adding(schemas folder: String?) throws -> Session {
    var session = self
    session.reports = try Session.adding(folder, to: reports)
    return session
  }

  /// - Throws: `UsageError` for a schema that cannot be understood: what was asked for is not known then.
  private static func adding(
    _ folder: String?, to reports: ReportCatalog
  ) throws -> ReportCatalog {
    guard let folder else { return reports }
    let files = try files(folder, suffix: ".json").map { (Path.join(folder, $0.name), $0.text) }
    do {
      return try reports.adding(files)
    } catch let error as FormatError {
      throw UsageError(error.description, command: "schemas")
    }
  }

  /// The same session at another time, unless the command line gave one.
  func at(_ text: String) throws -> Session {
    guard !isTimeGiven else { return self }
    var session = self
    session.now = try Session.time(text)
    session.isTimeGiven = true
    return session
  }

  /// Listings without a date of their own are of the day that `--as-of` names, if it is given.
  var ingestOptions: Ingest.Options {
    var options = Ingest.Options(now: now)
    if isTimeGiven { options.snapshotDay = Int(now / Microseconds.day) }
    return options
  }

  func day(_ warehouse: Warehouse) throws -> EvaluationDay {
    try EvaluationDay(warehouse, asOf: now)
  }

  // MARK: Reading values

  private static func rules(_ names: [String]) throws(UsageError) -> Set<String> {
    let known = Warehouse.ruleNames
    var rules: Set<String> = []
    for name in names where name != "all" {
      guard known.contains(name) else {
        throw UsageError(
          "--without-rule: no rule named '\(name)'\(Suggestion.text(for: name, among: known)); "
            + "there are \(Set(known).sorted().joined(separator: ", ")), and all")
      }
      rules.insert(name)
    }
    return names.contains("all") ? Set(known) : rules
  }

  private static func threads(_ text: String?) throws(UsageError) -> Int {
    guard let text else { return ProcessInfo.processInfo.activeProcessorCount }
    guard let count = Int(text), (1...1024).contains(count) else {
      throw UsageError("--threads: expected a number from 1 to 1024, found '\(text)'")
    }
    return count
  }

  /// `512MiB`, `2GB`, `1000000`.
  private static func bytes(_ text: String) throws(UsageError) -> Int {
    let digits = text.prefix { $0.isNumber }
    let units = [
      "": 1, "b": 1, "k": 1 << 10, "kb": 1000, "kib": 1 << 10, "m": 1 << 20, "mb": 1_000_000,
      "mib": 1 << 20, "g": 1 << 30, "gb": 1_000_000_000, "gib": 1 << 30,
    ]
    let unit = text.dropFirst(digits.count).filter { $0 != " " }.lowercased()
    guard let count = Int(digits), let factor = units[unit], count > 0,
      case let (size, overflow) = count.multipliedReportingOverflow(by: factor), !overflow
    else {
      throw UsageError("--memory: expected a size such as 512MiB or 2GB, found '\(text)'")
    }
    return size
  }

  private static func time(_ text: String?) throws(UsageError) -> Int64 {
    guard let text else { return Int64(Date().timeIntervalSince1970 * 1_000_000) }
    guard let time = CivilTimeText.timestamp(Array(text.utf8)) else {
      throw UsageError(
        "--as-of: expected a time such as 2026-10-25 or 2026-10-25T06:00:00Z, found '\(text)'")
    }
    return time
  }

  /// Files below a folder by their path within it.
  private static func files(
    _ folder: String?, suffix: String
  ) throws -> [(name: String, text: String)] {
    guard let folder else { return [] }
    return try Directory.files(below: folder, skips: { $0.hasPrefix(".") })
      .filter { $0.hasSuffix(suffix) }
      .map { path in
        let bytes = try FileSource(path).readAll(limit: 16 << 20)
        return (
          String(path.dropFirst(folder.count).drop { $0 == "/" }),
          String(decoding: bytes, as: UTF8.self)
        )
      }
  }
}
