import Columns
import Kernels
import Testing

struct BinaryAndFormatTests {
  private static let abc = TestArgument.binary(Array("abc".utf8))

  /// The hexadecimal digest.
  private static func digest(_ name: String, _ text: String) throws -> String? {
    let function = try #require(ScalarFunctions.named(name))
    let column = Column(.varbinary, constant: .bytes(Array(text.utf8)), count: 1)
    let result = try function.overloads[0].body(
      [.column(column)], EvaluationContext(now: 0, rowCount: 1))
    guard case .bytes(let bytes) = result.value(0) else { return nil }
    return try call("to_hex", [.binary(bytes)])
  }

  @Test(arguments: [
    ("md5", "", "D41D8CD98F00B204E9800998ECF8427E"),
    ("md5", "abc", "900150983CD24FB0D6963F7D28E17F72"),
    ("sha1", "abc", "A9993E364706816ABA3E25717850C26C9CD0D89D"),
    ("sha256", "abc", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"),
    (
      "sha256", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248D6A61D20638B8E5C026930C3E6039A33CE45964FF2167F6ECEDD419DB06C1"
    ),
    (
      "sha512", "abc",
      "DDAF35A193617ABACC417349AE20413112E6FA4E89A97EA20A9EEEE64B55D39A"
        + "2192992A274FC1A836BA3C23A3FEEBBD454D4423643CE80E2A9AC94FA54CA49F"
    ),
  ])
  func `digests are those of their standards`(name: String, text: String, hex: String) throws {
    #expect(try Self.digest(name, text) == hex)
  }

  @Test(arguments: [
    FunctionCase("to_utf8", ["é"], "é"),
    FunctionCase("from_utf8", [.binary([0x61, 0xFF])], "a\u{FFFD}"),
    FunctionCase("from_utf8", [.binary([0x61, 0xFF]), "?"], "a?"),
    FunctionCase("to_hex", [.binary([0x00, 0xAB])], "00AB"),
    FunctionCase("from_hex", ["616263"], "abc"),
    FunctionCase("to_base64", [abc], "YWJj"),
    FunctionCase("to_base64", [.binary([0xFB])], "+w=="),
    FunctionCase("to_base64url", [.binary([0xFB, 0xFF])], "-_8="),
    FunctionCase("from_base64", ["YWI="], "ab"),
    FunctionCase("from_base64", ["YWI"], "ab"),
    FunctionCase("crc32", [.binary(Array("123456789".utf8))], "3421780262"),
    FunctionCase("url_extract_protocol", ["https://u@h.example:8080/p/a?q=1#f"], "https"),
    FunctionCase("url_extract_host", ["https://u@h.example:8080/p/a?q=1#f"], "h.example"),
    FunctionCase("url_extract_port", ["https://h.example:8080/"], "8080"),
    FunctionCase("url_extract_port", ["https://h.example/"], nil),
    FunctionCase("url_extract_path", ["https://h.example/p/a?q=1#f"], "/p/a"),
    FunctionCase("url_extract_query", ["https://h.example/p/a?q=1#f"], "q=1"),
    FunctionCase("url_extract_fragment", ["https://h.example/p/a?q=1#f"], "f"),
    FunctionCase("url_extract_parameter", ["http://h/?a=1&b=x%20y", "b"], "x y"),
    FunctionCase("url_extract_parameter", ["http://h/?a=1", "c"], nil),
    FunctionCase("url_encode", ["a b/é"], "a+b%2F%C3%A9"),
    FunctionCase("url_decode", ["a+b%2F%C3%A9"], "a b/é"),
    FunctionCase("format", ["%s is %d and %.2f", "x", 7, 1.005], "x is 7 and 1.01"),
    FunctionCase(
      "format", ["%,d|%08d|%-5d|%+d", 1_234_567, -42, 7, 3], "1,234,567|-0000042|7    |+3"),
    FunctionCase("format", ["%2$s-%1$s %%", "a", "b"], "b-a %"),
    FunctionCase("format", ["%,.2f", 1234567.891], "1,234,567.89"),
    FunctionCase("format", ["%10s|%-4s|%.1s", "ab", "c", "de"], "        ab|c   |d"),
    FunctionCase("format", ["%e %x %b", 12345.678, 255, true], "1.234568e+04 ff true"),
    FunctionCase("format", ["%s", .null(.varchar)], "null"),
    FunctionCase("format", ["%.1f", .decimal("12.35", 10, 2)], "12.4"),
    FunctionCase("format", ["%s", .date("2026-09-01")], "2026-09-01"),
  ])
  func `bytes, URLs and formats`(_ line: FunctionCase) throws {
    #expect(try call(line.name, line.arguments) == line.expected)
  }

  @Test(arguments: [
    FunctionCase("from_hex", ["abc"], "expected hexadecimal digits in pairs, found 'abc'"),
    FunctionCase("from_hex", ["xy"], "expected hexadecimal digits in pairs, found 'xy'"),
    FunctionCase("from_base64", ["Y"], "expected Base64, found 'Y'"),
    FunctionCase("url_decode", ["%2"], "expected percent-encoded text, found '%2'"),
    FunctionCase("format", ["%d", "x"], "'%d' cannot format a value of type varchar"),
    FunctionCase("format", ["%s %s", "x"], "the format '%s %s' needs more than 1 values"),
    FunctionCase("format", ["%", "x"], "the format ends in '%'"),
  ])
  func `what is no such encoding or format`(_ line: FunctionCase) throws {
    #expect(try failure(line.name, line.arguments) == line.expected)
  }
}
