package import Alerts
import Evaluators
import Files
import Ingestion
import TextFormats

/// What a nightly run does, from its config file: JSON with comments and trailing commas.
///
///     {
///       "lake": "lake",
///       "sources": [{ "path": "cur" }],
///       "budgets": ["budgets.json", "notifications.json"],
///       "rules": "all",
///       "channels": [{ "name": "log", "type": "file", "path": "alerts.jsonl" }],
///       "outputs": { "series": "out/series", "dashboard": "out/index.html" }
///     }
///
/// Paths are relative to the file's own folder.
package struct NightlyConfiguration: Sendable {
  package struct Source: Sendable, Hashable {
    /// A file, a folder, a glob, or a place in a bucket.
    package let path: String
    /// The report's kind where it is not to be recognised.
    package let report: String?
    package let table: String?
  }

  package let file: String
  /// Where the lake is, when the command line does not say.
  package let lake: String?
  /// Where objects of buckets are kept, when the command line does not say.
  package let cache: String?
  package let sources: [Source]
  /// A folder of schema files of the user's own.
  package let schemas: String?
  /// Rules for costs: accounts, categories, tags, shared costs, a currency.
  package let costs: String?
  package let budgets: [String]
  /// A file of what people said of anomalies.
  package let anomalyFeedback: String?
  /// Names of rules; nil for all.
  package let rules: [String]?
  /// Values of rules' parameters, by name: `"parameters": { "limit": "5000" }`.
  package let ruleParameters: [String: String]
  /// Files with recommendations that nobody wants to hear of.
  package let suppressions: [String]
  package let channels: [Channel]
  package let seriesDirectory: String?
  package let dashboard: String?
  package let metrics: String?

  /// Reads a config file.
  ///
  /// - Throws: `ConfigurationError` for a file that cannot be read and for a setting that is missing,
  ///   misspelt or of the wrong kind.
  package init(file: String) throws {
    try self.init(try ConfigurationFile.json(file, options: .config), file: file)
  }

  init(_ json: JSONValue, file: String) throws {
    let root = JSONPlace(json, file: file)
    try root.allow(
      [
        "lake", "cache", "sources", "schemas", "costs", "budgets", "rules", "parameters",
        "suppressions", "anomalyFeedback", "channels", "outputs",
      ])
    let folder = Path.split(file).directory
    let resolve = { (path: String) in Path.join(folder, path) }

    self.file = file
    lake = try root.optional("lake").map { place in
      let path = try place.text()
      return path == ":memory:" ? path : resolve(path)
    }
    cache = try root.optional("cache").map { resolve(try $0.text()) }
    var sources: [Source] = []
    for source in try root.required("sources").elements() {
      try source.allow(["path", "report", "table"])
      let path = try source.required("path")
      let text = try path.text()
      if text == "-" { throw path.error("a run at night has no standard input to read") }
      sources.append(
        Source(
          path: SourceSettings.isBucket(text) ? text : resolve(text),
          report: try source.optional("report")?.text(),
          table: try source.optional("table")?.text()))
    }
    self.sources = sources
    schemas = try root.optional("schemas").map { resolve(try $0.text()) }
    costs = try root.optional("costs").map { resolve(try $0.text()) }
    budgets = try (root.optional("budgets")?.elements() ?? []).map { resolve(try $0.text()) }
    anomalyFeedback = try root.optional("anomalyFeedback").map { resolve(try $0.text()) }
    rules = try NightlyConfiguration.rules(root)
    var parameters: [String: String] = [:]
    for (name, value) in try root.optional("parameters")?.members() ?? [] {
      parameters[name] = try value.text()
    }
    ruleParameters = parameters
    suppressions = try (root.optional("suppressions")?.elements() ?? []).map {
      resolve(try $0.text())
    }
    channels = try NightlyConfiguration.channels(root, resolve)
    let outputs = try root.optional("outputs")
    try outputs?.allow(["series", "dashboard", "metrics"])
    seriesDirectory = try outputs?.optional("series").map { resolve(try $0.text()) }
    dashboard = try outputs?.optional("dashboard").map { resolve(try $0.text()) }
    metrics = try outputs?.optional("metrics").map { resolve(try $0.text()) }
  }

  private static func rules(_ root: JSONPlace) throws -> [String]? {
    guard let rules = try root.optional("rules") else { return nil }
    if case .string(let word) = rules.value {
      guard word == "all" else { throw rules.error("expected \"all\" or a list, found '\(word)'") }
      return nil
    }
    return try rules.elements().map { try $0.text() }
  }

  private static func channels(
    _ root: JSONPlace, _ resolve: (String) -> String
  ) throws -> [Channel] {
    var channels: [Channel] = []
    for place in try root.optional("channels")?.elements() ?? [] {
      let namePlace = try place.required("name")
      let name = try namePlace.text()
      // Names are kept in the ledger, separated by commas.
      guard !name.isEmpty, !name.contains(","), !channels.contains(where: { $0.name == name })
      else { throw namePlace.error("expected a name of its own without commas, found '\(name)'") }
      let type = try place.required("type")
      switch try type.text() {
      case "stdout":
        try place.allow(["name", "type"])
        channels.append(Channel(name: name, target: .standardOutput))
      case "file":
        try place.allow(["name", "type", "path"])
        channels.append(
          Channel(name: name, target: .file(resolve(try place.required("path").text()))))
      case "command":
        try place.allow(["name", "type", "command"])
        let command = try place.required("command")
        let words = try command.elements().map { try $0.text() }
        guard !words.isEmpty else { throw command.error("expected a program and its arguments") }
        channels.append(Channel(name: name, target: .command(words)))
      case let other: throw type.error("expected stdout, file or command, found '\(other)'")
      }
    }
    return channels
  }
}

extension JSONPlace {
  /// - Throws: `ConfigurationError` for a member of another name: a misspelt setting must not be
  ///   silently without effect.
  func allow(_ names: [String]) throws(ConfigurationError) {
    for (key, value) in try members() where !names.contains(key) {
      throw value.error("unknown setting; known here are \(names.joined(separator: ", "))")
    }
  }
}
