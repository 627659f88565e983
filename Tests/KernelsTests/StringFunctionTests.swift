import Columns
import Kernels
import Testing

struct StringFunctionTests {
  @Test(arguments: [
    FunctionCase("length", ["héllo"], "5"),
    FunctionCase("length", [.binary([1, 2, 3])], "3"),
    FunctionCase("length", [.null(.varchar)], nil),
    FunctionCase("lower", ["AmazonEC2 ÄÖ"], "amazonec2 äö"),
    FunctionCase("upper", ["straße é"], "STRAßE É"),
    FunctionCase("trim", ["  a b \t"], "a b"),
    FunctionCase("trim", ["xxaxx", "x"], "a"),
    FunctionCase("ltrim", ["  a "], "a "),
    FunctionCase("rtrim", ["i-123**", "*"], "i-123"),
    FunctionCase("substr", ["hello", 2], "ello"),
    FunctionCase("substr", ["hello", 2, 3], "ell"),
    FunctionCase("substr", ["hello", -3], "llo"),
    FunctionCase("substr", ["hello", -3, 2], "ll"),
    FunctionCase("substr", ["hello", 0], ""),
    FunctionCase("substr", ["hello", 9], ""),
    FunctionCase("substr", ["hello", -9], ""),
    FunctionCase("substring", ["2026-09-01", 1, 7], "2026-09"),
    FunctionCase("substr", ["héllo", 2, 1], "é"),
    FunctionCase("right", ["hello", 2], "lo"),
    FunctionCase("right", ["hello", 9], "hello"),
    FunctionCase("left", ["hello", 2], "he"),
    FunctionCase("reverse", ["abcé"], "écba"),
    FunctionCase("reverse", [.array(.bigint, [1, 2, 3])], "[3,2,1]"),
    FunctionCase("replace", ["a-b-c", "-", "+"], "a+b+c"),
    FunctionCase("replace", ["a-b-c", "-"], "abc"),
    FunctionCase("replace", ["ab", "", "x"], "xaxbx"),
    FunctionCase("translate", ["abcd", "abd", "xy"], "xyc"),
    FunctionCase("lpad", ["9", 2, "0"], "09"),
    FunctionCase("lpad", ["2026", 2, "0"], "20"),
    FunctionCase("rpad", ["é", 4, "xy"], "éxyx"),
    FunctionCase("chr", [228], "ä"),
    FunctionCase("codepoint", ["ä"], "228"),
    FunctionCase("normalize", ["abc"], "abc"),
  ])
  func `case, parts, trimming and padding`(_ line: FunctionCase) throws {
    #expect(try call(line.name, line.arguments) == line.expected)
  }

  @Test(arguments: [
    FunctionCase("strpos", ["high", "ig"], "2"),
    FunctionCase("strpos", ["high", "x"], "0"),
    FunctionCase("strpos", ["a-b-c", "-", 2], "4"),
    FunctionCase("strpos", ["a-b-c", "-", -1], "4"),
    FunctionCase("strpos", ["é-b", "-"], "2"),
    FunctionCase("position", ["high", "gh"], "3"),
    FunctionCase("starts_with", ["BoxUsage:t3.micro", "BoxUsage"], "true"),
    FunctionCase("ends_with", ["BoxUsage", "usage"], "false"),
    FunctionCase("split_part", ["USE1-BoxUsage:m5", ":", 2], "m5"),
    FunctionCase("split_part", ["a", ":", 2], nil),
    FunctionCase("split_part", ["a::b", ":", 2], ""),
    FunctionCase("split_part", ["arn:aws:ec2:::i-1", ":", 6], "i-1"),
    FunctionCase("split", ["a,b,c", ","], #"["a","b","c"]"#),
    FunctionCase("split", ["a,b,c", ",", 2], #"["a","b,c"]"#),
    FunctionCase("split_to_map", ["a=1,b=2", ",", "="], #"{"a":"1","b":"2"}"#),
    FunctionCase("concat", ["a", "b", "c"], "abc"),
    FunctionCase("concat", ["a", .null(.varchar)], nil),
    FunctionCase("concat", [.array(.bigint, [1]), .array(.bigint, [2, nil])], "[1,2,null]"),
    FunctionCase("concat", [.array(.bigint, [1]), 2], "[1,2]"),
    FunctionCase("concat", [2, .array(.bigint, [1])], "[2,1]"),
    FunctionCase("concat_ws", ["-", "a", .null(.varchar), "b"], "a-b"),
    FunctionCase("concat_ws", ["-", .array(.varchar, ["a", nil, "b"])], "a-b"),
    FunctionCase("concat_ws", [.null(.varchar), "a"], nil),
    FunctionCase("like", ["m5.large", "m5.%"], "true"),
    FunctionCase("like", ["a%b", "a#%_", "#"], "true"),
    FunctionCase("levenshtein_distance", ["kitten", "sitting"], "3"),
    FunctionCase("hamming_distance", ["karolin", "kathrin"], "3"),
  ])
  func `searching, splitting and joining`(_ line: FunctionCase) throws {
    #expect(try call(line.name, line.arguments) == line.expected)
  }

  @Test(arguments: [
    FunctionCase("split_part", ["a", ":", 0], "expected an index from 1 on, found 0"),
    FunctionCase("chr", [55296], "not a valid Unicode code point: 55296"),
    FunctionCase("codepoint", ["ab"], "expected a single character, found 'ab'"),
    FunctionCase("lpad", ["a", -1, "x"], "expected a length from 0 to 1000000, found -1"),
    FunctionCase("rpad", ["a", 5, ""], "the padding text is empty"),
    FunctionCase(
      "lpad", ["a", 9_000_000_000, "x"], "expected a length from 0 to 1000000, found 9000000000"),
    FunctionCase("split", ["a", ""], "the separator is empty"),
    FunctionCase("split_to_map", ["a=1,a=2", ",", "="], "the key 'a' occurs twice"),
    FunctionCase("split_to_map", ["a", ",", "="], "expected one key and one value, found 'a'"),
    FunctionCase("hamming_distance", ["a", "ab"], "expected two texts of the same length"),
    FunctionCase("strpos", ["a", "a", 0], "the occurrence must not be 0"),
    FunctionCase(
      "like", ["a", "a#b", "#"], "escape character must be followed by '%', '_' or itself"),
  ])
  func `what cannot be computed says why`(_ line: FunctionCase) throws {
    #expect(try failure(line.name, line.arguments) == line.expected)
  }
}
