import Columns
import Compression
import Files
import Ingestion
import Reports
import TestSupport
import Testing
import Warehouse

/// One bill in any split of its rows into files, in any order of files and columns, packed in any way, read
/// by any number of threads, is one table.
@Suite struct AnySplitTests {
  static let header = [
    "identity/LineItemId", "identity/TimeInterval", "bill/PayerAccountId",
    "bill/BillingPeriodStartDate", "lineItem/LineItemType", "lineItem/UsageStartDate",
    "lineItem/UsageEndDate", "lineItem/CurrencyCode", "lineItem/UnblendedCost",
    "lineItem/UnblendedRate", "lineItem/UsageAmount", "lineItem/LineItemDescription",
    "product/ProductName", "product/vcpu", "costCategory/Charge type", "discount/EdpDiscount",
    "resourceTags/user:Team", "resourceTags/user:Größe", "savingsPlan/SavingsPlanRate",
  ]

  static func row(_ number: Int, _ random: inout SplitMix64) -> [String] {
    func pick(_ texts: [String]) -> String {
      texts[Int.random(in: 0..<texts.count, using: &random)]
    }
    let month = number % 3 == 0 ? "04" : "05"
    let day = Int.random(in: 10...28, using: &random)
    return [
      "id\(number / 2)", "2026-\(month)-\(day)T0\(number % 2):00:00Z/PT1H", "111122223333",
      "2026-\(month)-01T00:00:00Z", pick(["Usage", "Tax", "Credit", "RIFee"]),
      "2026-\(month)-\(day)T00:00:00Z", pick(["", "2026-\(month)-\(day)T01:00:00.000Z"]), "USD",
      pick(["0", "0E-10", "1.25", "-3e-7", "12345.678901", "9E-9", "\(number).\(day)"]),
      pick(["", "0.0104000000", "1e400"]), pick(["", "1", "0.5", "744"]),
      pick(["plain", "\"a, b\"", "\"two\nlines\"", "\"say \"\"so\"\"\"", "ünï", ""]),
      pick(["Amazon EC2", "AWS Lambda", ""]), pick(["", "2", "NA"]), pick(["", "Usage", "Fee"]),
      pick(["", "-0.5"]), pick(["", "blue", "red", "a;b"]), pick(["", "groß"]),
      pick(["", "0.0312"]),
    ]
  }

  static func lab(threads: Int) throws -> (Warehouse, ReportCatalog, Scratch) {
    let scratch = try Scratch()
    let catalog = try ReportCatalog.standard()
    var configuration = Warehouse.Configuration(lake: scratch.path + "/lake", now: Lab.now)
    configuration.threads = threads
    catalog.configure(&configuration)
    return (try Warehouse(configuration), catalog, scratch)
  }

  /// The names and types of all columns by name, and all rows in one order.
  static func contents(_ warehouse: Warehouse) throws -> (types: [String], rows: [String]) {
    let all = try warehouse.query("SELECT * FROM cur")
    let order = all.schema.names.indices.sorted { all.schema.names[$0] < all.schema.names[$1] }
    return (
      order.map { "\(all.schema.names[$0]) \(all.schema[$0].type)" },
      all.rows().map { row in order.map { "\(row[$0])" }.joined(separator: "|") }.sorted()
    )
  }

  @Test(arguments: 0..<36)
  func `any split and any order are the same table`(seed: Int) throws {
    var random = SplitMix64(seed: seed)
    let count = Int.random(in: 1...400, using: &random)
    let rows = (0..<count).map { Self.row($0, &random) }
    let (reference, catalog, scratch) = try Self.lab(threads: 1)
    try scratch.file(
      "in/daily-1.csv",
      ([Self.header] + rows).map { $0.joined(separator: ",") + "\n" }.joined())
    let whole = try Ingest(reference, catalog, .init(now: Lab.now)).run([scratch.path + "/in"])
    #expect(whole.deliveries.map(\.status) == [.loaded], "\(whole)")

    let (warehouse, _, place) = try Self.lab(threads: Int.random(in: 1...6, using: &random))
    var paths: [String] = []
    var left = rows.shuffled(using: &random)
    var number = 0
    while !left.isEmpty {
      number += 1
      let size = Int.random(in: 1...max(1, count / 2), using: &random)
      let part = Array(left.prefix(size))
      left.removeFirst(part.count)
      let order = Self.header.indices.shuffled(using: &random)
      let digits = String(repeating: "0", count: Int.random(in: 0...4, using: &random))
      let name = "\(place.path)/in/daily-\(digits)\(number)"
      paths.append(
        try Self.write(part, order, name, Int.random(in: 0..<4, using: &random), reference))
    }
    let given =
      random.chance(50) ? [place.path + "/in"] : paths.shuffled(using: &random)
    let split = try Ingest(warehouse, catalog, .init(now: Lab.now)).run(given)
    #expect(split.deliveries.allSatisfy { $0.status == .loaded }, "\(split)")
    #expect(split.deliveries.reduce(0) { $0 + $1.rows } == count)
    let expected = try Self.contents(reference)
    let found = try Self.contents(warehouse)
    #expect(found.types == expected.types)
    #expect(found.rows == expected.rows)
    let sum = "SELECT sum(line_item_unblended_cost), sum(line_item_usage_amount) FROM cur"
    for (a, b) in zip(try warehouse.query(sum).rows()[0], try reference.query(sum).rows()[0]) {
      #expect(abs((a.double ?? 0) - (b.double ?? 0)) <= 1e-9 * max(1, abs(b.double ?? 0)))
    }
    let again = try Ingest(warehouse, catalog, .init(now: Lab.now)).run(given)
    #expect(again.deliveries.allSatisfy { $0.status == .unchanged }, "\(again)")
  }

  /// Writes some rows with their columns in an order, plain, as gzip, in a zip or as Parquet.
  private static func write(
    _ rows: [[String]], _ order: [Int], _ name: String, _ form: Int, _ reference: Warehouse
  ) throws -> String {
    let text = ([header] + rows).map { row in
      order.map { row[$0] }.joined(separator: ",") + "\n"
    }.joined()
    switch form {
    case 0: return try write(Array(text.utf8), name + ".csv")
    case 1: return try write(Gzip.compress(Array(text.utf8)), name + ".csv.gz")
    case 2: return try write(StoredZip.file("daily.csv", Array(text.utf8)), name + ".csv.zip")
    default:
      let columns = order.map { AthenaName.of(header[$0]) }.map { "\"\($0)\"" }
      let folder = name + ".unloaded"
      _ = try reference.query(
        """
        UNLOAD (SELECT \(columns.joined(separator: ", ")) FROM cur
          WHERE identity_line_item_id || ' ' || identity_time_interval IN
            (\(rows.map { "'\($0[0]) \($0[1])'" }.joined(separator: ", "))))
        TO '\(folder)' WITH (format = 'PARQUET')
        """)
      let file = try #require(try Directory.files(below: folder).first)
      let path = try write(try FileSource(file).readAll(), name + ".snappy.parquet")
      try Directory.removeTree(folder)
      return path
    }
  }

  private static func write(_ bytes: [UInt8], _ path: String) throws -> String {
    try Directory.create(Path.split(path).directory)
    let output = try OutputFile(path)
    try output.write(bytes)
    try output.finish()
    return path
  }
}

/// A zip archive of one file that is not compressed (PKWARE APPNOTE 6.3.9, sections 4.3.7, 4.3.12, 4.3.16).
enum StoredZip {
  static func file(_ name: String, _ bytes: [UInt8]) -> [UInt8] {
    func number(_ value: Int, _ size: Int) -> [UInt8] {
      (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let checksum = number(Int(Checksum.crc32(bytes)), 4)
    let sizes = number(bytes.count, 4) + number(bytes.count, 4)
    let shared =
      number(20, 2) + number(0, 2) + number(0, 2) + number(0, 4) + checksum + sizes
      + number(name.utf8.count, 2) + number(0, 2)
    let local = [0x50, 0x4B, 3, 4] + shared + Array(name.utf8) + bytes
    let central =
      [0x50, 0x4B, 1, 2] + number(20, 2) + shared + number(0, 2) + number(0, 2) + number(0, 2)
      + number(0, 4) + number(0, 4) + Array(name.utf8)
    let end =
      [0x50, 0x4B, 5, 6] + number(0, 4) + number(1, 2) + number(1, 2) + number(central.count, 4)
      + number(local.count, 4) + number(0, 2)
    return local + central + end
  }
}
