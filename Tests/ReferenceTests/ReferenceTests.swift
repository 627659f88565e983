import Columns
import Foundation
import Testing
import Warehouse

/// How the engine runs; the answers are the same for all.
struct EngineSetting: CustomTestStringConvertible, Sendable {
  var isOnDisk = false
  var threads = 1
  var batchSize: Int?
  var hasRules = true

  static let all = [
    EngineSetting(), EngineSetting(threads: 2, batchSize: 1, hasRules: false),
    EngineSetting(threads: 2, batchSize: 3), EngineSetting(isOnDisk: true, threads: 2),
    EngineSetting(isOnDisk: true, batchSize: 1),
    EngineSetting(isOnDisk: true, threads: 2, batchSize: 3, hasRules: false),
  ]

  var testDescription: String {
    "\(isOnDisk ? "Parquet" : "memory"), \(threads) threads, batches of "
      + "\(batchSize.map(String.init) ?? "many"), rules \(hasRules ? "on" : "off")"
  }
}

/// Random statements answered by the engine and by ``ReferenceEngine``.
struct ReferenceTests {
  private static let statementsPerSeed = 20

  @Test(arguments: 0..<30)
  func `every setting answers as row by row evaluation does`(seed: Int) throws {
    var source = RandomStatements(seed: seed)
    let statements = (0..<Self.statementsPerSeed).map { _ in source.next() }
    let expected = statements.map(ReferenceEngine.rows)
    for setting in EngineSetting.all {
      try Self.withWarehouse(setting, source.tables) { warehouse in
        for (statement, rows) in zip(statements, expected) {
          let found: [[Value]]
          do {
            found = try warehouse.query(statement.text).rows()
          } catch {
            Issue.record("\(setting.testDescription): \(statement.text)\n\(error)")
            continue
          }
          if !Self.isSame(found, rows, isOrdered: !statement.order.isEmpty) {
            Issue.record(
              """
              \(setting.testDescription): \(statement.text)
              tables: \(source.tables.map { $0.creation($0.rows[...]) })
              expected \(rows)
              found \(found)
              """)
          }
        }
      }
    }
  }

  private static func withWarehouse(
    _ setting: EngineSetting, _ tables: [Table], _ body: (Warehouse) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "reference-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    var configuration = Warehouse.Configuration(
      lake: setting.isOnDisk ? folder.path : ":memory:", threads: setting.threads, now: 0)
    if let batchSize = setting.batchSize { configuration.batchSize = batchSize }
    if !setting.hasRules { configuration.disabledRules = Set(Warehouse.ruleNames) }
    let warehouse = try Warehouse(configuration)
    for table in tables {
      // Two parts, which on disk are two files.
      let half = table.rows.count / 2
      _ = try warehouse.query(table.creation(table.rows[..<half]))
      _ = try warehouse.query(table.insertion(table.rows[half...]))
    }
    try body(warehouse)
  }

  private static func isSame(_ a: [[Value]], _ b: [[Value]], isOrdered: Bool) -> Bool {
    if isOrdered { return a == b }
    var rest = b
    for row in a {
      guard let position = rest.firstIndex(of: row) else { return false }
      rest.remove(at: position)
    }
    return rest.isEmpty
  }
}
