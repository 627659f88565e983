import Columns
import Files
import Foundation
import Reports
import SQL
import Shell
import TextFormats
import Warehouse

/// The names of a lake for completion, asked for once and forgotten when a statement may have changed them.
final class WarehouseVocabulary: Vocabulary {
  private let warehouse: Warehouse
  private let reports: ReportCatalog
  private let reportNames: [String]
  private var known = Known()

  private struct Known {
    var tables: [String]?
    var columns: [String: [String]] = [:]
    var tagKeys: [String]?
  }

  /// Rows that are looked at for the keys of tags in a MAP column.
  private static let sampledRows = 20_000

  init(_ warehouse: Warehouse, _ session: Session) {
    self.warehouse = warehouse
    reports = session.reports
    reportNames = session.queries[.reports].map(\.name)
  }

  func forget() { known = Known() }

  var tables: [String] {
    if let tables = known.tables { return tables }
    let tables = first("SHOW TABLES")
    known.tables = tables
    return tables
  }

  var usualTables: [String] {
    let bills = ["costs"] + reports.costKinds.compactMap { $0.table?.name }
    return bills.filter { bill in tables.contains { $0.lowercased() == bill.lowercased() } }
  }

  func columns(of table: String) -> [String] {
    let key = table.lowercased()
    if let columns = known.columns[key] { return columns }
    let columns =
      tables.contains { $0.lowercased() == key } ? first("DESCRIBE \(SQLName.quoted(table))") : []
    known.columns[key] = columns
    return columns
  }

  lazy var functions: [String] = first("SHOW FUNCTIONS")

  var tagKeys: [String] {
    if let keys = known.tagKeys { return keys }
    let keys = Array(Set(reports.costKinds.flatMap(tagKeys))).sorted()
    known.tagKeys = keys
    return keys
  }

  /// Keys in the names of columns, and those in the first rows of a MAP column.
  private func tagKeys(_ kind: ReportKind) -> [String] {
    guard let bill = kind.bill, let table = kind.table?.name, !columns(of: table).isEmpty else {
      return []
    }
    var keys: [String] = []
    if let prefix = bill.tagColumnPrefix {
      keys = columns(of: table).filter { $0.lowercased().hasPrefix(prefix) }
        .map { String($0.dropFirst(prefix.count)) }
    }
    if let map = bill.tagMap,
      columns(of: table).contains(where: { $0.lowercased() == map.lowercased() })
    {
      keys += first(
        """
        SELECT DISTINCT k FROM (SELECT \(SQLName.quoted(map)) AS m FROM \(SQLName.quoted(table)) \
        LIMIT \(WarehouseVocabulary.sampledRows)) CROSS JOIN UNNEST(map_keys(m)) AS t (k)
        """)
    }
    return keys.map { key in
      let prefix = bill.tagKeyPrefixes.first { key.hasPrefix($0) }
      return String(key.dropFirst(prefix?.count ?? 0))
    }
  }

  func arguments(of command: String) -> [String] {
    switch command {
    case ".mode": ResultFormat.allCases.map(\.rawValue)
    case ".timer", ".pager": ["on", "off"]
    case ".help": ShellCommands.names
    case ".report": reportNames
    default: []
    }
  }

  func files(beginning path: String) -> [String] {
    let parts = Path.split(path)
    let folder =
      path.contains("/") ? String(path[...(path.lastIndex(of: "/") ?? path.startIndex)]) : ""
    let name = path.hasSuffix("/") ? "" : parts.name
    let names =
      (try? FileManager.default.contentsOfDirectory(
        atPath: folder.isEmpty ? "." : folder)) ?? []
    return names.filter { $0.hasPrefix(name) && ($0.hasPrefix(".") == name.hasPrefix(".")) }
      .map { found in
        let path = folder + found
        return Directory.kind(path) == .directory ? path + "/" : path
      }
  }

  /// The first column of a small result; nothing where the statement fails.
  private func first(_ sql: String) -> [String] {
    guard let rows = try? warehouse.query(sql).rows() else { return [] }
    return rows.compactMap { $0.first?.string }
  }
}
