import Columns
import Files
import Reports
import TextFormats

/// Makes rows of a table from the entries of a listing.
struct ListingRow {
  let kind: ReportKind
  let table: ReportTable
  let path: String
  /// What the path tells of the owner.
  private let pathOwner: ListingOwner
  /// Where the values of the table's columns are; nil for those that are not read.
  private let paths: [JSONPath?]
  /// Positions of the columns that an entry is known by.
  private let keyPlaces: [Int]

  init(_ kind: ReportKind, _ table: ReportTable, path: String) {
    self.kind = kind
    self.table = table
    self.path = path
    pathOwner = ListingOwner.of(path: path)
    paths = table.columns.map { $0.from.map { JSONPath($0) } }
    keyPlaces = table.keyColumns.compactMap { name in
      table.columns.firstIndex { $0.name == name }
    }
  }

  /// The values of an entry in the order of the table's columns.
  ///
  /// - Parameter fallback: who the listing's owner is where neither the entry nor the path tells.
  /// - Throws: `FormatError` with the line for a value of another type and for one that is missing.
  func values(
    of entry: ListingReader.Entry, day: Int, fallback: ListingOwner
  ) throws -> [Value] {
    try zip(table.columns, paths).map { column, path in
      if column.name == "snapshot_date" { return .int64(Int64(day)) }
      if column.conversion == "snapshot" { return .text(BillingPeriod.day(day)) }
      let value = try value(of: column, path, entry)
      if !value.isNull { return value }
      if column.isRequired {
        throw failure(
          entry, "an entry of '\(kind.rows ?? "")' has no '\(column.from ?? column.name)'")
      }
      return table.scopeColumns.contains(column.name)
        ? owner(column, [entry.owner, pathOwner, fallback]) : value
    }
  }

  /// The values of the columns that say whose an entry is, as far as it or its path tells.
  func scope(of entry: ListingReader.Entry) throws -> [String?] {
    try table.scopeColumns.map { name in
      guard let place = table.columns.firstIndex(where: { $0.name == name }) else { return nil }
      let column = table.columns[place]
      let value = try value(of: column, paths[place], entry)
      return value.string ?? owner(column, [entry.owner, pathOwner]).string
    }
  }

  /// The hash of what an entry is known by; nil where the table has no key or the entry lacks it.
  func key(of entry: ListingReader.Entry) throws -> RowKey? {
    guard !keyPlaces.isEmpty else { return nil }
    return ListingRow.key(
      of: try keyPlaces.map { try value(of: table.columns[$0], paths[$0], entry) })
  }

  /// The same of the values that a row has in the key's columns.
  static func key(of values: [Value]) -> RowKey? {
    RowKeys.key(
      of: values.map { value in
        if case .bytes(let bytes) = value {
          bytes
        } else {
          value.isNull ? [] : Array("\(value)".utf8)
        }
      })
  }

  /// The same as far as the path tells: for a listing of nothing.
  func scopeOfPath() -> [String?] {
    table.scopeColumns.map { name in
      table.columns.first { $0.name == name }.flatMap { owner($0, [pathOwner]).string }
    }
  }

  /// The latest of the times that an entry has where the schema says, microseconds since 1970.
  func time(of entry: ListingReader.Entry) -> Int64? {
    guard let path = kind.day, let row = entry.chain.last else { return nil }
    var found = [row]
    for step in path.split(separator: ".") {
      let isList = step.hasSuffix("[]")
      let name = String(isList ? step.dropLast(2) : step)
      found = found.compactMap { $0[ignoringCase: name] }.flatMap { isList ? $0.array ?? [] : [$0] }
    }
    return found.compactMap { JSONConversion.timestamp($0) }.max()
  }

  /// An account or a region from the first that tells, by what the column is made of.
  private func owner(_ column: ReportColumn, _ owners: [ListingOwner]) -> Value {
    let isRegion = column.name.hasSuffix("region")
    let known = owners.lazy.compactMap { isRegion ? $0.region : $0.account }.first
    return known.map { .text($0) } ?? .null
  }

  private func value(
    of column: ReportColumn, _ path: JSONPath?, _ entry: ListingReader.Entry
  ) throws(FormatError) -> Value {
    guard let path else { return .null }
    do throws(Misplaced) {
      let json = try path.value(entry.chain)
      do {
        return try converted(json, column)
      } catch {
        throw error.below(column.from ?? column.name)
      }
    } catch {
      throw failure(entry, error.sentence)
    }
  }

  private func converted(
    _ json: JSONValue?, _ column: ReportColumn
  ) throws(Misplaced) -> Value {
    switch column.conversion {
    case "region":
      return try text(json).map { text in
        .text(ListingOwner.part(3, ofARN: text) ?? ListingOwner.region(ofZone: text))
      } ?? .null
    case "account":
      return try text(json).map { text in
        .text(ListingOwner.part(4, ofARN: text) ?? text)
      } ?? .null
    case "nonempty": return try text(json).map { .text($0) } ?? .null
    case "parenthesised":
      // `User initiated (2024-02-08 17:03:16 GMT)` is all that tells when a server was stopped.
      let inner = try text(json)?.split(separator: "(").last?.split(separator: ")").first
      let moment = inner.map { $0.hasSuffix(" GMT") ? $0.dropLast(4) : $0 }
      return moment.flatMap { CivilTimeText.timestamp(Array($0.utf8)) }.map { .int64($0) } ?? .null
    case "lowbyte":
      let code = try JSONConversion.value(of: json, as: .bigint)
      return code.int64.map { .int64($0 & 0xFF) } ?? code
    case "count":
      guard let json, !json.isNull else { return .int64(0) }
      guard let list = json.array else { throw Misplaced(json, expected: "a list") }
      return .int64(Int64(list.count))
    case let conversion? where conversion.hasPrefix("tag:"):
      let key = conversion.dropFirst(4)
      let value = try JSONConversion.entries(json).first { $0.key == key }?.value
      return try JSONConversion.value(of: value, as: column.type)
    default: break
    }
    guard let json else {
      if case .map = column.type { return .map([]) }
      return .null
    }
    if column.isRequired && column.type == .varchar && json.string == nil {
      throw Misplaced(json, expected: "text")
    }
    return try JSONConversion.value(of: json, as: column.type, spellings: kind.spellings)
  }

  /// Text that is there and not empty.
  private func text(_ json: JSONValue?) throws(Misplaced) -> String? {
    guard let json else { return nil }
    guard let text = json.string else {
      throw Misplaced(json, expected: "text")
    }
    return text.isEmpty ? nil : text
  }

  private func failure(_ entry: ListingReader.Entry, _ sentence: String) -> FormatError {
    FormatError(path, at: "line \(entry.line)", sentence)
  }
}
