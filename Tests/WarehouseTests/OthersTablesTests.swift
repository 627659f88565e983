import Columns
import Files
import Glibc
import TestSupport
import Testing
import Warehouse

/// Where the tables lie.
enum OthersTables {
  static let folder: String = {
    let parts = #filePath.split(separator: "/").dropLast(2).map(String.init)
    return "/" + (parts + ["DeltaTables"]).joined(separator: "/")
  }()

  /// A copy of a table that a test may damage.
  static func copy(_ name: String, to scratch: Scratch) throws -> String {
    let source = Path.join(folder, name)
    for path in try Directory.files(below: source) {
      let target = Path.join(scratch.path, name + path.dropFirst(source.count))
      try Directory.create(Path.split(target).directory)
      let output = try OutputFile(target)
      try output.write(try FileSource(path).readAll())
      try output.finish()
    }
    return Path.join(scratch.path, name)
  }
}

/// Delta tables as other programs write them; `Tests/DeltaTables/generate.py` says how they were made.
@Suite struct OthersTablesTests {
  let lake: Lake

  init() throws { lake = try Lake(.memory) }

  private static let folder = OthersTables.folder

  /// The rows of a query in which `$` is a table, each as text.
  private func rows(_ table: String, _ sql: String) throws -> [String] {
    let query = sql.split(separator: "$", omittingEmptySubsequences: false)
      .joined(separator: "'\(Self.folder)/\(table)'")
    return try lake.rows(query).map { $0.map(text).joined(separator: "|") }
  }

  private func text(_ value: Value) -> String {
    switch value {
    case .null: "NULL"
    case .boolean(let value): String(value)
    case .int64(let value): String(value)
    case .double(let value): String(value)
    case .decimal(let value): String(value)
    case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
    case .array(let values): "[" + values.map(text).joined(separator: ",") + "]"
    case .row(let values): "(" + values.map(text).joined(separator: ",") + ")"
    case .map(let entries):
      "{" + entries.map { text($0.key) + ":" + text($0.value) }.joined(separator: ",") + "}"
    }
  }

  @Test func `rows that deletion vectors take out are not read`() throws {
    let table = "deletion-vectors"
    #expect(
      try rows(table, "SELECT part, count(*), min(id), max(id) FROM $ GROUP BY part ORDER BY part")
        == ["a|57665|1|169998", "b|5002|200001|300009"])
    // Lists, bit maps and runs, with files and row groups left out and without.
    #expect(
      try rows(table, "SELECT count(*), sum(id) FROM $ WHERE id < 70000") == ["46666|1633286667"])
    #expect(
      try rows(table, "SELECT id FROM $ WHERE id BETWEEN 109998 AND 169000 ORDER BY id")
        == ["109998", "109999", "169000"])
    #expect(
      try rows(
        table,
        "SELECT id FROM $ WHERE id BETWEEN 200998 AND 201003 OR id > 204997 "
          + "AND id < 300005 ORDER BY id")
        == ["200998", "201002", "201003", "204998", "300000", "300001", "300002"])
    #expect(
      try rows(table, "SELECT id FROM $ WHERE part = 'b' AND id >= 300000 ORDER BY id").count == 7)
    #expect(try rows(table, "SELECT count(*) FROM $ WHERE part = 'c'") == ["0"])
    #expect(
      try rows(table, "SELECT count(*), sum(id) FROM $ FOR VERSION AS OF 0 WHERE id < 70000")
        == ["70000|2449965000"])
  }

  @Test(arguments: ["name", "id"])
  func `columns are found by their physical names or numbers`(mode: String) throws {
    let table = "column-mapping-\(mode)"
    #expect(
      try rows(table, "SELECT dropped, items, point, tags, later, CAST(day AS varchar) FROM $") == [
        "1|[(5),NULL]|(p,NULL,10)|{k:(0.5)}|NULL|2026-09-01",
        "2|[]|NULL|{}|NULL|2026-09-01", "NULL|NULL|(q,NULL,NULL)|{n:NULL}|NULL|2026-09-01",
      ])
    #expect(
      try rows(table, "SELECT point.x, point.y, items[1].\"m, 1\" FROM $ WHERE dropped = 1")
        == ["10|p|5"])
    #expect(try rows(table, "SELECT count(*) FROM $ WHERE dropped > 2") == ["0"])
    #expect(try rows(table, "SELECT count(*) FROM $ WHERE later IS NULL") == ["3"])
    #expect(try rows(table, "SELECT count(*) FROM $ WHERE day < DATE '2026-09-01'") == ["0"])
  }

  @Test func `a file without the numbers that a table goes by is refused`() {
    let error = #expect(throws: FormatError.self) {
      try rows("column-mapping-id-without-ids", "SELECT * FROM $")
    }
    #expect(error?.message.hasPrefix("not supported: ") == true)
  }

  @Test(arguments: [
    ("classic", "0,1,2,3,4,5,6"), ("parts", "0,1,2,3,4,5,6"), ("v2-json", "0,2,3,4,5,6"),
    ("v2-parquet", "0,2,3,4,5,6"), ("v2-classic-name", "0,2,3,4,5,6"),
    ("damaged", "0,1,2,3,4,5,6"),
  ])
  func `checkpoints of every kind stand for the commits before`(kind: String, ids: String) throws {
    #expect(
      try rows("checkpoint-\(kind)", "SELECT id FROM $ ORDER BY id").joined(separator: ",") == ids)
  }

  @Test(arguments: ["metaData", "protocol"])
  func `a checkpoint that does not say what the table is makes none`(missing: String) {
    let error = #expect(throws: FormatError.self) {
      try rows("checkpoint-without-\(missing)", "SELECT * FROM $")
    }
    #expect(error?.message.contains("'\(missing)'") == true)
  }

  @Test func `compacted log entries stand for commits that are gone`() throws {
    #expect(
      try rows("log-compaction", "SELECT id FROM $ ORDER BY id") == ["0", "2", "3", "4", "5", "6"])
    #expect(
      try rows("log-compaction", "SELECT id FROM $ FOR VERSION AS OF 1 ORDER BY id") == ["0", "1"])
    #expect(throws: (any Error).self) {
      try rows("log-compaction", "SELECT id FROM $ FOR VERSION AS OF 3")
    }
  }

  @Test func `files from before a type was widened read in the type of today`() throws {
    #expect(
      try rows("type-widening", "SELECT n, x, m, CAST(t AS varchar), i, f, s, l FROM $ ORDER BY n")
        == [
          "1|0.5|125000|2026-09-01 00:00:00.000|700|3.0|(4)|[5]",
          "1099511627776|0.1|12345678912345|2026-09-01 12:00:00.000|750|0.25|(1099511627776)"
            + "|[1099511627776,NULL]",
        ])
  }

  @Test func `partition values of every type are read as the log spells them`() throws {
    #expect(
      try rows(
        "partition-values",
        "SELECT id, p_integer, p_long, p_byte, p_short, p_boolean, p_float, p_double, p_string FROM $ ORDER BY id"
      ) == [
        "0|-5|1099511627776|-128|32767|true|1.100000023841858|10000000000.0|a/b %=ü+",
        "1|0|0|0|0|false|nan|-inf|null", "2" + String(repeating: "|NULL", count: 8),
        "3" + String(repeating: "|NULL", count: 8),
        "4|0|0|0|0|false|0.0|0.0|__HIVE_DEFAULT_PARTITION__",
      ])
    #expect(
      try rows(
        "partition-values",
        "SELECT CAST(p_date AS varchar), p_timestamp, p_timestamp_ntz, p_decimal, p_binary FROM $ ORDER BY id"
      ) == [
        "2021-09-08|1631099471000000|1631099471000001|0|\u{1}\u{2}",
        "1969-12-31|1631099471500000|-1000000|1000|x", "NULL|NULL|NULL|NULL|NULL",
        "NULL|NULL|NULL|NULL|NULL",
        "0001-01-01|-62135596800000000|253402300799999999|-12345678900123456789|y",
      ])
    #expect(try rows("partition-values", "SELECT id FROM $ WHERE p_decimal < -1") == ["4"])
  }

  @Test func `columns of unknown types are refused where they are read, and only there`() throws {
    let table = "unknown-types"
    #expect(try rows(table, "SELECT id, nothing FROM $ ORDER BY id") == ["1|NULL", "2|NULL"])
    #expect(try rows(table, "SELECT count(*) FROM $") == ["2"])
    for column in ["v", "deep", "*"] {
      let error = #expect(throws: FormatError.self) { try rows(table, "SELECT \(column) FROM $") }
      #expect(error?.message.contains("not supported: the type") == true)
    }
  }

  @Test(arguments: [
    ("deletion-vectors", "deletionVectors"), ("column-mapping-name", "column mapping"),
    ("column-mapping-id", "columnMapping"), ("checkpoint-v2-json", "v2Checkpoint"),
    ("type-widening", "typeWidening"), ("unknown-types", "variantType"),
  ])
  func `tables with features that we do not write are read in a lake, and not written`(
    name: String, feature: String
  ) throws {
    let lake = try Lake()
    let path = try OthersTables.copy(name, to: lake.scratch)
    let own = try Lake { $0.lake = Path.split(path).directory }
    let table = "\"\(name)\""
    #expect(try own.rows("SELECT count(*) FROM \(table)").count == 1)
    #expect(try own.warehouse.tables().map(\.name) == [name])
    if name == "column-mapping-name" {
      #expect(try own.column("SHOW PARTITIONS \(table)") == [.text("day=2026-09-01")])
    }
    #expect(try own.warehouse.history(name).rowCount > 0)
    let error = #expect(throws: (any Error).self) {
      try own.run("INSERT INTO \(table) SELECT * FROM \(table)")
    }
    #expect(error.map { "\($0)" }?.contains("knows '\(feature)'") == true)
    #expect(throws: FormatError.self) { try own.warehouse.vacuum(name, dryRun: false) }
  }

  @Test func `a file named by its absolute path is read inside the table and nowhere else`() throws
  {
    let scratch = try Scratch()
    let table = try OthersTables.copy("log-compaction", to: scratch)
    let log = "\(table)/_delta_log/00000000000000000000.json"
    let text = String(decoding: try FileSource(log).readAll(), as: UTF8.self)
    func write(_ path: String) throws {
      let output = try OutputFile(log)
      try output.write(
        text.split(separator: "\"0.parquet\"", omittingEmptySubsequences: false)
          .joined(separator: "\"\(path)\""))
      try output.finish()
    }
    let query = "SELECT count(*) FROM '\(table)' FOR VERSION AS OF 0"
    for path in ["\(table)/0.parquet", "file:\(table)/0.parquet", "file://\(table)/%30.parquet"] {
      try write(path)
      #expect(try lake.column(query) == [.int64(1)])
    }
    for path in [
      "\(OthersTables.folder)/log-compaction/0.parquet", "s3://bucket/0.parquet",
      "file:\(table)/../x.parquet", "../log-compaction/0.parquet", "file:/etc/passwd",
    ] {
      try write(path)
      let error = #expect(throws: (any Error).self) { try lake.column(query) }
      #expect(error.map { "\($0)" }?.contains("not supported: the data file") == true)
    }
  }

  @Test func `a deletion vector behind a link that leaves the table is not read`() throws {
    let scratch = try Scratch()
    let table = try OthersTables.copy("deletion-vectors", to: scratch)
    let name = "deletion_vector_00000000-0000-0000-0000-000000000008.bin"
    try Directory.removeFile("\(table)/\(name)")
    #expect(
      unsafe symlink("\(OthersTables.folder)/deletion-vectors/\(name)", "\(table)/\(name)") == 0)
    let error = #expect(throws: (any Error).self) {
      try lake.column("SELECT count(*) FROM '\(table)' WHERE part = 'b'")
    }
    #expect(error.map { "\($0)" }?.contains("outside of the table") == true)
  }

  @Test func `a table without columns has rows to count`() throws {
    let scratch = try Scratch()
    try scratch.file(
      "_delta_log/00000000000000000000.json",
      """
      {"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
      {"metaData":{"id":"i","format":{"provider":"parquet","options":{}},"partitionColumns":[]}}
      {"add":{"path":"/some/absolute/p%40%23h","partitionValues":{},"size":1,"modificationTime":1}}
      """)
    try scratch.file(
      "_delta_log/00000000000000000001.json",
      #"{"remove":{"path":"file:///some/absolute/p@%23h","deletionTimestamp":2}}"#)
    #expect(try lake.column("SELECT count(*) FROM '\(scratch.path)'") == [.int64(0)])
    #expect(try lake.warehouse.check(scratch.path).rowCount == 0)
  }

  @Test func `values are not cut to fit a type that the table says they have`() throws {
    let scratch = try Scratch()
    let table = try OthersTables.copy("type-widening", to: scratch)
    let log = "\(table)/_delta_log/00000000000000000000.json"
    let text = String(decoding: try FileSource(log).readAll(), as: UTF8.self)
    for (right, wrong) in [("timestamp_ntz", "date"), ("decimal(20,5)", "decimal(20,2)")] {
      let output = try OutputFile(log)
      try output.write(
        text.split(separator: right, omittingEmptySubsequences: false).joined(separator: wrong))
      try output.finish()
      let error = #expect(throws: FormatError.self) { try lake.rows("SELECT * FROM '\(table)'") }
      #expect(error?.message.hasPrefix("expected \(wrong), found") == true, "\(error)")
    }
  }
}
