import Columns
import Compression
import Files
import Parquet
import Reports
import TextFormats

/// A file that was recognised, and what its first bytes tell of it.
struct SourceFile: Sendable {
  enum Format: Sendable { case csv, parquet, json, text }

  let path: String
  let size: Int
  let kind: ReportKind
  let format: Format
  /// Names of the columns; empty for JSON.
  let header: [String]
  /// For bills: the payer of the first row.
  let payer: String?
  /// For bills: the month of the first row, `YYYY-MM`.
  let period: String?

  /// The file as one of another kind with the same names of columns.
  func recognised(as kind: ReportKind) -> SourceFile {
    kind.name == self.kind.name
      ? self
      : SourceFile(
        path: path, size: size, kind: kind, format: format, header: header, payer: payer,
        period: period)
  }

  var folder: String { Path.split(path).directory }
  var name: String { Path.name(path) }
}

/// What a look at a file found.
enum Glance: Sendable {
  case report(SourceFile)
  case manifest(ReportManifest)
  case unknown(String)
  /// It cannot be read far enough to tell.
  case damaged(String)
}

/// Looks at the beginning of files to tell what they are.
struct Recogniser {
  let catalog: ReportCatalog
  /// The kind that the user says all files are of.
  let forced: ReportKind?
  private static let startSize = 1 << 16

  func glance(at path: String) -> Glance {
    do {
      return strict(try look(at: path), path)
    } catch {
      return .damaged("\(error)")
    }
  }

  private func look(at path: String) throws -> Glance {
    let size = try Directory.attributes(path).size
    if size == 0 { return .unknown("empty") }
    if forced == nil, let kind = catalog.kind(atPath: path) {
      // Flat kinds come in any format; what the file is, its content tells.
      guard kind.isFlat else { return .report(file(path, size, kind, .json)) }
      return try Recogniser(catalog: catalog, forced: kind).look(at: path)
    }
    let start = try self.start(of: path)
    if start.starts(with: Array("PAR1".utf8)) { return try parquet(path, size) }
    if start.isEmpty { return .unknown("empty") }
    if let reason = wrongContent(path, start) { return .damaged("\(path): \(reason)") }
    guard !start.contains(0) || Recogniser.hasReportEnding(path) else {
      return .unknown("neither text nor Parquet")
    }
    let first = start.first { $0 > 0x20 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
      return try json(path, size, start)
    }
    if forced.map({ $0.recognition.text != nil }) ?? MetricText.begins(start),
      let kind = forced ?? catalog.kinds.first(where: { $0.recognition.text == "openmetrics" })
    {
      return .report(file(path, size, kind, .text))
    }
    return try csv(path, size)
  }

  /// The first bytes, inflated.
  private func start(of path: String) throws -> [UInt8] {
    let source = try PackedFile.open(path)
    var start: [UInt8] = []
    while start.count < Recogniser.startSize,
      try source.read(into: &start, limit: Recogniser.startSize - start.count) > 0
    {}
    return start
  }

  private func json(_ path: String, _ size: Int, _ start: [UInt8]) throws -> Glance {
    let members = JSONMembers.first(in: start)
    if ReportManifest.isManifest(members: members) {
      let text = try PackedFile.open(path).readAll(limit: 256 << 20)
      let document = try JSONValue.parse(text, file: path)
      try ReportManifest.checkShape(document, file: path)
      if let manifest = try ReportManifest(document, file: path) { return .manifest(manifest) }
    }
    // Whatever its members remind of: without its manifest nobody knows which files a bill is of.
    if isNamedManifest(path) { return .damaged(noManifest(path, "a document")) }
    if members.contains("tableSchema") && members.contains("@context") {
      // CSV on the Web: Compute Optimizer puts one beside each export.
      return .unknown("describes the table beside it")
    }
    if let forced { return .report(try jsonFile(path, size, forced)) }
    switch catalog.recognise(ReportProbe(path: path, members: members)) {
    case .success(let kind): return .report(try jsonFile(path, size, kind))
    case .failure(let why): return .unknown(why.reason)
    }
  }

  private func jsonFile(_ path: String, _ size: Int, _ kind: ReportKind) throws -> SourceFile {
    guard kind.bill != nil else { return file(path, size, kind, .json) }
    let (names, row) = try JSONBill.header(of: path)
    let wanted = billColumns(of: kind, in: names)
    let first =
      wanted.count == 2
      ? wanted.map { place, type in
        row.flatMap { $0[names[place]] }.flatMap { JSONTable.value($0, as: type) } ?? .null
      } : []
    return file(path, size, kind, .json, header: names, first: first)
  }

  private func csv(_ path: String, _ size: Int) throws -> Glance {
    let sniffed = try CSVReader(PackedFile.open(path), blockSize: Recogniser.startSize)
    guard let kind = try forced ?? recognised(path, sniffed.header) ?? delimited(path) else {
      return .unknown(reason(path, sniffed.header))
    }
    let reader = try kind.text.delimiter.map { try self.reader(path, $0) } ?? sniffed
    var first: [Value] = []
    let wanted = billColumns(of: kind, in: reader.header)
    if wanted.count == 2 {
      let columns = wanted.map { position, type in
        CSVColumn(position, reader.header[position], type, .init(nullTokens: kind.nullTokens))
      }
      let parser = try CSVParser(reader, columns)
      while first.isEmpty, let block = try reader.nextBlock() {
        let batch = parser.parse(block).batch
        if batch.count > 0 { first = batch.row(0) }
      }
    }
    return .report(file(path, size, kind, .csv, header: reader.header, first: first))
  }

  private func reader(_ path: String, _ delimiter: UInt8) throws -> CSVReader {
    try CSVReader(
      PackedFile.open(path), dialect: CSVDialect(delimiter: delimiter),
      blockSize: Recogniser.startSize)
  }

  /// The kind whose own delimiter makes the first line its header.
  private func delimited(_ path: String) throws -> ReportKind? {
    for kind in catalog.kinds {
      guard let delimiter = kind.text.delimiter else { continue }
      if kind.accepts(HeaderNames(try reader(path, delimiter).header)) { return kind }
    }
    return nil
  }

  private func parquet(_ path: String, _ size: Int) throws -> Glance {
    let parquet = try ParquetFile(path)
    let header = parquet.storedNames
    guard let kind = forced ?? recognised(path, header) else {
      return .unknown(reason(path, header))
    }
    var first: [Value] = []
    let wanted = billColumns(of: kind, in: header)
    if wanted.count == 2,
      let group = parquet.rowGroups.indices.first(where: { parquet.rowGroups[$0].rowCount > 0 })
    {
      let reader = try parquet.reader(rowGroup: group, columns: wanted.map(\.0), batchSize: 1)
      first = try reader.next().map { $0.row(0) } ?? []
    }
    return .report(file(path, size, kind, .parquet, header: header, first: first))
  }

  private func recognised(_ path: String, _ header: [String]) -> ReportKind? {
    try? catalog.recognise(ReportProbe(path: path, header: header)).get()
  }

  private func reason(_ path: String, _ header: [String]) -> String {
    switch catalog.recognise(ReportProbe(path: path, header: header)) {
    case .success: "not recognised"
    case .failure(let why): why.reason
    }
  }

  /// Where payer and period are in the header, with the types to read them as.
  private func billColumns(of kind: ReportKind, in header: [String]) -> [(Int, DataType)] {
    guard let bill = kind.bill else { return [] }
    let names = header.map { kind.columnName($0).lowercased() }
    return [(bill.payer, DataType.varchar), (bill.period, .timestamp)].compactMap { name, type in
      names.firstIndex(of: name.lowercased()).map { ($0, type) }
    }
  }

  private func file(
    _ path: String, _ size: Int, _ kind: ReportKind, _ format: SourceFile.Format,
    header: [String] = [], first: [Value] = []
  ) -> SourceFile {
    SourceFile(
      path: path, size: size, kind: kind, format: format, header: header,
      payer: first.first?.string ?? first.first?.int64.map(String.init),
      period: first.last?.int64.map(BillingPeriod.of))
  }
}

/// Months as partitions name them.
enum BillingPeriod {
  /// The month of a moment: `2026-05`.
  static func of(_ microseconds: Int64) -> String {
    let text = CivilTimeText.text(date: microseconds.floorDivided(by: Microseconds.day))
    return String(text.dropLast(3))
  }

  /// The moments of a month, microseconds since the epoch; nil for what is no month.
  static func range(_ month: String) -> Range<Int64>? {
    let parts = month.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 2 else { return nil }
    let first = CivilDate(year: parts[0], month: parts[1], day: 1)
    guard first.isValid else { return nil }
    let last = first.adding(months: 1)
    return Int64(first.daysSinceEpoch) * Microseconds.day..<Int64(last.daysSinceEpoch)
      * Microseconds.day
  }

  /// The first month for which there were bills of any cloud.
  static let earliest = "2006-01"

  /// The last month that a bill can be of: the end of next year.
  static func latest(_ now: Int64) -> String {
    let day = Int(now.floorDivided(by: Microseconds.day))
    return "\(CivilDate(daysSinceEpoch: day).year + 1)-12"
  }

  /// Whether a bill can be of a month; a date such as 9999-12-31 stands for none.
  static func isPlausible(_ period: String, latest: String) -> Bool {
    period.utf8.count == earliest.utf8.count && period >= earliest && period <= latest
  }

  /// A day: `2026-05-03`.
  static func day(_ days: Int) -> String { CivilTimeText.text(date: Int64(days)) }
}
