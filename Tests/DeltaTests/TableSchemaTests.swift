import Columns
import Delta
import Files
import Testing

@Suite struct TableSchemaTests {
  let schema = Schema([
    Field("a", .boolean), Field("b", .integer), Field("c", .bigint), Field("d", .double),
    Field("e", .decimal(precision: 38, scale: 9)), Field("f", .varchar), Field("g", .json),
    Field("h", .varbinary), Field("i", .date), Field("j", .timestamp),
    Field("k", .array(.map(key: .varchar, value: .double))),
    Field(
      "l", .row([RowField(name: "x", type: .bigint), RowField(name: "Y", type: .array(.date))])),
  ])

  @Test func `every type comes back from the log's text`() throws {
    let text = TableSchema(schema).text
    #expect(try TableSchema(parsing: text, entry: "log", place: nil).schema == schema)
  }

  @Test func `what others said of a column survives a change`() throws {
    let text = #"""
      {"type":"struct","fields":[{"name":"a","type":"short","nullable":true,
      "metadata":{"comment":"kept"}},{"name":"b","type":"float","nullable":false,"metadata":{}}]}
      """#
    let read = try TableSchema(parsing: text, entry: "log", place: nil)
    #expect(read.schema.fields.map(\.type) == [.integer, .double])
    let changed = read.changed(to: Schema(read.schema.fields + [Field("c", .varchar)]))
    #expect(changed.text.contains("kept"))
    #expect(changed.text.contains("short"))
    #expect(changed.schema.names == ["a", "b", "c"])
  }

  @Test(arguments: [
    "decimal(0,0)", "decimal(39,1)", "decimal(5,6)", "decimal(5", "decimal(a,b)", "void", "",
  ])
  func `a type that is not known is refused with its column`(name: String) {
    let text = #"{"type":"struct","fields":[{"name":"cost","type":"\#(name)"}]}"#
    let error = #expect(throws: FormatError.self) {
      try TableSchema(parsing: text, entry: "log", place: nil)
    }
    #expect(error?.message.contains("'cost'") == true)
  }
}
