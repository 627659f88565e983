import Columns
import Files
import Synchronization
import Warehouse
import TestSupport

/// A lake for a test, on disk or in memory, with short ways to ask it.
final class Lake {
  let scratch: Scratch
  let warehouse: Warehouse
  let notes = NoteList()

  init(_ kind: LakeKind = .disk, change: (inout Warehouse.Configuration) -> Void = { _ in }) throws
  {
    scratch = try Scratch()
    let path = kind == .memory ? ":memory:" : Path.join(scratch.path, "lake")
    var configuration = Warehouse.Configuration(lake: path, threads: 2, now: 1_790_000_000_000_000)
    let notes = notes
    configuration.note = { notes.add($0) }
    change(&configuration)
    warehouse = try Warehouse(configuration)
  }

  var path: String { warehouse.configuration.lake }

  @discardableResult
  func run(_ sql: String) throws -> String? { try warehouse.query(sql).message }

  func rows(_ sql: String) throws -> [[Value]] { try warehouse.query(sql).rows() }

  /// The only column of a result.
  func column(_ sql: String) throws -> [Value] { try rows(sql).map { $0[0] } }

  /// Rows of two columns, `month` and `n`, written as a delivery is.
  @discardableResult
  func deliver(
    _ rows: [(month: String?, n: Int64)], mode: WriteRequest.Mode, source: String? = nil,
    table: String = "t"
  ) throws -> Int64 {
    let writer = try warehouse.writer(
      WriteRequest(
        table: table, schema: Lake.schema, partitionColumns: ["month"], mode: mode, source: source,
        operation: "INGEST"))
    try writer.append(Lake.batch(rows))
    return try writer.commit()
  }

  static let schema = Schema([Field("n", .bigint), Field("month", .varchar)])

  static func batch(_ rows: [(month: String?, n: Int64)]) -> Batch {
    Batch(
      [
        Column(.bigint, values: rows.map { .int64($0.n) }),
        Column(.varchar, values: rows.map { $0.month.map(Value.text) ?? .null }),
      ], count: rows.count)
  }
}

final class NoteList: Sendable {
  private let notes = Mutex<[String]>([])

  func add(_ note: String) { notes.withLock { $0.append(note) } }
  var all: [String] { notes.withLock { $0 } }
}
