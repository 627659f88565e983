import Columns

/// Shifts in the width of the integer's own type.
enum ShiftFunctions {
  static let all: [ScalarFunction] = [
    shift("bitwise_left_shift", "Bits moved up.") { value, count, bits in
      count >= Int64(bits) ? 0 : value << count
    },
    shift("bitwise_right_shift", "Bits moved down, zeros coming in.") { value, count, bits in
      if count == 0 { return value }
      guard count < Int64(bits) else { return 0 }
      let mask = UInt64.max >> UInt64(64 - bits)
      return Int64(bitPattern: (UInt64(bitPattern: value) & mask) >> UInt64(count))
    },
    shift("bitwise_right_shift_arithmetic", "Bits moved down, the sign staying.") {
      value, count, bits in value >> min(count, 63)
    },
  ]

  private static func shift(
    _ name: String, _ summary: String,
    _ body: @escaping @Sendable (_ value: Int64, _ count: Int64, _ bits: Int) -> Int64
  ) -> ScalarFunction {
    ScalarFunction(
      name, summary: summary,
      overloads: [DataType.tinyint, .smallint, .integer, .bigint].map { type in
        let bits = type.integerBits ?? 64
        return .map([.exactly(type), .exactly(.bigint)], to: type) {
          (value: Int64, count: Int64) -> Int64? in
          guard count >= 0 else {
            throw EvaluationError("expected a shift of zero or more bits, found \(count)")
          }
          // What leaves the type's width at the top is cut off, the sign bit taken from what is left.
          return (body(value, count, bits) << Int64(64 - bits)) >> Int64(64 - bits)
        }
      })
  }
}
