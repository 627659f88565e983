import Columns
import Files
package import TextFormats

/// The manifest beside a delivery: the truth about which files make up a version of a report.
package struct ReportManifest: Sendable, Hashable {
  package enum Form: Sendable {
    /// `assemblyId` and `reportKeys`: legacy cost and usage reports.
    case legacy
    /// `executionId` and `dataFiles`: data exports.
    case export
    /// `runInfo` and `blobs`: exports of Azure's Cost Management.
    case azure

    /// The members by which schemas name the form; none where one serves any.
    package var members: [String] {
      switch self {
      case .legacy: ["assemblyId", "reportKeys"]
      case .export: ["executionId", "dataFiles"]
      case .azure: []
      }
    }
  }

  package let form: Form
  /// The assembly's or the export execution's id, new with each version.
  package let id: String
  /// The account that the report is of; empty if the manifest does not tell.
  package let payer: String
  package let reportName: String
  /// `YYYY-MM`, nil if the manifest does not tell.
  package let period: String?
  /// Keys of the data files in the bucket, without the bucket's name.
  package let keys: [String]
  /// Bytes of data files, by key, where the manifest says it.
  package let sizes: [String: Int]
  /// When the version was made, microseconds since the epoch, where the manifest says it.
  package let issued: Int64?
  /// The names of the columns, as far as they are listed.
  package let columns: [String]

  /// Reads a manifest; nil when the document is something else.
  ///
  /// - Throws: `FormatError` when it is a manifest that lacks what it must say.
  package init?(_ json: JSONValue, file: String) throws {
    if let keys = json["reportKeys"]?.array, let id = json["assemblyId"]?.string {
      try self.init(legacy: json, id: id, keys: keys, file: file)
    } else if let files = json["dataFiles"]?.array, let id = json["executionId"]?.string {
      try self.init(export: json, id: id, files: files, file: file)
    } else if let blobs = json["blobs"]?.array, let run = json["runInfo"] {
      try self.init(azure: json, run: run, blobs: blobs, file: file)
    } else {
      return nil
    }
  }

  /// Whether members of a JSON document are those of a manifest.
  package static func isManifest(members: [String]) -> Bool {
    let known: Set = ["reportKeys", "dataFiles", "assemblyId", "executionId", "runInfo", "blobs"]
    return !known.isDisjoint(with: members)
  }

  private init(legacy json: JSONValue, id: String, keys: [JSONValue], file: String) throws {
    guard let name = json["reportName"]?.string else {
      throw FormatError(file, "the manifest has no 'reportName'")
    }
    form = .legacy
    issued = nil
    sizes = [:]
    self.id = id
    payer = json["account"]?.string ?? ""
    reportName = name
    let billing = json["billingPeriod"]
    period = billing?["start"]?.string.flatMap(ReportManifest.month)
    if let billing, !billing.isNull, period == nil {
      throw FormatError(
        file, "expected a 'start' such as 20260901T000000.000Z in 'billingPeriod', found none")
    }
    self.keys = try ReportManifest.checked(keys.compactMap(\.string), file: file)
    columns = (json["columns"]?.array ?? []).map { column in
      (column["category"]?.string ?? "") + "/" + (column["name"]?.string ?? "")
    }
  }

  private init(export json: JSONValue, id: String, files: [JSONValue], file: String) throws {
    guard let arn = json["exportArn"]?.string else {
      throw FormatError(file, "the manifest has no 'exportArn'")
    }
    // arn:aws:bcm-data-exports:us-east-1:111122223333:export/name-<uuid>
    let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
    form = .export
    issued = nil
    sizes = [:]
    self.id = id
    payer = parts.count > 4 ? String(parts[4]) : ""
    reportName = ReportManifest.exportName(parts.last.map(String.init) ?? arn)
    keys = try ReportManifest.checked(
      files.compactMap(\.string).map(ReportManifest.key), file: file)
    period = keys.lazy.compactMap(ReportManifest.partitionMonth).first
    columns = (json["columns"]?.array ?? []).compactMap { $0["name"]?.string }
  }

  /// Source: Microsoft Learn, Cost Management, "Manifest file" of partitioned exports.
  private init(azure json: JSONValue, run: JSONValue, blobs: [JSONValue], file: String) throws {
    guard let id = run["runId"]?.string else {
      throw FormatError(file, "the manifest has no 'runId'")
    }
    let resource = json.at("exportConfig", "resourceId")?.string ?? ""
    form = .azure
    self.id = id
    // …/billingAccounts/1234567/…/exports/daily and /subscriptions/<id>/…/exports/daily
    payer = ReportManifest.component(
      after: ["billingaccounts", "billingprofiles", "subscriptions"], in: resource)
    reportName = json.at("exportConfig", "exportName")?.string ?? "export"
    let keys = try ReportManifest.checked(
      blobs.compactMap { $0["blobName"]?.string }, file: file)
    self.keys = keys
    let named = Set(keys)
    var sizes: [String: Int] = [:]
    for blob in blobs {
      if let key = blob["blobName"]?.string, named.contains(key) {
        sizes[key] = blob["byteCount"]?.int
      }
    }
    self.sizes = sizes
    let days = [run["startDate"]?.string, run["endDate"]?.string].compactMap { text in
      text.flatMap { CivilTimeText.timestamp(Array($0.utf8)) }
    }
    // The last moment of the run, so that an end at the first of the next month counts as the month's.
    let months = days.enumerated().map { place, time in
      String(
        CivilTimeText.text(timestamp: place == 0 ? time : max(days[0], time - 1), separator: "T")
          .prefix(7))
    }
    period = months.count == 2 && months[0] == months[1] ? months[0] : nil
    issued = run["submittedTime"]?.string.flatMap { CivilTimeText.timestamp(Array($0.utf8)) }
    columns = []
  }

  /// The component of an Azure resource's path behind the first of some words that is there.
  private static func component(after words: [String], in path: String) -> String {
    let parts = path.split(separator: "/")
    for word in words {
      if let place = parts.firstIndex(where: { $0.lowercased() == word }), place + 1 < parts.count {
        return String(parts[place + 1])
      }
    }
    return ""
  }

  /// Keys as a bucket can have them, each once.
  ///
  /// A manifest decides which files are read, so it may name none outside of the delivery.
  private static func checked(_ keys: [String], file: String) throws -> [String] {
    guard keys.count <= keyLimit else {
      throw FormatError(
        file, "the manifest names \(keys.count) files, more than the \(keyLimit) allowed")
    }
    var seen: Set<String> = []
    for key in keys {
      guard key.utf8.count <= keyBytes else {
        throw FormatError(
          file,
          "the manifest names '\(key.prefix(40))…', a key of \(key.utf8.count) bytes where a "
            + "bucket allows \(keyBytes)")
      }
      let parts = key.split(separator: "/")
      guard !parts.isEmpty, !parts.contains(".."), !parts.contains("."), !key.utf8.contains(0)
      else {
        throw FormatError(
          file,
          "the manifest names '\(key)', expected the key of a file at or below the report's folder")
      }
      seen.insert(key)
    }
    return seen.count == keys.count ? keys : keys.filter { seen.remove($0) != nil }
  }

  /// Far more parts than the largest reports have.
  private static let keyLimit = 10_000
  /// The longest key of an object.
  private static let keyBytes = 1024

  /// The months that folders such as `BILLING_PERIOD=2026-04` name.
  package static func partitionMonth(_ path: String) -> String? {
    for part in path.split(separator: "/") {
      let pair = part.split(separator: "=", maxSplits: 1)
      if pair.count == 2, pair[0].lowercased() == "billing_period", pair[1].utf8.count == 7 {
        let digits = pair[1].filter { $0 != "-" }
        if pair[1].dropFirst(4).first == "-", let month = month(String(digits)) { return month }
      }
    }
    return nil
  }

  /// `20191201T000000.000Z` and `2019-12-01T00:00:00Z` are of `2019-12`.
  static func month(_ text: String) -> String? {
    let isDashed = text.dropFirst(4).first == "-"
    let digits = Array(text.utf8.prefix(isDashed ? 7 : 6)).filter { $0 != UInt8(ascii: "-") }
    guard digits.count == 6, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    let year = String(decoding: digits.prefix(4), as: UTF8.self)
    let month = String(decoding: digits.suffix(2), as: UTF8.self)
    guard (1...12).contains(Int(month) ?? 0) else { return nil }
    return "\(year)-\(month)"
  }

  /// `s3://bucket/prefix/file` has the key `prefix/file`.
  private static func key(_ uri: String) -> String {
    guard uri.hasPrefix("s3://") else { return uri }
    let path = uri.dropFirst(5)
    return path.firstIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? String(path)
  }

  /// `export/name-<uuid>` without the word and the identifier.
  private static func exportName(_ resource: String) -> String {
    let name = resource.hasPrefix("export/") ? resource.dropFirst(7) : Substring(resource)
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    let identifier = parts.suffix(5)
    guard parts.count > 5, identifier.map(\.utf8.count) == [8, 4, 4, 4, 12] else {
      return String(name)
    }
    return parts.dropLast(5).joined(separator: "-")
  }
}
