import Columns

/// Numbers as bytes, and bytes as Base32.
enum EncodingFunctions {
  private static let binary = ParameterType.exactly(.varbinary)

  static let all: [ScalarFunction] = [
    integer("to_big_endian_64", .bigint, "The 8 bytes of a number, the highest first."),
    integer("to_big_endian_32", .integer, "The 4 bytes of a number, the highest first."),
    ScalarFunction(
      "from_big_endian_64", summary: "The number of 8 bytes, the highest first.",
      overloads: [
        .map([binary], to: .bigint) { (bytes: Text) -> Int64? in
          Int64(bitPattern: try bigEndian(bytes, count: 8))
        }
      ]),
    ScalarFunction(
      "from_big_endian_32", summary: "The number of 4 bytes, the highest first.",
      overloads: [
        .map([binary], to: .integer) { (bytes: Text) -> Int64? in
          Int64(Int32(truncatingIfNeeded: try bigEndian(bytes, count: 4)))
        }
      ]),
    ScalarFunction(
      "to_ieee754_64", summary: "The 8 bytes of a DOUBLE.",
      overloads: [
        .text([.exactly(.double)], to: .varbinary) { (value: Double, out) in
          appendBigEndian(value.bitPattern, count: 8, to: &out)
        }
      ]),
    ScalarFunction(
      "from_ieee754_64", summary: "The DOUBLE of 8 bytes.",
      overloads: [
        .map([binary], to: .double) { (bytes: Text) -> Double? in
          Double(bitPattern: try bigEndian(bytes, count: 8))
        }
      ]),
    ScalarFunction(
      "to_ieee754_32", summary: "The 4 bytes of a REAL.",
      overloads: [
        .text([.exactly(.real)], to: .varbinary) { (value: Double, out) in
          appendBigEndian(UInt64(Float(value).bitPattern), count: 4, to: &out)
        }
      ]),
    ScalarFunction(
      "from_ieee754_32", summary: "The REAL of 4 bytes.",
      overloads: [
        .map([binary], to: .real) { (bytes: Text) -> Double? in
          Double(
            Float(bitPattern: UInt32(truncatingIfNeeded: try bigEndian(bytes, count: 4))))
        }
      ]),
    ScalarFunction(
      "to_base32", summary: "Bytes as Base32.",
      overloads: [
        .text([binary]) { (bytes: Text, out) in Base32.append(bytes, to: &out) }
      ]),
    ScalarFunction(
      "from_base32", summary: "The bytes of Base32.",
      overloads: [ParameterType.exactly(.varchar), binary].map { type in
        .text([type], to: .varbinary) { (text: Text, out) in
          guard let bytes = Base32.decoded(text) else {
            throw EvaluationError("expected Base32, found '\(text.prefix(40).string)'")
          }
          out += bytes
        }
      }),
  ]

  private static func integer(_ name: String, _ type: DataType, _ summary: String)
    -> ScalarFunction
  {
    let count = (type.integerBits ?? 64) / 8
    return ScalarFunction(
      name, summary: summary,
      overloads: [
        .text([.exactly(type)], to: .varbinary) { (value: Int64, out) in
          appendBigEndian(UInt64(bitPattern: value), count: count, to: &out)
        }
      ])
  }

  static func appendBigEndian(_ value: UInt64, count: Int, to out: inout [UInt8]) {
    for byte in (0..<count).reversed() {
      out.append(UInt8(truncatingIfNeeded: value >> UInt64(byte * 8)))
    }
  }

  private static func bigEndian(_ bytes: Text, count: Int) throws -> UInt64 {
    guard bytes.count == count else {
      throw EvaluationError("expected \(count) bytes, found \(bytes.count)")
    }
    return bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }
}
