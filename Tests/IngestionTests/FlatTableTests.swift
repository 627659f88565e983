import Columns
import Compression
import Files
import Ingestion
import Parquet
import Reports
import TestSupport
import Testing
import Warehouse

/// Any table by a schema file of the user's own.
@Suite struct FlatTableTests {
  private static let schema = """
    {
      // Comments are allowed.
      "kind": "datacentre",
      "title": "Datacentre invoice",
      "table": "datacentre_costs",
      "recognise": {"header": {"some": ["Datum", "Kostenstelle", "Betrag"]}},
      "delimiter": ";",
      "numbers": {"decimal": ",", "thousands": "."},
      "nullTokens": ["k.A."],
      "columns": [
        {"name": "day", "type": "date", "format": "dd.MM.yyyy", "from": "Datum", "required": true},
        {"name": "cost_centre", "from": "Kostenstelle"},
        {"name": "amount", "type": "double", "unit": "EUR", "from": "Betrag|Summe"},
        {"name": "servers", "type": "integer", "from": "Server"}
      ],
      "otherColumns": [{"prefix": "Wert", "type": "double"}, {"type": "varchar"}]
    }
    """

  private func lab(_ schemas: String...) throws -> Lab {
    try Lab(schemas: schemas.isEmpty ? [FlatTableTests.schema] : schemas)
  }

  private let text = """
    Datum;Kostenstelle;Betrag;Server;Wert A;Bemerkung\r
    01.05.2026;4711;1.234,50;3;0,5;"Strom; Kühlung"\r
    02.05.2026;4712;-7;k.A.;;\r

    """

  @Test func `a semicolon file with commas in numbers becomes typed columns`() throws {
    let lab = try lab()
    let path = try lab.write("in/may.csv", text)
    let summary = try lab.ingest(path)
    #expect(summary.deliveries.map(\.status) == [.loaded])
    #expect(summary.deliveries.map(\.rows) == [2])
    #expect(
      try lab.rows("SELECT * FROM datacentre_costs ORDER BY day")
        == [
          [
            .int64(20_574), .text("4711"), .double(1234.5), .int64(3), .double(0.5),
            .text("Strom; Kühlung"),
          ], [.int64(20_575), .text("4712"), .double(-7), .null, .null, .null],
        ])
  }

  @Test(arguments: [
    ["in/a.csv", "in/b.csv"], ["in/a.csv", "in/a.csv.gz"], ["in/x/a.csv", "in/y/a.csv"],
  ])
  func `the same content under a second name is passed over`(_ names: [String]) throws {
    for isOneRun in [true, false] {
      let lab = try lab()
      for name in names {
        let bytes = Array(text.utf8)
        let path = try lab.write(name, name.hasSuffix(".gz") ? Gzip.compress(bytes) : bytes)
        if !isOneRun { _ = try lab.ingest(path) }
      }
      let summary = try lab.ingest(lab.folder + "/in")
      if isOneRun {
        #expect(
          summary.ignored.map(\.reason) == ["its content is that of '\(lab.folder)/\(names[0])'"])
      }
      #expect(try lab.number("SELECT count(*) FROM datacentre_costs") == 2)
      #expect(!summary.hasFailures)
    }
  }

  @Test func `the same content of two days is two days'`() throws {
    let lab = try lab()
    for day in ["2026-05-01", "2026-05-02"] {
      _ = try lab.ingest(try lab.write("in/\(day).csv", text))
    }
    #expect(try lab.number("SELECT count(*) FROM datacentre_costs") == 4)
  }

  @Test func `JSON lines may call a column as the file, the schema or the table does`() throws {
    let lab = try lab()
    try lab.write(
      "in/a.jsonl",
      """
      {"Datum": "01.05.2026", "Kostenstelle": "4711", "Betrag": "1,5"}
      {"Datum": "01.05.2026", "Kostenstelle": "4712", "summe": "2,5"}
      {"Datum": "01.05.2026", "cost_centre": "4713", "AMOUNT": "3,5"}
      """)
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.rows) == [3])
    #expect(
      try lab.rows("SELECT cost_centre, amount FROM datacentre_costs ORDER BY 1")
        == [("4711", 1.5), ("4712", 2.5), ("4713", 3.5)].map { [.text($0.0), .double($0.1)] })
  }

  @Test func `a column that a JSON row has under two names has one value`() throws {
    let lab = try lab()
    try lab.write(
      "in/a.jsonl",
      #"{"Datum": "01.05.2026", "Kostenstelle": "1", "Betrag": "1,5", "amount": "2,5"}"#)
    let delivery = try #require(try lab.ingest(lab.folder + "/in").deliveries.first)
    #expect(delivery.status == .failed)
    #expect(delivery.notes[0].contains("expected one value, found another under 'amount'"))
  }

  @Test func `blanks around a name are none of it`() throws {
    let lab = try lab()
    try lab.write("in/may.csv", "Datum;Kostenstelle;Betrag; Server \n01.05.2026;4711;1,5;3\n")
    _ = try lab.ingest(lab.folder + "/in")
    #expect(
      try lab.rows("SELECT cost_centre, servers FROM datacentre_costs")
        == [[.text("4711"), .int64(3)]])
  }

  @Test(arguments: [";4711;1;1;;\r\n", "k.A.;4711;1;1;;\r\n", "\"\";4711;1;1;;\r\n"])
  func `a row without what is required is none`(row: String) throws {
    let lab = try lab()
    try lab.write("in/may.csv", text + row)
    let delivery = try #require(try lab.ingest(lab.folder + "/in").deliveries.first)
    #expect(delivery.status == .failed)
    #expect(delivery.notes[0].contains("row 4, column 'Datum': expected a value, found nothing"))
  }

  @Test func `the same content again changes nothing, new content replaces the source's rows`()
    throws
  {
    let lab = try lab()
    let path = try lab.write("in/may.csv", text)
    _ = try lab.ingest(path)
    #expect(try lab.ingest(path).deliveries.map(\.status) == [.unchanged])
    try lab.write("in/may.csv", "Datum;Kostenstelle;Betrag\n03.05.2026;1;2,5\n")
    try lab.write("in/june.csv", "Datum;Kostenstelle;Betrag\n03.06.2026;1;4\n")
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.status) == [.loaded, .loaded])
    #expect(try lab.number("SELECT sum(amount) FROM datacentre_costs") == 6.5)
  }

  @Test func `what a row has wrong is said with its row and column, and nothing is stored`() throws
  {
    let lab = try lab()
    for (row, expected) in [
      (
        "1.5.2026;1;1",
        "row 2, column 'Datum': expected a date written 'dd.MM.yyyy', found '1.5.2026'"
      ),
      ("01.05.2026;1;1.5", "column 'Betrag': expected a number such as 1.234,50, found '1.5'"),
      ("01.05.2026;1;١٢", "column 'Betrag': expected a number"),
      ("31.02.2026;1;1", "column 'Datum'"),
    ] {
      let path = try lab.write("in/bad.csv", "Datum;Kostenstelle;Betrag\n\(row)\n")
      let summary = try lab.ingest(path)
      #expect(summary.deliveries.map(\.status) == [.failed])
      let note = try #require(summary.deliveries.first?.notes.first)
      #expect(note.contains(expected), "\(note)")
    }
    #expect(try !lab.warehouse.hasTable("datacentre_costs"))
  }

  @Test func `rows up to the limit may be bad and are kept aside`() throws {
    let lab = try lab()
    let path = try lab.write("in/may.csv", text + "x;1;2;3;4;5\n")
    let summary = try lab.ingest(path) { $0.maxBadRows = 1 }
    #expect(summary.deliveries.map(\.status) == [.loaded])
    #expect(summary.deliveries.map(\.rejectedRows) == [1])
    #expect(summary.deliveries[0].rows == 2)
  }

  @Test func `a required column that is missing is named with the names it may have`() throws {
    let lab = try lab()
    let path = try lab.write("in/may.csv", "Kostenstelle;Betrag\n1;2\n")
    let summary = try lab.ingest(path) { $0.report = "datacentre" }
    #expect(
      summary.deliveries[0].notes[0].contains(
        "has no column 'day' or 'Datum', without which it is no Datacentre invoice"))
  }

  @Test func `two columns of one name are refused`() throws {
    let lab = try lab()
    let path = try lab.write("in/may.csv", "Datum;Kostenstelle;Betrag;Summe\n01.05.2026;1;2;3\n")
    let note = try lab.ingest(path).deliveries[0].notes[0]
    #expect(note.contains("has two columns for 'amount', 'Summe' among them"))
  }

  @Test func `a path tells the kind, whatever the format`() throws {
    let lab = try lab(
      """
      {"kind": "usage", "title": "Usage", "table": "usage", "recognise": {"path": "usage/*.txt"},
       "delimiter": "|", "partitions": ["snapshot_date"],
       "columns": [{"name": "name"}, {"name": "hours", "type": "bigint"},
                   {"name": "snapshot_date", "type": "date"}]}
      """)
    try lab.write("usage/2026-05-01.txt", "name|hours\na,b|3\n")
    try lab.write("usage/2026-05-02.txt", "name|hours\na|4\n")
    #expect(try lab.ingest(lab.folder + "/usage").deliveries.map(\.status) == [.loaded, .loaded])
    #expect(
      try lab.rows("SELECT CAST(snapshot_date AS varchar), name, hours FROM usage ORDER BY 1")
        == [
          [.text("2026-05-01"), .text("a,b"), .int64(3)],
          [.text("2026-05-02"), .text("a"), .int64(4)],
        ])
  }

  // MARK: JSON

  private static let lines = """
    {"kind": "tickets", "title": "Tickets", "table": "tickets",
     "recognise": {"header": {"some": ["ticket", "opened"]}},
     "columns": [
       {"name": "ticket", "type": "bigint", "required": true},
       {"name": "opened", "type": "timestamp", "format": "epochMilliseconds"},
       {"name": "owner", "from": "owner.name|assignee"},
       {"name": "cost", "type": "decimal(10,2)"},
       {"name": "tags", "type": "map(varchar, varchar)"}]}
    """

  @Test func `JSON lines become rows, members that are not listed columns`() throws {
    let lab = try lab(FlatTableTests.lines)
    let path = try lab.write(
      "t.jsonl",
      """
      {"ticket": 1, "opened": 1780000000123, "owner": {"name": "Ada"}, "cost": 1.50, "tags": {"a": "b"}}
      {"ticket": "2", "opened": null, "assignee": "Lin", "cost": "0.10", "extra": [1, 2]}

      """)
    #expect(try lab.ingest(path).deliveries.map(\.rows) == [2])
    #expect(
      try lab.rows(
        "SELECT ticket, CAST(opened AS varchar), owner, CAST(cost AS varchar), tags['a'], extra "
          + "FROM tickets ORDER BY 1")
        == [
          [
            .int64(1), .text("2026-05-28 20:26:40.123"), .text("Ada"), .text("1.50"), .text("b"),
            .null,
          ],
          [.int64(2), .null, .text("Lin"), .text("0.10"), .null, .text("[1,2]")],
        ])
  }

  @Test func `JSON values of another kind are told with line and column`() throws {
    let lab = try lab(FlatTableTests.lines)
    for (line, expected) in [
      (
        #"{"ticket": 1.5, "opened": 1}"#,
        "row 1, column 'ticket': expected a whole number, found '1.5'"
      ),
      (#"{"ticket": 1, "opened": true}"#, "column 'opened': expected a number of milliseconds"),
      (#"{"ticket": null, "opened": 1}"#, "column 'ticket': is missing"),
      (#"{"ticket": 1, "opened": 1, "tags": 7}"#, "column 'tags': expected a JSON object"),
    ] {
      let path = try lab.write("t.jsonl", line + "\n")
      let delivery = try lab.ingest(path).deliveries[0]
      #expect(delivery.status == .failed)
      #expect(delivery.notes[0].contains(expected), "\(delivery.notes)")
    }
  }

  @Test func `the order of columns and the number of files do not matter`() throws {
    let lab = try lab()
    try lab.write("a/1.csv", "Betrag;Datum;Kostenstelle\n1,5;01.05.2026;x\n")
    try lab.write("a/2.csv", "Kostenstelle;Betrag;Datum\ny;2,5;02.05.2026\n")
    _ = try lab.ingest(lab.folder + "/a")
    #expect(
      try lab.rows("SELECT cost_centre, amount FROM datacentre_costs ORDER BY 1")
        == [[.text("x"), .double(1.5)], [.text("y"), .double(2.5)]])
  }

  @Test(arguments: 0..<8)
  func `any split into files, order of files and of columns gives the same table`(seed: Int) throws
  {
    var random = SplitMix64(seed: seed)
    let lab = try lab()
    let rows = (1...40).map { number in
      [
        "\(number % 28 + 1 < 10 ? "0" : "")\(number % 28 + 1).05.2026", "centre \(number % 7)",
        "\(number).\(100 + number),\(number % 10)", "\(number)",
      ]
    }
    let names = ["Datum", "Kostenstelle", "Betrag", "Server"]
    var left = rows.shuffled(using: &random)[...]
    var file = 0
    while !left.isEmpty {
      let order = Array(names.indices).shuffled(using: &random)
      let part = left.prefix(Int.random(in: 1...17, using: &random))
      left = left.dropFirst(part.count)
      let lines = ([names] + part).map { row in order.map { row[$0] }.joined(separator: ";") }
      let text = Array(
        (lines.joined(separator: seed.isMultiple(of: 2) ? "\r\n" : "\n") + "\n").utf8)
      let isPacked = Bool.random(using: &random)
      try lab.write(
        "in/\(Int.random(in: 0..<1000, using: &random))-\(file).csv" + (isPacked ? ".gz" : ""),
        isPacked ? Gzip.compress(text) : text)
      file += 1
    }
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.deliveries.allSatisfy { $0.status == .loaded }, "\(summary)")
    let found = try lab.rows(
      "SELECT day, cost_centre, amount, servers FROM datacentre_costs ORDER BY servers")
    #expect(found.count == 40)
    for (index, row) in found.enumerated() {
      let number = index + 1
      let expected = try #require(Double("\(number)\(100 + number).\(number % 10)"))
      #expect(row[1] == .text("centre \(number % 7)"))
      #expect(row[2] == .double(expected))
      #expect(row[3] == .int64(Int64(number)))
    }
  }

  @Test func `a Parquet file is read by the same schema, strictly`() throws {
    let lab = try lab(
      """
      {"kind": "p", "title": "P", "table": "p", "recognise": {"header": {"some": ["id", "paid"]}},
       "columns": [{"name": "id", "type": "bigint"},
                   {"name": "paid", "type": "date", "format": "dd/MM/yyyy"},
                   {"name": "cost", "type": "double", "from": "amount"}]}
      """)
    let schema = Schema([Field("id", .integer), Field("paid", .varchar), Field("amount", .varchar)])
    func file(_ amounts: [String]) throws -> String {
      let path = Path.join(lab.folder, "p.parquet")
      let writer = try ParquetWriter(output: OutputFile(path), schema: schema)
      try writer.write(
        Batch(
          [
            Column(.integer, values: amounts.indices.map { .int64(Int64($0)) }),
            Column(.varchar, values: amounts.map { _ in .text("09/02/2026") }),
            Column(.varchar, values: amounts.map { .text($0) }),
          ], count: amounts.count))
      _ = try writer.finish()
      return path
    }
    #expect(try lab.ingest(try file(["1.5", "2"])).deliveries.map(\.rows) == [2])
    #expect(
      try lab.rows("SELECT CAST(paid AS varchar), cost FROM p ORDER BY id")
        == [[.text("2026-02-09"), .double(1.5)], [.text("2026-02-09"), .double(2)]])
    let bad = try lab.ingest(try file(["1.5", "two"])).deliveries[0]
    #expect(bad.status == .failed)
    #expect(bad.notes[0].contains("row 2, column 'cost': expected a number, found 'two'"))
    #expect(try lab.number("SELECT sum(cost) FROM p") == 3.5)
  }

  // schemas/README.md, members of a column: what a schema file says holds for Parquet, too.
  @Test(arguments: [
    (#"{"name": "a", "type": "integer"}"#, DataType.bigint, Value.int64(7), Value.int64(7)),
    (#"{"name": "a", "type": "double"}"#, .bigint, .int64(7), .double(7)),
    (#"{"name": "a", "type": "varchar"}"#, .bigint, .int64(7), .text("7")),
    (#"{"name": "a", "type": "date"}"#, .date, .int64(20_000), .int64(20_000)),
    (
      #"{"name": "a", "type": "timestamp", "format": "epochSeconds"}"#, .varchar,
      .text("1777766400"), .int64(1_777_766_400_000_000)
    ),
    (#"{"name": "a", "type": "double"}"#, .varchar, .text("1.234,5"), .double(1234.5)),
    (#"{"name": "a", "type": "double"}"#, .varchar, .text("k.A."), .null),
    (#"{"name": "a", "type": "boolean"}"#, .boolean, .boolean(true), .boolean(true)),
  ])
  func `a value in Parquet becomes what the schema says`(
    column: String, type: DataType, value: Value, expected: Value
  ) throws {
    let (lab, path) = try parquet(column, type, value)
    let delivery = try #require(try lab.ingest(path).deliveries.first)
    #expect(delivery.status == .loaded, "\(delivery.notes)")
    #expect(try lab.rows("SELECT a FROM p") == [[expected]])
  }

  @Test(arguments: [
    (#"{"name": "a", "type": "integer"}"#, DataType.bigint, Value.int64(1 << 40), "column 'a'"),
    (#"{"name": "a", "type": "integer"}"#, .double, .double(1.5), "column 'a'"),
    (#"{"name": "a", "type": "double"}"#, .double, .double(.nan), "found nan"),
    (#"{"name": "a", "type": "double"}"#, .varchar, .text("1.2.3"), "expected a number"),
    (#"{"name": "a", "type": "date"}"#, .varchar, .text("2026-02-30"), "expected a date"),
    (#"{"name": "a", "required": true}"#, .varchar, .null, "found nothing"),
    (#"{"name": "b", "required": true}"#, .varchar, .text("x"), "'b'"),
  ])
  func `a value in Parquet that is not what the schema says refuses the file`(
    column: String, type: DataType, value: Value, words: String
  ) throws {
    let (lab, path) = try parquet(column, type, value)
    let delivery = try #require(try lab.ingest(path).deliveries.first)
    #expect(delivery.status == .failed)
    #expect(
      delivery.notes.first?.contains(words) == true
        && delivery.notes.first?.contains("p.parquet") == true, "\(delivery.notes)")
    #expect(try !lab.warehouse.hasTable("p"))
  }

  /// A lab whose schema has one column, and a file with one value of it.
  private func parquet(_ column: String, _ type: DataType, _ value: Value) throws -> (Lab, String) {
    let lab = try lab(
      #"{"kind": "p", "title": "P", "table": "p", "recognise": {"header": {"some": ["a", "key"]}},"#
        + #""numbers": {"decimal": ",", "thousands": "."}, "nullTokens": ["k.A."],"#
        + #""columns": [{"name": "key"}, \#(column)]}"#)
    let path = Path.join(lab.folder, "p.parquet")
    let writer = try ParquetWriter(
      output: OutputFile(path), schema: Schema([Field("key", .varchar), Field("a", type)]))
    try writer.write(
      Batch(
        [Column(.varchar, values: [.text("k")]), Column(type, values: [value])], count: 1))
    _ = try writer.finish()
    return (lab, path)
  }
}
