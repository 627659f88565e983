import Files
import Foundation
import Ingestion
import Nightly
import Reports
import TextFormats

/// `kakeibo init`: looks at what is here and writes a commented config for `nightly`.
enum InitCommand {
  static let command = Command(
    options: ["output": .value, "force": .flag, "dry-run": .flag], run: run)

  private static func run(_ session: Session, _ arguments: Arguments) throws -> ExitCode {
    let file = arguments.value("output") ?? "nightly.json"
    let isDry = arguments.has("dry-run")
    if !isDry, Directory.kind(file) != nil, !arguments.has("force") {
      session.terminal.note(
        "'\(file)' is here already; nothing to do. --force writes it anew, --dry-run shows it.")
      return .done
    }
    let folder = Path.split(file).directory
    let surroundings = try Surroundings(
      paths: arguments.operands, folder: folder.isEmpty ? "." : folder, session.reports)
    for line in surroundings.summary { session.terminal.note(line) }
    guard !surroundings.sources.isEmpty else {
      throw UsageError(
        "no report or listing found here; say where they are: kakeibo init FOLDER… or s3://BUCKET/PREFIX",
        command: "init")
    }
    let text = surroundings.configuration
    guard !isDry else {
      try session.terminal.print(Array(text.utf8))
      return .done
    }
    let output = try OutputFile(file)
    try output.write(Array(text.utf8))
    try output.finish()
    // What is written is understood, or it would be no help.
    _ = try NightlyConfiguration(file: file)
    session.terminal.note(
      """
      wrote  \(file)

      Look it over, then:
        kakeibo nightly --config \(file)
      """)
    return .done
  }
}

/// What there is to configure a night with.
private struct Surroundings {
  struct Source {
    /// As the config has it.
    let path: String
    let about: String
  }

  private(set) var sources: [Source] = []
  private var budgets: [(path: String, about: String)] = []
  private var lake = "lake"
  private var schemas: String?

  /// - Parameters:
  ///   - paths: where to look; without any, at everything in the config's folder.
  ///   - folder: the config's, to which its paths are relative.
  init(paths: [String], folder: String, _ catalog: ReportCatalog) throws {
    let names =
      paths.isEmpty
      ? try FileManager.default.contentsOfDirectory(atPath: folder).sorted() : paths
    for name in names where !name.hasPrefix(".") || paths.contains(name) {
      if SourceSettings.isBucket(name) {
        sources.append(Source(path: name, about: "fetched by the AWS CLI"))
        continue
      }
      let place = paths.isEmpty ? Path.join(folder, name) : name
      guard Directory.kind(place) != nil else {
        throw UsageError("there is no file or folder '\(name)'", command: "init")
      }
      look(at: place, named: paths.isEmpty ? name : Surroundings.relative(name, folder), catalog)
    }
  }

  /// A path as the config has it: relative to its folder, absolute where it is elsewhere.
  private static func relative(_ path: String, _ folder: String) -> String {
    if path.hasPrefix("/") || folder == "." { return path }
    return URL(filePath: path).standardizedFileURL.path
  }

  private mutating func look(at place: String, named name: String, _ catalog: ReportCatalog) {
    if Surroundings.isLake(place) {
      lake = name
      return
    }
    if Surroundings.isSchemas(place) {
      schemas = name
      return
    }
    let found = budgetFiles(below: place, named: name)
    budgets += found
    let kinds = Ingest.survey(place, catalog)
    guard !kinds.isEmpty else { return }
    let about = kinds.prefix(4).map {
      "\($0.title) (\($0.files == 1 ? "1 file" : "\($0.files) files"))"
    }
    let rest = kinds.count - 4
    let more = rest > 0 ? " and \(rest) more kind\(rest == 1 ? "" : "s")" : ""
    sources.append(Source(path: name, about: about.joined(separator: ", ") + more))
  }

  private static func isLake(_ place: String) -> Bool {
    let tables = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
    return tables.contains { Directory.kind(Path.join(place, $0 + "/_delta_log")) == .directory }
  }

  private static func isSchemas(_ place: String) -> Bool {
    guard Directory.kind(place) == .directory,
      let files = try? Directory.files(below: place), !files.isEmpty
    else { return false }
    return files.prefix(20).allSatisfy { file in
      file.hasSuffix(".json") && json(file)?["recognise"] != nil
    }
  }

  /// Answers of `describe-budgets` and its kin, of which no table is made.
  private func budgetFiles(below place: String, named name: String) -> [(String, String)] {
    let files =
      Directory.kind(place) == .directory
      ? (try? Directory.files(below: place, skips: { $0.hasPrefix(".") })) ?? [] : [place]
    return files.prefix(2000).filter { $0.hasSuffix(".json") }.compactMap { file in
      guard let json = Surroundings.json(file) else { return nil }
      let path = name + file.dropFirst(place.count)
      if let list = json["Budgets"]?.array { return (path, "\(list.count) budgets") }
      if json["BudgetNotificationsForAccount"] != nil { return (path, "their thresholds") }
      return nil
    }
  }

  /// A small file as JSON; nil for everything else.
  private static func json(_ file: String) -> JSONValue? {
    guard let size = try? Directory.attributes(file).size, size < 4 << 20,
      let bytes = try? FileSource(file).readAll()
    else { return nil }
    return try? JSONValue.parse(bytes, file: file)
  }

  var summary: [String] {
    sources.map { "found  \($0.path): \($0.about)" }
      + budgets.map { "found  \($0.path): \($0.about)" }
      + (schemas.map { ["found  \($0): schemas of your own"] } ?? [])
  }

  /// The config, with a comment for each thing that a person may want to change.
  var configuration: String {
    var text = """
      // What `kakeibo nightly --config nightly.json` does, as `kakeibo init` has found it here.
      // Paths are relative to this file; comments and trailing commas are allowed.
      {
        // Where the tables are kept; --lake on the command line goes before it.
        "lake": \(quoted(lake)),

        // Reports and listings to load; what each is, is recognised from its content.
        "sources": [

      """
    for source in sources {
      text += "    // \(source.about)\n    { \"path\": \(quoted(source.path)) },\n"
    }
    text += "  ],\n\n"
    if let schemas {
      text += "  // Kinds of reports of your own: 'kakeibo help schemas'.\n"
      text += "  \"schemas\": \(quoted(schemas)),\n\n"
    }
    text += """
        // As printed by `aws budgets describe-budgets` and
        // `aws budgets describe-budget-notifications-for-account`.
        "budgets": [\(budgets.map { quoted($0.path) }.joined(separator: ", "))],

        // "all", or the names of files in queries/rules.
        "rules": "all",

        // Alerts go to each channel once per crossing and period.
        "channels": [
          { "name": "terminal", "type": "stdout" },
          { "name": "log", "type": "file", "path": "out/alerts.jsonl" },
          // { "name": "chat", "type": "command", "command": ["./post-to-chat"] },
        ],

        "outputs": {
          "series": "out/series",
          "dashboard": "out/dashboard.html",
          "metrics": "out/kakeibo.prom",
        },
      }

      """
    return text
  }

  private func quoted(_ text: String) -> String {
    var out: [UInt8] = []
    JSONText.append(string: text.utf8, to: &out)
    return String(decoding: out, as: UTF8.self)
  }
}
