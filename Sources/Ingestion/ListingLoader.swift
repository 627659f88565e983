import Columns
import Compression
import Files
import Reports
import TextFormats
import Warehouse

/// Loads JSON listings whose schema says where rows and values are.
struct ListingLoader {
  let warehouse: Warehouse
  let delivery: Delivery
  let table: ReportTable
  /// The day that the listing is of, days since the epoch.
  let day: Int

  /// Writes all rows in one commit and returns how many there are.
  ///
  /// - Throws: `FormatError` for a document that is not JSON or lacks a required value.
  func load() throws -> Int {
    let request = WriteRequest(
      table: delivery.table, schema: table.schema, partitionColumns: table.partitionColumns,
      mode: .replace(partition: ["snapshot_date": BillingPeriod.day(day)]),
      source: delivery.source, transaction: (delivery.application, delivery.version),
      operation: "INGEST",
      operationParameters: ["report": delivery.kind.name, "source": delivery.source])
    let writer = try warehouse.writer(request)
    do {
      var buffer = RowBuffer(table.schema, to: writer)
      for file in delivery.files { try read(file, into: &buffer) }
      try buffer.flush()
      try writer.commit()
      return buffer.rowCount
    } catch {
      writer.cancel()
      throw error
    }
  }

  private func read(_ file: SourceFile, into buffer: inout RowBuffer) throws {
    let path = ListingPath(rows: delivery.kind.rows ?? "")
    let documents = JSONLines(try PackedFile.open(file.path))
    while let document = try documents.next() {
      for page in document.array ?? [document] {
        if let member = path.misplaced(in: page) {
          throw FormatError(
            file.path, at: "line \(documents.line)",
            "expected '\(member)' to be a list: is this the whole answer?")
        }
        for chain in path.rows(of: page) {
          try buffer.append(row(chain, file, documents.line))
        }
      }
    }
  }

  private func row(_ chain: [JSONValue], _ file: SourceFile, _ line: Int) throws -> [Value] {
    try table.columns.map { column in
      if column.name == "snapshot_date" { return .int64(Int64(day)) }
      let value = value(of: column, chain)
      if column.isRequired && value.isNull {
        throw FormatError(
          file.path, at: "line \(line)",
          "an entry of '\(delivery.kind.rows ?? "")' has no '\(column.from ?? column.name)'")
      }
      return value
    }
  }

  private func value(of column: ReportColumn, _ chain: [JSONValue]) -> Value {
    if column.conversion == "snapshot" { return .text(BillingPeriod.day(day)) }
    guard let from = column.from else { return .null }
    let json = ListingPath.value(from, chain)
    switch column.conversion {
    case "region": return json?.string.map { .text(region(ofZone: $0)) } ?? .null
    case "nonempty": return json?.string.flatMap { $0.isEmpty ? nil : .text($0) } ?? .null
    case let conversion? where conversion.hasPrefix("tag:"):
      let key = conversion.dropFirst(4)
      let entry = JSONConversion.entries(json).first { $0.key == key }
      return JSONConversion.value(of: entry?.value, as: column.type)
    default:
      if case .map = column.type, json == nil { return .map([]) }
      return JSONConversion.value(of: json, as: column.type)
    }
  }

  /// `us-east-1a` is in `us-east-1`; local zones such as `us-west-2-lax-1a` are in `us-west-2`.
  private func region(ofZone zone: String) -> String {
    let parts = zone.split(separator: "-")
    guard let number = parts.firstIndex(where: { $0.first?.isNumber == true }) else { return zone }
    let digits = parts[number].prefix { $0.isNumber }
    return (parts[..<number] + [digits]).joined(separator: "-")
  }
}

/// Where rows and values are in a JSON document.
struct ListingPath {
  /// The members to descend, each an array of the next; none for the document itself.
  private let levels: [String]

  /// - Parameter rows: `Reservations[].Instances[]`.
  init(rows: String) {
    levels = rows.split(separator: ".").map { level in
      String(level.hasSuffix("[]") ? level.dropLast(2) : level)
    }
  }

  /// The name of a member that is no list where rows are looked for, nil when all is as it should be;
  /// without this check a cut or failed answer would count as a listing of nothing.
  func misplaced(in document: JSONValue) -> String? {
    var holders = [document]
    for (depth, level) in levels.enumerated() {
      for holder in holders {
        let member = holder[level]
        if member == nil && depth > 0 { continue }
        guard let member, member.array != nil || (member.isNull && depth > 0) else { return level }
      }
      holders = holders.flatMap { $0[level]?.array ?? [] }
    }
    return nil
  }

  /// Each row with what holds it, the row last.
  func rows(of document: JSONValue) -> [[JSONValue]] {
    var chains = [[document]]
    for level in levels {
      chains = chains.flatMap { chain -> [[JSONValue]] in
        (chain.last?[level]?.array ?? []).map { chain + [$0] }
      }
    }
    return chains
  }

  /// The value at `Placement.Zone`, `Attachments[0].Device`, `../OwnerId`; `a|b` is the first there is.
  static func value(_ path: String, _ chain: [JSONValue]) -> JSONValue? {
    for alternative in path.split(separator: "|") {
      var rest = alternative
      var level = chain.count - 1
      while rest.hasPrefix("../") {
        rest = rest.dropFirst(3)
        level -= 1
      }
      guard chain.indices.contains(level) else { continue }
      if let found = descend(chain[level], rest) { return found }
    }
    return nil
  }

  private static func descend(_ start: JSONValue, _ path: Substring) -> JSONValue? {
    var value = start
    for step in path.split(separator: ".") {
      let parts = step.split(separator: "[")
      guard let name = parts.first, let member = value[String(name)] else { return nil }
      value = member
      for index in parts.dropFirst() {
        guard let place = Int(index.dropLast()), let element = value[place] else { return nil }
        value = element
      }
    }
    return value.isNull ? nil : value
  }
}
