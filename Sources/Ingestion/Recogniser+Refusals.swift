import Compression
import Files
import TextFormats

/// What lies under a report's name and is none: refused, where a file of another kind is passed over.
extension Recogniser {
  /// Endings of files that hold tables and nothing else.
  private static let tableEndings = [".csv", ".csv.gz", ".csv.zip", ".tsv", ".tsv.gz", ".parquet"]
  private static let jsonEndings = [
    ".json", ".json.gz", ".json.zip", ".jsonl", ".jsonl.gz", ".jsonl.zip", ".ndjson", ".ndjson.gz",
    ".ndjson.zip",
  ]
  private static let packedEndings = [".gz", ".zip"]
  /// Endings of what exporters tell their metrics in.
  private static let scrapeEndings = [
    ".prom", ".prom.gz", ".om", ".om.gz", ".openmetrics", ".openmetrics.gz",
  ]

  /// Whether a file is meant to be a report, going by its name.
  static func hasReportEnding(_ path: String) -> Bool {
    ends(
      path,
      Recogniser.tableEndings + Recogniser.jsonEndings + Recogniser.packedEndings
        + Recogniser.scrapeEndings)
  }

  private static func ends(_ path: String, _ endings: [String]) -> Bool {
    let name = Path.name(path).lowercased()
    return endings.contains(where: name.hasSuffix)
  }

  /// What was not recognised under a name that promises a report is a failure, not something to pass
  /// over: a bill would be missing, and nobody would be told.
  func strict(_ glance: Glance, _ path: String) -> Glance {
    guard case .unknown(let reason) = glance else { return glance }
    // What AWS puts beside a report made for Athena: one column that says whether it is being written.
    if Path.name(path).hasPrefix("cost_and_usage_data_status") {
      return .unknown("it says how far a report's delivery is, and has no charges")
    }
    if Recogniser.ends(path, Recogniser.tableEndings + Recogniser.scrapeEndings)
      || reason == "empty" && Recogniser.ends(path, Recogniser.packedEndings)
    {
      return .damaged(
        "\(path): expected a report as the name says, found \(found(reason)): fetch the file again"
          + Recogniser.otherwise)
    }
    if Recogniser.ends(path, Recogniser.jsonEndings), let fault = jsonFault(path) {
      return .damaged(fault)
    }
    return glance
  }

  /// What else than fetching it again may be done with a file that was found by itself.
  private static let otherwise = ", name its kind with --report, or take it out of the folder"

  /// What is wrong with a file, for the manifest that names it: there is no other kind that it may be of.
  static func problem(ofPart path: String, _ reason: String) -> String {
    let sentence = reason.hasSuffix(otherwise) ? String(reason.dropLast(otherwise.count)) : reason
    return sentence.hasPrefix(path) ? sentence : "\(path): \(sentence)"
  }

  private func found(_ reason: String) -> String {
    reason == "empty" ? "an empty file" : reason
  }

  /// What is wrong with a JSON file that is no known report: it is damaged, the answer of a service that
  /// failed, or a manifest without what a manifest says. Nil for sound JSON about other things.
  private func jsonFault(_ path: String) -> String? {
    do {
      let isEmpty = try Directory.attributes(path).size == 0
      if isEmpty { return "\(path): expected JSON, found an empty file: fetch it again" }
      guard let document = try firstDocument(path) else {
        return "\(path): expected JSON, found nothing but blanks: fetch it again"
      }
      if let message = failure(document) {
        return "\(path): expected a report, found the error of a service, '\(message)': "
          + "the download failed, fetch the file again"
      }
      if isNamedManifest(path) { return noManifest(path, document.kind) }
      return document.object == nil && document.array == nil
        ? "\(path): expected a JSON object or a list, found \(document.kind): fetch it again" : nil
    } catch {
      return "\(error)"
    }
  }

  /// Whether a file has the name that AWS gives manifests.
  func isNamedManifest(_ path: String) -> Bool { Path.name(path).hasSuffix("-Manifest.json") }

  func noManifest(_ path: String, _ found: String) -> String {
    "\(path): expected a manifest with 'assemblyId' and 'reportKeys' or 'executionId' and "
      + "'dataFiles', found \(found) without them: fetch the file again"
  }

  /// The first document of a file all of which is sound, nil where there is none.
  private func firstDocument(_ path: String) throws -> JSONValue? {
    let lines = JSONLines(try PackedFile.open(path))
    let first = try lines.next()
    while try lines.next() != nil {}
    return first
  }

  /// What beside 'message' or 'code' still is the error of a service and not a document of some program.
  private static let errorMembers: Set<String> = [
    "message", "code", "type", "status", "statuscode", "requestid", "request_id", "hostid",
    "resource", "path", "timestamp", "title", "detail", "instance",
  ]
  /// Members that hold an error.
  private static let errorHolders = ["Error", "error", "Fault"]

  private func failure(_ document: JSONValue) -> String? {
    guard let object = document.object else { return nil }
    guard
      (["__type", "errorMessage"] + Recogniser.errorHolders).contains(where: { object[$0] != nil })
        || object.keys.allSatisfy({ Recogniser.errorMembers.contains($0.lowercased()) })
    else { return nil }
    let names = ["__type", "message", "Message", "errorMessage", "Code", "code"]
    let inner = Recogniser.errorHolders.lazy.compactMap { object[$0] }.first
    let texts =
      names.lazy.compactMap { object[$0] } + names.lazy.compactMap { inner?[$0] }
      + [inner].compactMap { $0 }
    return texts.first.map { String(($0.string ?? $0.kind).prefix(80)) }
  }

  /// What is in place of a report under a report's name, nil where it may be one.
  func wrongContent(_ path: String, _ start: [UInt8]) -> String? {
    guard Recogniser.hasReportEnding(path) else { return nil }
    if start.prefix(512).allSatisfy({ $0 == 0 }) {
      return "is filled with zero bytes, expected a report: the copy went wrong, fetch it again"
    }
    if let encoding = wideEncoding(start) {
      return "is \(encoding) text, expected UTF-8: save it as UTF-8"
    }
    if let format = otherFormat(start) { return format }
    if start.starts(with: [0x1F, 0x8B]) || start.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      return "is packed twice, expected text or Parquet inside: unpack it once"
    }
    guard start.first(where: { $0 > 0x20 && $0 < 0x80 }) == UInt8(ascii: "<") else { return nil }
    let beginning = String(decoding: start.prefix(60), as: UTF8.self)
    return "is an XML or HTML page, expected a report: the download may have failed, fetch it "
      + "again; it begins '\(beginning)'"
  }

  /// Formats that reports do not come in, by their first bytes; a tar archive by those of its first header.
  private func otherFormat(_ start: [UInt8]) -> String? {
    let packings: [(mark: [UInt8], name: String)] = [
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "xz"), (Array("BZh".utf8), "bzip2"),
      ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "7-Zip"), ([0x28, 0xB5, 0x2F, 0xFD], "Zstandard"),
      ([0x04, 0x22, 0x4D, 0x18], "LZ4"), (Array("Rar!".utf8), "RAR"),
    ]
    if let packing = packings.first(where: { start.starts(with: $0.mark) }) {
      return "is packed with \(packing.name), expected gzip, zip or nothing: unpack it first"
    }
    if start.starts(with: Array("PARE".utf8)) {
      return "is an encrypted Parquet file, which is not read: deliver it without encryption"
    }
    if start.count > 262, start[257..<262].elementsEqual(Array("ustar".utf8)) {
      return "is a tar archive, expected a report: unpack it first"
    }
    return nil
  }

  /// UTF-16 and UTF-32 by their marks, or by the zero bytes that ASCII has in them.
  private func wideEncoding(_ start: [UInt8]) -> String? {
    if start.starts(with: [0xFF, 0xFE, 0, 0]) || start.starts(with: [0, 0, 0xFE, 0xFF]) {
      return "UTF-32"
    }
    if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
    let sample = start.prefix(64)
    guard sample.count >= 8 else { return nil }
    let zeros = sample.count { $0 == 0 }
    if zeros * 4 == sample.count * 3 { return "UTF-32" }
    let isAlternating =
      sample.indices.allSatisfy { (sample[$0] == 0) == ($0 % 2 == 1) }
      || sample.indices.allSatisfy { (sample[$0] == 0) == ($0 % 2 == 0) }
    return isAlternating ? "UTF-16" : nil
  }
}
