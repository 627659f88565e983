import Columns

/// Bits and number bases.
enum BitFunctions {
  static let all: [ScalarFunction] =
    [
      binary("bitwise_and", "Bits that both numbers have.") { $0 & $1 },
      binary("bitwise_or", "Bits that either number has.") { $0 | $1 },
      binary("bitwise_xor", "Bits that one of the numbers has.") { $0 ^ $1 },
      ScalarFunction(
        "bitwise_not", summary: "All bits inverted.",
        overloads: [.map([.exactly(.bigint)], to: .bigint) { (x: Int64) in ~x }]),
      ScalarFunction(
        "bit_count", summary: "How many bits are set in a two's complement of so many bits.",
        overloads: [
          .map([.exactly(.bigint), .exactly(.bigint)], to: .bigint) {
            (x: Int64, bits: Int64) -> Int64? in
            guard (2...64).contains(bits) else {
              throw EvaluationError("expected 2 to 64 bits, found \(bits)")
            }
            let highest = Int64.max >> (64 - bits)
            guard x <= highest, x >= ~highest else {
              throw EvaluationError("\(x) does not fit \(bits) bits")
            }
            let mask = bits == 64 ? UInt64.max : (1 << UInt64(bits)) - 1
            return Int64((UInt64(bitPattern: x) & mask).nonzeroBitCount)
          }
        ]),
      ScalarFunction(
        "from_base", summary: "The number that a text spells in a base from 2 to 36.",
        overloads: [
          .map([.exactly(.varchar), .exactly(.bigint)], to: .bigint) {
            (text: Text, base: Int64) -> Int64? in
            try check(base)
            guard let value = Int64(text.string, radix: Int(base)) else {
              throw EvaluationError("'\(text.prefix(40).string)' is no number in base \(base)")
            }
            return value
          }
        ]),
      ScalarFunction(
        "to_base", summary: "The text of a number in a base from 2 to 36.",
        overloads: [
          .text([.exactly(.bigint), .exactly(.bigint)]) { (x: Int64, base: Int64, out) in
            try check(base)
            out += String(x, radix: Int(base)).utf8
          }
        ]),
    ] + ShiftFunctions.all

  private static func check(_ base: Int64) throws {
    guard (2...36).contains(base) else {
      throw EvaluationError("expected a base from 2 to 36, found \(base)")
    }
  }

  private static func binary(
    _ name: String, _ summary: String, _ body: @escaping @Sendable (Int64, Int64) -> Int64
  ) -> ScalarFunction {
    ScalarFunction(
      name, summary: summary,
      overloads: [
        .map([.exactly(.bigint), .exactly(.bigint)], to: .bigint) { body($0, $1) }
      ])
  }
}
