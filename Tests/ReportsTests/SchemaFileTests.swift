import Columns
import Files
import Reports
import Testing
import TextFormats

/// What a schema file may say, and what is said where it is wrong.
@Suite struct SchemaFileTests {
  private func kind(_ members: String) throws -> ReportKind {
    let text = #"{"kind": "k", "title": "T", "table": "t", "# + members + "}"
    return try ReportKind(
      json: try JSONValue.parse(Array(text.utf8), file: "k.json"), file: "k.json")
  }

  @Test func `the embedded files use no other words than a user may`() throws {
    for file in EmbeddedFiles.schemas {
      let json = try JSONValue.parse(Array(file.text.utf8), file: file.name, options: .config)
      #expect(throws: Never.self) { try ReportKind(json: json, file: file.name) }
    }
  }

  @Test func `listings that accounts and regions share are known by the resource`() throws {
    for kind in try ReportCatalog.standard().kinds {
      guard !kind.isFlat, let table = kind.table, table.scopeColumns == ["account_id", "region"]
      else { continue }
      #expect(table.keyColumns.count == 1, "\(kind.name)")
    }
  }

  @Test func `every embedded column of a flat kind has a place in exports or answers`() throws {
    for kind in try ReportCatalog.standard().kinds where kind.isFlat {
      let table = try #require(kind.table)
      #expect(!kind.title.isEmpty && kind.documentation.hasPrefix("https://"))
      #expect(!kind.recognition.headers.isEmpty || !kind.recognition.json.isEmpty)
      #expect(table.columns.contains { $0.description != nil })
    }
  }

  @Test(arguments: [
    (#""colums": []"#, "k.json 'colums': there is no such member; did you mean 'columns'?"),
    (
      #""recognise": {"header": {"all": ["a"]}}"#, "'recognise.header.all': there is no such member"
    ),
    (#""recognise": {"header": {"none": ["a"]}}"#, "'recognise.header': expected 'some' or 'one'"),
    (
      #""columns": [{"name": "a", "tpye": "date"}]"#,
      "'columns[0].tpye': there is no such member; did you mean 'type'?"
    ),
    (
      #""columns": [{"name": "a", "type": "duble"}]"#,
      "'columns[0].type': 'duble' is no type; did you mean 'double'?"
    ),
    (#""columns": [{"type": "date"}]"#, "'columns[0].name': is missing"),
    (
      #""columns": [{"name": "a"}, {"name": "A"}]"#,
      "'columns[1].name': there is a column 'A' before"
    ),
    (
      #""columns": [{"name": "a", "required": "yes"}]"#,
      "'columns[0].required': expected true or false, found 'yes'"
    ),
    (
      #""columns": [{"name": "a", "format": "dd"}]"#,
      "'columns[0].format': only columns of type date or timestamp have one"
    ),
    (
      #""columns": [{"name": "a", "type": "date", "format": "dd/mm/yyyy"}]"#,
      "'dd/mm/yyyy' has no year (yyyy), month (MM) and day (dd)"
    ),
    (
      #""columns": [{"name": "a", "type": "date", "format": "YYYY-MM-dd"}]"#,
      "'YYYY' in 'YYYY-MM-dd' is nothing that is known"
    ),
    (
      #""columns": [{"name": "amount"}], "partitions": ["amuont"]"#,
      "'partitions': 'amuont' is not one of the columns; did you mean 'amount'?"
    ),
    (
      #""columns": [{"name": "amount"}], "key": ["amuont"]"#,
      "'key': 'amuont' is not one of the columns; did you mean 'amount'?"
    ),
    (#""delimiter": ";;""#, "'delimiter': expected one mark"),
    (#""delimiter": "x""#, "'delimiter': expected one mark"),
    (#""numbers": {"decimal": ";"}"#, "'numbers.decimal': expected one of '.', ',', found ';'"),
    (#""numbers": {"decimal": ".", "thousands": "."}"#, "are the same mark"),
    (#""names": "upper""#, "'names': 'upper' is not one of athena, delivered, lower"),
    (
      #""recognise": {"header": {"some": ["a"], "atLeast": 2}}"#,
      "'recognise.header.atLeast': expected a number from 0 to the 1 names"
    ),
  ])
  func `what is wrong is said with the file and the place`(members: String, part: String) {
    let error = #expect(throws: FormatError.self) { try kind(members) }
    #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    #expect(error?.file == "k.json")
  }

  @Test func `a user's kind is asked before those of the program`() throws {
    let catalog = try ReportCatalog.standard(adding: [
      (
        "a.json",
        #"{"kind": "mine", "title": "M", "table": "m", "recognise": {"json": ["Reservations"]}}"#
      )
    ])
    let found = try catalog.recognise(ReportProbe(path: "x", members: ["Reservations"])).get()
    #expect(found.name == "mine")
    #expect(found.isFlat)
  }

  // MARK: Values

  @Test(arguments: [
    ("dd/MM/yyyy", "09/02/2026", "2026-02-09 00:00:00.000"),
    ("d.M.yyyy", "9.12.2026", "2026-12-09 00:00:00.000"),
    ("d MMM yyyy HH:mm", "9 feb 2026 23:05", "2026-02-09 23:05:00.000"),
    ("MM/dd/yyyy hh:mm:ss a", "02/09/2026 12:00:01 AM", "2026-02-09 00:00:01.000"),
    ("yyyyMMdd'T'HHmmssSSSZZZZZ", "20260209T101112250+02:00", "2026-02-09 08:11:12.250"),
    ("yyyy-MM-dd''", "2024-02-29'", "2024-02-29 00:00:00.000"),
    ("epochSeconds", "1780000000", "2026-05-28 20:26:40.000"),
    ("epochMilliseconds", "1780000000123", "2026-05-28 20:26:40.123"),
    // The ends that `date -u -d` gives.
    ("epochSeconds", "253402300799", "9999-12-31 23:59:59.000"),
    ("epochSeconds", "-62135596800", "0001-01-01 00:00:00.000"),
    ("epochMilliseconds", "-0.5", "1969-12-31 23:59:59.999"),
  ])
  func `dates are read as their pattern says`(pattern: String, text: String, moment: String) throws
  {
    let found = try #require(try DatePattern(pattern).microseconds(Array(text.utf8)))
    #expect(CivilTimeText.text(timestamp: found, separator: " ").prefix(23) == moment)
  }

  @Test(arguments: [
    ("dd/MM/yyyy", "9/02/2026"), ("dd/MM/yyyy", "31/02/2026"), ("dd/MM/yyyy", "09/13/2026"),
    ("dd/MM/yyyy", "09/02/2026 "), ("dd/MM/yyyy", "09/02/26"), ("dd/MM/yyyy", "٠٩/02/2026"),
    ("d.M.yyyy", "109.1.2026"), ("yyyy-MM-dd hh:mm a", "2026-01-01 13:00 PM"),
    ("yyyy-MM-dd HH:mm", "2026-01-01 24:00"), ("epochSeconds", "soon"),
    ("epochMilliseconds", "9223372036854775807"), ("epochSeconds", "1780000000123"),
    ("epochSeconds", "253402300800"), ("epochSeconds", "-62135596801"),
    ("epochMilliseconds", "1780000000123456"), ("epochSeconds", "1.78e12"),
    ("yyyy-MM-ddZZZZZ", "2026-01-01+2:00"),
  ])
  func `other text is no date`(pattern: String, text: String) throws {
    #expect(try DatePattern(pattern).microseconds(Array(text.utf8)) == nil)
  }

  @Test func `letters that stand for themselves need quotes, and the message says so`() {
    let problem = #expect(throws: DatePattern.Problem.self) {
      try DatePattern("yyyy-MM-ddTHH:mm:ss")
    }
    let message = problem?.message ?? ""
    #expect(message.hasPrefix("'T' in 'yyyy-MM-ddTHH:mm:ss' is nothing that is known"))
    #expect(message.hasSuffix("between ' and ', as in yyyy-MM-dd'T'HH:mm"))
  }

  @Test(arguments: [
    ("1.234,50", "1234.50"), ("-1.234.567", "-1234567"), ("0,5", "0.5"), ("12", "12"),
    ("+3,25", "+3.25"), ("1234,5", "1234.5"), ("1,5E-7", "1.5E-7"), (",5", ".5"),
    ("0,123", "0.123"), ("100.000", "100000"), ("10.001,5", "10001.5"),
  ])
  func `marks in numbers are taken out where they belong`(text: String, plain: String) {
    let marks = NumberMarks(decimal: UInt8(ascii: ","), thousands: UInt8(ascii: "."))
    #expect(marks.plain(Array(text.utf8)) == Array(plain.utf8))
  }

  @Test(arguments: [
    "1.5", "12.34,5", "1,2,3", "1.2345", "", "-", ",", "1,", "1.234.56", "١٢", "1 234", "0.123",
    "-0.123", "00.123,5", "012.345", "0.123.456",
  ])
  func `marks where they do not belong are no number`(text: String) {
    let marks = NumberMarks(decimal: UInt8(ascii: ","), thousands: UInt8(ascii: "."))
    #expect(marks.plain(Array(text.utf8)) == nil)
  }
}
