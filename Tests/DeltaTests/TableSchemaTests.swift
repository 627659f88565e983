import Columns
import Delta
import Files
import Parquet
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

  @Test func `types that tell more than ours are known by their paths in files`() throws {
    let text = #"""
      {"type":"struct","fields":[{"name":"a","type":"byte"},{"name":"b","type":"long"},
      {"name":"c","type":{"type":"array","elementType":{"type":"struct","fields":[
        {"name":"x","type":"short"},{"name":"y","type":"float"}]}}},
      {"name":"d","type":{"type":"map","keyType":"byte","valueType":"timestamp_ntz"}}]}
      """#
    let schema = try TableSchema(parsing: text, entry: "log", place: nil)
    #expect(
      schema.storedTypes == [
        ["a"]: .tinyint, ["c", "list", "element", "x"]: .smallint,
        ["c", "list", "element", "y"]: .real, ["d", "key_value", "key"]: .tinyint,
        ["d", "key_value", "value"]: .localTimestamp,
      ])
    #expect(TableSchema(self.schema).storedTypes.isEmpty)
  }

  @Test(arguments: [
    "decimal(0,0)", "decimal(39,1)", "decimal(5,6)", "decimal(5", "decimal(a,b)", "variant", "",
  ])
  func `a type that is not known is kept with its column`(name: String) throws {
    let text =
      #"{"type":"struct","fields":[{"name":"a","type":"long"},{"name":"b","type":"\#(name)"}]}"#
    let schema = try TableSchema(parsing: text, entry: "log", place: nil)
    #expect(schema.unsupported == [1: name])
    #expect(schema.schema.names == ["a", "b"])
  }

  @Test(arguments: [
    ("void", DataType.null), ("char(3)", .varchar), ("varchar(10)", .varchar),
    ("timestamp_ntz", .timestamp), ("decimal", .decimal(precision: 10, scale: 0)),
    ("decimal(5, 2)", .decimal(precision: 5, scale: 2)), ("byte", .integer), ("float", .double),
  ])
  func `types have the names that the format gives them`(name: String, type: DataType) throws {
    let text = #"{"type":"struct","fields":[{"name":"a","type":"\#(name)"}]}"#
    #expect(try TableSchema(parsing: text, entry: "log", place: nil).schema[0].type == type)
  }

  @Test func `physical names and numbers are known at each level`() throws {
    let text = #"""
      {"type":"struct","fields":[{"name":"a","type":{"type":"map","keyType":"string","valueType":
      {"type":"array","elementType":{"type":"struct","fields":[{"name":"b","type":"long","metadata":
      {"delta.columnMapping.id":7,"delta.columnMapping.physicalName":"col-b"}}]}}},"metadata":
      {"delta.columnMapping.id":3,"delta.columnMapping.physicalName":"col-a"}},
      {"name":"c","type":"long"}]}
      """#
    let stored = try TableSchema(parsing: text, entry: "log", place: nil).storedFields
    #expect(stored.map(\.physicalName) == ["col-a", "c"])
    #expect(stored.map(\.id) == [3, nil])
    let inner = try #require(stored[0].children.last?.children.first?.children.first)
    #expect((inner.name, inner.physicalName) == ("b", "col-b"))
    #expect(inner.id == 7)
  }

  @Test(arguments: [
    "{}", "[]", #"{"type":"struct"}"#, #"{"type":"struct","fields":[{"name":"a"}]}"#,
  ])
  func `what is no schema is an error`(text: String) {
    #expect(throws: FormatError.self) {
      try TableSchema(parsing: text, entry: "log", place: nil)
    }
  }
}
