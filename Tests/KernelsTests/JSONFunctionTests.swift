import Columns
import Kernels
import Testing

struct JSONFunctionTests {
  private static let store = TestArgument.json(
    #"{"store": {"book": [{"title": "A\u00e4\n", "price": 1.50}, {"title": "B"}], "a.b": true}, "n": null}"#
  )

  @Test(arguments: [
    FunctionCase("json_extract", [store, "$.store.book[1]"], #"{"title":"B"}"#),
    FunctionCase("json_extract", [store, "$.store.book[-1].title"], #""B""#),
    FunctionCase("json_extract", [store, "$.store.pen"], nil),
    FunctionCase(
      "json_extract", [store, "$"],
      #"{"store":{"book":[{"title":"Aä\n","price":1.50},{"title":"B"}],"a.b":true},"n":null}"#),
    FunctionCase("json_extract", ["not json", "$.a"], nil),
    FunctionCase("json_extract_scalar", [store, "$.store.book[0].title"], "Aä\n"),
    FunctionCase("json_extract_scalar", [store, "$.store.book[0].price"], "1.50"),
    FunctionCase("json_extract_scalar", [store, "$['store']['a.b']"], "true"),
    FunctionCase("json_extract_scalar", [store, #"$["store"]["book"][1]["title"]"#], "B"),
    FunctionCase("json_extract_scalar", [store, "$.store.book"], nil),
    FunctionCase("json_extract_scalar", [store, "$.n"], nil),
    FunctionCase("json_extract_scalar", [#"{"a": {"b": [{"c": 5}]}}"#, "$.a.b[0].c"], "5"),
    FunctionCase("json_value", [store, "lax $.store.book[1].title"], "B"),
    FunctionCase("json_query", [store, "lax $.store.book[1]"], #"{"title":"B"}"#),
    FunctionCase("json_exists", [store, "$.n"], "true"),
    FunctionCase("json_exists", [store, "$.m"], "false"),
    FunctionCase("json_size", [store, "$.store.book"], "2"),
    FunctionCase("json_size", [store, "$.store"], "2"),
    FunctionCase("json_size", [store, "$.n"], "0"),
    FunctionCase("json_size", [store, "$.m"], nil),
    FunctionCase("json_parse", [#" { "b" : [1, 2.50] , "a" : "x" } "#], #"{"a":"x","b":[1,2.50]}"#),
    FunctionCase("json_format", [.json(#"{"b":1,"b":2}"#)], #"{"b":1,"b":2}"#),
    FunctionCase("json_array_length", ["[1, [2, 3]]"], "2"),
    FunctionCase("json_array_length", ["{}"], nil),
    FunctionCase("json_array_get", ["[1, 2, 3]", 1], "2"),
    FunctionCase("json_array_get", ["[1, 2, 3]", 9], nil),
    FunctionCase("json_array_contains", ["[1, 2, 3]", 2], "true"),
    FunctionCase("json_array_contains", [#"["a"]"#, "b"], "false"),
    FunctionCase("is_json_scalar", ["1"], "true"),
    FunctionCase("is_json_scalar", ["[1]"], "false"),
    FunctionCase("json_object_keys", [#"{"b":1,"a":2}"#], #"["b","a"]"#),
  ])
  func `paths and parsing`(_ line: FunctionCase) throws {
    #expect(try call(line.name, line.arguments) == line.expected)
  }

  @Test(arguments: [
    FunctionCase("json_parse", ["{"], "expected JSON, found '{'"),
    FunctionCase("json_parse", ["[1,]"], "expected JSON, found '[1,]'"),
    FunctionCase("json_parse", ["01"], "expected JSON, found '01'"),
    FunctionCase("json_parse", ["1 2"], "expected JSON, found '1 2'"),
    FunctionCase("json_parse", [#""\x""#], #"expected JSON, found '"\x"'"#),
    FunctionCase(
      "json_query", ["{}", "$.a[*]"],
      "the JSON path '$.a[*]' may give several values, which need json_extract"),
    FunctionCase(
      "json_extract", ["{}", "a..a"],
      "the JSON path 'a..a' may give several values; name one member or position"),
    FunctionCase("json_extract", ["{}", "$.a['b"], "the JSON path '$.a['b' has an open quote"),
    FunctionCase("json_extract", ["{}", ""], "the JSON path '' is empty"),
  ])
  func `what is no JSON or no path`(_ line: FunctionCase) throws {
    #expect(try failure(line.name, line.arguments) == line.expected)
  }

  @Test func `deep nesting is refused, not followed`() throws {
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: EvaluationError.self) {
      try call("json_parse", [TestArgument(.varchar, .text(deep))])
    }
    #expect(try call("json_array_length", [TestArgument(.varchar, .text(deep))]) == nil)
  }
}
