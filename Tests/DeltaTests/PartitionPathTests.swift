import Columns
import Delta
import Files
import Testing

@Suite struct PartitionPathTests {
  static let texts = [
    "2026-09", "a/b", "100%", "%2F", "a=b", "two words", "größe", "日本", "..", ".", "a:b", "it's",
    "\"q\"", "tab\there", "#?*[]{}^\\", "%", "%%41", "\u{1}", "+", "&;",
  ]

  @Test(arguments: texts) func `a value comes back from its directory`(text: String) throws {
    let path = PartitionPath.directory([("k", text)]) + "/part.parquet"
    let values = PartitionPath.values(inPath: path)
    #expect(values.count == 1)
    #expect(values.first?.column == "k")
    #expect(values.first?.value == text)
  }

  @Test(arguments: texts) func `a path comes back from the log`(text: String) throws {
    let path = PartitionPath.directory([("k", text)]) + "/part.parquet"
    let uri = PartitionPath.uri(path)
    #expect(uri.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
    #expect(try PartitionPath.file(fromURI: uri, entry: "log") == path)
  }

  @Test func `escapes as Hive does, and once more for the log`() {
    let path = PartitionPath.directory([("day", "a/b c"), ("x", nil), ("y", "")])
    #expect(path == "day=a%2Fb c/x=__HIVE_DEFAULT_PARTITION__/y=__HIVE_DEFAULT_PARTITION__")
    #expect(PartitionPath.uri("day=a%2Fb c") == "day=a%252Fb%20c")
  }

  @Test func `long values get names that a file system takes`() {
    let a = PartitionPath.directory([("k", String(repeating: "ä", count: 300))])
    let b = PartitionPath.directory([("k", String(repeating: "ä", count: 300) + "b")])
    #expect(a.utf8.count <= 255)
    #expect(a != b)
  }

  @Test(arguments: [
    "/etc/passwd", "%2Fetc/passwd", "../x.parquet", "a/../../x", "a/%2E%2E/x", "file:///x",
    "s3://bucket/x", "", "S3a:x", "a%00b",
  ])
  func `refuses paths that leave the table`(uri: String) {
    #expect(throws: FormatError.self) { try PartitionPath.file(fromURI: uri, entry: "log") }
  }

  @Test func `values of every type come back from their text`() throws {
    let cases: [(Value, DataType, String)] = [
      (.boolean(true), .boolean, "true"), (.int64(-5), .bigint, "-5"),
      (.int64(20_000), .date, "2024-10-04"),
      (.int64(1_727_740_800_000_000), .timestamp, "2024-10-01 00:00:00"),
      (.int64(1_727_740_800_000_001), .timestamp, "2024-10-01 00:00:00.000001"),
      (.int64(-1), .timestamp, "1969-12-31 23:59:59.999999"),
      (.double(0.1), .double, "0.1"), (.double(.infinity), .double, "Infinity"),
      (.decimal(150), .decimal(precision: 10, scale: 2), "1.50"),
      (.decimal(-1225), .decimal(precision: 10, scale: 2), "-12.25"),
      (.decimal(-5), .decimal(precision: 10, scale: 2), "-0.05"),
      (.text("ü%/"), .varchar, "ü%/"),
    ]
    for (value, type, text) in cases {
      #expect(PartitionValue.text(value, type) == text)
      #expect(try PartitionValue.value(of: text, as: type, column: "k", file: "f") == value)
    }
  }

  @Test func `null and the empty text are one value, as the format has it`() throws {
    #expect(PartitionValue.text(.null, .varchar) == nil)
    #expect(PartitionValue.text(.text(""), .varchar) == nil)
    #expect(try PartitionValue.value(of: "", as: .varchar, column: "k", file: "f") == .null)
    #expect(try PartitionValue.value(of: nil, as: .date, column: "k", file: "f") == .null)
  }

  @Test func `a text that is not of the type is named with its column`() {
    let error = #expect(throws: FormatError.self) {
      try PartitionValue.value(of: "soon", as: .date, column: "day", file: "t/x.parquet")
    }
    #expect(
      error?.description
        == "t/x.parquet partition column 'day': expected date, found 'soon'")
  }
}
