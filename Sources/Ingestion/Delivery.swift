import Files
import Reports

/// Files that are loaded together, in one commit.
struct Delivery: Sendable {
  let kind: ReportKind
  let table: String
  /// Who delivers: `<payer>/<report name>` for bills.
  let source: String
  /// For bills the month, for inventory the day; nil where rows say it themselves.
  let period: String?
  /// The assembly or execution id, or a hash of the content.
  let id: String
  /// What the table's log remembers of the delivery.
  let version: Int64
  let files: [SourceFile]
  /// Whether a manifest says that this is all of the period.
  let isComplete: Bool
  var notes: [String] = []
  /// When the version was made, microseconds since the epoch; nil where nothing tells.
  var issued: Int64?
  /// What deliveries have in common that are of one folder and report without a manifest; nil with one.
  var group: String?
  /// Whether rows may be of several months: not where other deliveries have those.
  var mayHaveOtherMonths = true
  /// Where it stands among those of its table and period that have to be loaded one after the other.
  var order = 0
  /// Of a listing, what a first reading of each of its files tells.
  var surveys: [ListingSurvey] = []
  /// Of Systems Manager inventory, the table of its type by AWS's rule, whatever table it goes into.
  var typeTable: String?

  /// The least of the numbers that its files have as parts of a report; nil where they have none.
  var firstPart: Int? { files.compactMap { ReportFileName.part(of: $0.name) }.min() }

  var byteCount: Int { files.reduce(0) { $0 + $1.size } }

  var payer: String { String(source.prefix { $0 != "/" }) }

  /// The name in the table's log under which ``version`` is remembered.
  var application: String { period.map { "\(source)/\($0)" } ?? source }

  /// The delivery's summary before anything is known but what it is.
  func summary(_ status: DeliverySummary.Status, notes: [String] = []) -> DeliverySummary {
    DeliverySummary(
      kind: kind.name, title: kind.title, table: table, source: source, period: period,
      deliveryID: id, files: files.map(\.path), rows: 0, total: nil, currency: nil,
      status: status, notes: self.notes + notes, rejectedRows: 0, issued: issued)
  }
}

/// What is to be done with the files found.
struct DeliveryPlan: Sendable {
  var deliveries: [Delivery] = []
  /// Deliveries that cannot be loaded, and why.
  var settled: [DeliverySummary] = []
  var ignored: [IgnoredFile] = []
}

/// A manifest and where it was found.
struct FoundManifest: Sendable {
  let path: String
  let manifest: ReportManifest

  var folder: String { Path.split(path).directory }
  var source: String { manifest.payer + "/" + manifest.reportName }
}

/// Names of reports from the names of their files.
package enum ReportFileName {
  /// The name without suffixes, dates and part numbers: `cur-00001.snappy.parquet` is of `cur`.
  static func report(of name: String) -> String {
    let stem = name.split(separator: ".", omittingEmptySubsequences: false)
    let bare = String(stem.first.map { $0.isEmpty ? Substring(name) : $0 } ?? Substring(name))
    var parts = bare.split(separator: "-", omittingEmptySubsequences: false)
    while parts.count > 1, let last = parts.last, last.allSatisfy(\.isNumber) { parts.removeLast() }
    return parts.joined(separator: "-")
  }

  /// Whether a name ends in a date, as `focus-2026-10-05.csv` does.
  static func isDated(_ name: String) -> Bool {
    part(of: name) == nil && report(of: name) != stem(name)
  }

  /// A name without what says how the file is packed and written: `cur-00001.snappy.parquet` is `cur-00001`.
  static func stem(_ name: String) -> String {
    var words = name.split(separator: ".", omittingEmptySubsequences: false)
    while words.count > 1, let last = words.last?.lowercased(), endings.contains(last) {
      words.removeLast()
    }
    return words.joined(separator: ".")
  }

  private static let endings: Set<String> = [
    "csv", "gz", "gzip", "json", "jsonl", "lz4", "ndjson", "parquet", "snappy", "txt", "zip", "zst",
  ]

  /// The number of a part, which a name ends in: 2 of `cur-00002.csv.gz`; nil for a date.
  ///
  /// - Parameter digits: the least that it is written with.
  package static func part(of name: String, digits: Int = 1) -> Int? {
    let stem = name.split(separator: ".", omittingEmptySubsequences: false).first ?? ""
    let words = stem.split(separator: "-", omittingEmptySubsequences: false)
    let numbers = words.dropFirst().reversed().prefix { !$0.isEmpty && $0.allSatisfy(\.isNumber) }
    guard let last = numbers.first, digits..<8 ~= last.utf8.count else { return nil }
    // `2026-10-05`, `2026-10`, `2026`.
    let isDate = numbers.prefix(3).contains {
      $0.utf8.count == 4 && ($0.hasPrefix("19") || $0.hasPrefix("20"))
    }
    return isDate && last.utf8.count < 5 ? nil : Int(last)
  }

  /// The first day that a path names: `snapshot_date=2026-05-01`, `ec2-2026-05-01.json`, `2026/5/1`.
  static func day(in path: String) -> Int? {
    let bytes = Array(path.utf8)
    for start in bytes.indices.reversed() {
      if let day = dashedDay(bytes, start) ?? folderDay(bytes, start) { return day }
    }
    return nil
  }
}
