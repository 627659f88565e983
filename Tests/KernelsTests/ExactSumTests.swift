import Columns
import Kernels
import TestSupport
import Testing

/// Sums of doubles are those of real numbers, rounded once.
@Suite struct ExactSumTests {
  /// The overload of sum and avg over doubles.
  private static let doubles = 2

  /// The aggregate of some doubles, taken in parts that are merged in order.
  private func result(
    _ name: String, _ values: [Double], partSize: Int = .max
  ) throws -> Double {
    let function = try #require(AggregateFunctions.named(name))
    var total: (any Accumulator)?
    for start in stride(from: 0, to: values.count, by: min(partSize, values.count)) {
      let part = Array(values[start..<min(values.count, start + min(partSize, values.count))])
      let accumulator = function.overloads[Self.doubles].makeAccumulator([.double])
      accumulator.resize(groups: 1)
      try accumulator.update(
        groups: nil, arguments: [Column(.double, .double(part))], rowCount: part.count)
      if let total {
        try total.merge(accumulator, mapping: [0])
      } else {
        total = accumulator
      }
    }
    return try #require(try total?.finish().value(0).double)
  }

  @Test(arguments: 0..<60) func `any order and any parts give the double nearest to the sum`(
    seed: UInt64
  ) throws {
    var random = SplitMix64(seed: seed)
    // Multiples of 2^-60 below 2^60: their sum is a whole number of 2^-60 in 128 bits.
    let widest = Int.random(in: 1...60, using: &random)
    var exact: Int128 = 0
    var values: [Double] = []
    for _ in 0..<Int.random(in: 1...400, using: &random) {
      let whole = Int128(Int64.random(in: -(1 << 53)...(1 << 53), using: &random))
      let shift = Int.random(in: 0..<widest, using: &random)
      exact += whole << Int128(shift)
      values.append(Double(whole) * Double(sign: .plus, exponent: shift - 60, significand: 1))
    }
    let expected = Double(exact) * 0x1p-60
    #expect(try result("sum", values) == expected)
    values.shuffle(using: &random)
    #expect(try result("sum", values, partSize: 7) == expected)
    #expect(try result("avg", values, partSize: 1) == expected / Double(values.count))
  }

  @Test(
    arguments: [
      ([1, 0x1p-53], 1), ([1, 0x1p-53, 0x1p-120], 1 + 0x1p-52), ([1, 0x1p-53, -0x1p-120], 1),
      ([1 + 0x1p-52, 0x1p-53], 1 + 0x1p-51), ([1 + 0x1p-52, 0x1p-53, -0x1p-120], 1 + 0x1p-52),
      ([1, -0x1p-54], 1), ([1, -0x1p-54, -0x1p-130], 1 - 0x1p-53),
      ([1, -1, 0x1p-60, 0x1p-130], 0x1p-60 + 0x1p-130),
      ([.greatestFiniteMagnitude, 0x1p970], .infinity),
      ([.greatestFiniteMagnitude, 0x1p970, -1], .greatestFiniteMagnitude),
    ] as [([Double], Double)])
  func `what lies between two doubles goes to the nearer one, in a tie to the even one`(
    values: [Double], expected: Double
  ) throws {
    for values in [values, values.reversed(), values.map { -$0 }] {
      #expect(abs(try result("sum", values)) == expected)
    }
  }

  @Test(arguments: 0..<20) func `what is added and taken away again leaves nothing`(
    seed: UInt64
  ) throws {
    var random = SplitMix64(seed: seed)
    let values = (0..<200).map { _ in
      Double(
        sign: .plus, exponent: Int.random(in: -1060...1020, using: &random),
        significand: Double.random(in: 1..<2, using: &random))
    }
    let small = Double(sign: .plus, exponent: -1074, significand: 3)
    let all = (values + values.map { -$0 } + [small]).shuffled(using: &random)
    #expect(try result("sum", all) == small)
    #expect(try result("sum", all, partSize: 13) == small)
  }

  @Test func `a sum that passes beyond the greatest double comes back`() throws {
    let most = Double.greatestFiniteMagnitude
    #expect(try result("sum", [most, most, -most]) == most)
    #expect(try result("sum", [most, most, -most, -most, 1], partSize: 1) == 1)
    #expect(try result("sum", [most, most]) == .infinity)
    #expect(try result("sum", [-most, -most, 5]) == -.infinity)
  }

  @Test func `halves are rounded to the even neighbour, what is more than half up`() throws {
    #expect(try result("sum", [0x1p53, 1, 1e-300]) == 0x1p53 + 2)
    #expect(try result("sum", [0x1p53, 1, -1e-300]) == 0x1p53)
    #expect(try result("sum", [0x1p53, 1, 1e-300, -1e-300]) == 0x1p53)
    #expect(try result("sum", [-0x1p53, -1, -1e-300], partSize: 1) == -0x1p53 - 2)
  }

  @Test func `infinities and NaN are what IEEE 754 says, whatever comes with them`() throws {
    #expect(try result("sum", [1, .infinity, 1e308, 1e308]) == .infinity)
    #expect(try result("sum", [1, -.infinity, 5], partSize: 1) == -.infinity)
    #expect(try result("sum", [.infinity, 1, -.infinity], partSize: 1).isNaN)
    #expect(try result("sum", [.nan, 1]).isNaN)
  }

  @Test func `a thousand cents are ten`() throws {
    #expect(try result("sum", [Double](repeating: 0.01, count: 1000)) == 10)
    #expect(try result("sum", [0.1, 0.2, -0.3]) != 0)
  }
}
