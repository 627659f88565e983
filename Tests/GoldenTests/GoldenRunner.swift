import Columns
import Execution
import Foundation
import Kernels
import SQL
import TextFormats
import Warehouse

/// How a file's statements are run; the answers are the same for all.
enum GoldenSetting: String, CaseIterable {
  case memory = "in memory, 1 thread"
  case memorySingleRows = "in memory, 2 threads, batches of 1 row, no rules"
  case memoryThreeRows = "in memory, 4 threads, batches of 3 rows"
  case disk = "on disk, 2 threads"
  case diskThreeRows = "on disk, 1 thread, batches of 3 rows, no rules"

  var isOnDisk: Bool { self == .disk || self == .diskThreeRows }

  var hasRules: Bool { self != .memorySingleRows && self != .diskThreeRows }

  var threads: Int {
    switch self {
    case .memory, .diskThreeRows: 1
    case .memorySingleRows, .disk: 2
    case .memoryThreeRows: 4
    }
  }

  var batchSize: Int? {
    switch self {
    case .memory, .disk: nil
    case .memorySingleRows: 1
    case .memoryThreeRows, .diskThreeRows: 3
    }
  }
}

/// Runs the records of one file in a fresh lake.
final class GoldenRunner {
  /// What `now()` answers: 2026-09-15 12:30:45.
  static let now: Int64 = 1_789_475_445_000_000

  private let warehouse: Warehouse
  private let folder: URL?

  /// - Parameter disabledRules: rewrite rules of the planner that are left out.
  init(
    _ file: GoldenFile, _ setting: GoldenSetting, root: URL, disabledRules: Set<String> = []
  ) throws {
    var lake = ":memory:"
    var folder: URL?
    if setting.isOnDisk {
      let made = FileManager.default.temporaryDirectory.appending(
        path: "golden-\(UUID().uuidString)")
      lake = made.path
      folder = made
    }
    self.folder = folder
    var configuration = Warehouse.Configuration(
      lake: lake, threads: setting.threads, now: Self.now)
    if let batchSize = setting.batchSize { configuration.batchSize = batchSize }
    configuration.disabledRules =
      setting.hasRules ? disabledRules : Set(Warehouse.ruleNames)
    for case .table(let name, let path, _) in file.blocks {
      configuration.fileTables[name] = root.appending(path: path).path
    }
    warehouse = try Warehouse(configuration)
  }

  deinit {
    if let folder { try? FileManager.default.removeItem(at: folder) }
  }

  /// The record's answer as the file writes it.
  ///
  /// - Throws: where the statement fails and the record does not expect that, or the other way round.
  func answer(_ record: GoldenFile.Record) throws -> Answer {
    switch record.kind {
    case .statement:
      _ = try checked(record) { try warehouse.query(record.sql) }
      return Answer(lines: [])
    case .query:
      let result = try checked(record) { try warehouse.query(record.sql) }
      return Answer(
        lines: Self.lines(Self.cells(result)),
        types: String(result.schema.fields.map { Self.typeLetter($0.type) }))
    case .explain:
      let result = try checked(record) { try warehouse.query("EXPLAIN " + record.sql) }
      return Answer(
        lines: Self.cells(result).flatMap { $0.flatMap { $0.split(separator: "\n") } }
          .map(String.init).filter { !$0.isEmpty })
    case .error:
      do {
        _ = try warehouse.query(record.sql)
      } catch {
        return Answer(lines: Self.message(error, record.sql))
      }
      throw Failure(description: "expected an error, found none")
    }
  }

  /// What a record answers: lines after `----`, and for a query the types of its columns, a letter each.
  struct Answer {
    var lines: [String]
    var types = ""
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private func checked<T>(_ record: GoldenFile.Record, _ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch {
      throw Failure(description: Self.message(error, record.sql).joined(separator: "\n"))
    }
  }

  private static func message(_ error: any Error, _ sql: String) -> [String] {
    switch error {
    case let error as SQLError:
      let drawing = error.drawing(in: sql).map { $0.split(separator: "\n").map(String.init) }
      return [error.message] + (drawing ?? [])
    case let error as EvaluationError: return [error.message]
    case let error as ExecutionError: return [error.message]
    default: return String(describing: error).split(separator: "\n").map(String.init)
    }
  }
}

// MARK: Text of results

extension GoldenRunner {
  static func typeLetter(_ type: DataType) -> Character {
    switch type {
    case .null: "0"
    case .boolean: "B"
    case .tinyint, .smallint, .integer, .bigint: "I"
    case .real, .double: "R"
    case .decimal: "N"
    case .varchar, .char, .opaque(.ipAddress): "T"
    case .varbinary, .opaque: "X"
    case .json: "J"
    case .date: "D"
    case .timestamp, .timestampWithZone: "S"
    case .time: "C"
    case .intervalYearToMonth, .intervalDayToSecond: "V"
    case .array: "A"
    case .map: "M"
    case .row: "W"
    }
  }

  private static func cells(_ result: QueryResult) -> [[String]] {
    let types = result.schema.fields.map(\.type)
    return result.rows().map { row in
      zip(row, types).map { value, type in
        let text = ValueText.string(value, type)
          .replacing("\\", with: "\\\\").replacing("\n", with: "\\n").replacing("\t", with: "\\t")
        return text.isEmpty ? "(empty)" : text
      }
    }
  }

  /// Columns under each other, two spaces between; tabs where a cell has such spaces itself.
  private static func lines(_ rows: [[String]]) -> [String] {
    let needsTabs = rows.contains { row in
      row.contains { $0.contains("  ") || $0.hasPrefix(" ") || $0.hasSuffix(" ") }
    }
    if needsTabs {
      return rows.map { $0.count == 1 ? $0[0] + "\t" : $0.joined(separator: "\t") }
    }
    guard let first = rows.first else { return [] }
    let widths = first.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, cell in
        column == row.count - 1
          ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
      }.joined(separator: "  ")
    }
  }

  /// The cells of a line of a file.
  static func cells(_ line: String) -> [String] {
    if line.contains("\t") {
      var cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      if cells.last == "" { cells.removeLast() }
      return cells
    }
    var cells: [String] = []
    var rest = line[...]
    while let gap = rest.firstRange(of: "  ") {
      cells.append(String(rest[..<gap.lowerBound]))
      rest = rest[gap.upperBound...].drop { $0 == " " }
    }
    return cells + [String(rest)]
  }
}
