import Columns
import Kernels
import TestSupport
import Testing

/// Variance and its kin are those of real numbers, whatever the order of the rows.
@Suite struct MomentTests {
  private static let ofOne = [
    "stddev", "stddev_pop", "variance", "var_pop", "skewness", "kurtosis", "geometric_mean",
  ]
  private static let ofPairs = [
    "corr", "covar_samp", "covar_pop", "regr_slope", "regr_intercept",
  ]

  /// The aggregate of some columns, taken in parts that are merged in order.
  private func result(
    _ name: String, _ columns: [[Double]], partSize: Int = .max
  ) throws -> Double? {
    let function = try #require(AggregateFunctions.named(name))
    let count = columns[0].count
    var total: (any Accumulator)?
    for start in stride(from: 0, to: count, by: min(partSize, count)) {
      let rows = start..<min(count, start + min(partSize, count))
      let accumulator = function.overloads[0].makeAccumulator(columns.map { _ in .double })
      accumulator.resize(groups: 1)
      try accumulator.update(
        groups: nil, arguments: columns.map { Column(.double, .double(Array($0[rows]))) },
        rowCount: rows.count)
      if let total {
        try total.merge(accumulator, mapping: [0])
      } else {
        total = accumulator
      }
    }
    return try total?.finish().value(0).double
  }

  @Test(arguments: 0..<40) func `no order and no parts change a bit`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let widest = Int.random(in: 0...60, using: &random)
    var pairs = (0..<Int.random(in: 2...300, using: &random)).map { _ -> (Double, Double) in
      func value() -> Double {
        Double(
          sign: .plus, exponent: Int.random(in: -widest...widest, using: &random),
          significand: Double.random(in: 1..<2, using: &random))
      }
      return (value(), value())
    }
    let names = Self.ofOne + Self.ofPairs
    func all(partSize: Int) throws -> [UInt64?] {
      try names.map { name in
        let columns =
          Self.ofPairs.contains(name) ? [pairs.map(\.0), pairs.map(\.1)] : [pairs.map(\.0)]
        return try result(name, columns, partSize: partSize)?.bitPattern
      }
    }
    let expected = try all(partSize: .max)
    pairs.shuffle(using: &random)
    #expect(try all(partSize: .max) == expected)
    #expect(try all(partSize: 7) == expected)
    #expect(try all(partSize: 1) == expected)
  }

  @Test(arguments: 0..<40) func `a small variance far from zero is right to the last digits`(
    seed: UInt64
  ) throws {
    var random = SplitMix64(seed: seed)
    // Whole numbers so large that 128 bits just hold n Σx² - (Σx)².
    let center = Int64.random(in: -(1 << 45)...(1 << 45), using: &random)
    let values = (0..<Int.random(in: 2...1000, using: &random)).map { _ in
      center + Int64.random(in: 0..<1000, using: &random)
    }
    let count = Int128(values.count)
    let sum = values.reduce(Int128(0)) { $0 + Int128($1) }
    let squares = values.reduce(Int128(0)) { $0 + Int128($1) * Int128($1) }
    let expected = Double(count * squares - sum * sum) / Double(count * count)
    let found = try #require(try result("var_pop", [values.map(Double.init)]))
    #expect(abs(found - expected) <= 2 * expected.ulp)
    // Pairs on a line, of which all is known.
    let doubles = values.map(Double.init)
    let line = doubles.map { 3 - 2 * $0 }
    if expected > 0 {
      #expect(try result("regr_slope", [line, doubles]) == -2)
      #expect(abs(try #require(try result("corr", [line, doubles])) + 1) <= 2 * 1.0.ulp)
    }
  }

  @Test func `skewness and kurtosis of known values`() throws {
    // By hand: the mean is 22, and of the distances from it the squares add up to 7,610, the cubes to
    // 444,600.
    let values = [1.0, 2, 3, 4, 100]
    let skewness = 5.0.squareRoot() * 444_600 / (7610 * 7610.0.squareRoot())
    #expect(abs(try #require(try result("skewness", [values])) - skewness) < 1e-15)
    // Moved far away, where fourth powers have more than 200 bits.
    let far = values.map { $0 + 0x1p44 }
    #expect(try result("skewness", [far]) == result("skewness", [values]))
    #expect(try result("kurtosis", [far]) == result("kurtosis", [values]))
  }

  @Test(arguments: [0.1, 1e15 + 0.3, -7e-9]) func `equal values have no variance`(
    value: Double
  ) throws {
    for count in [2, 3, 7, 1000] {
      let values = [Double](repeating: value, count: count)
      #expect(try result("stddev", [values]) == 0)
      #expect(try result("covar_pop", [values, values]) == 0)
      #expect(try result("corr", [values, values]) == nil)
    }
  }

  @Test func `what is not finite has no variance, and too few values have none`() throws {
    #expect(try #require(try result("stddev", [[1, .infinity, 3]])).isNaN)
    #expect(try #require(try result("var_pop", [[.nan, 2]])).isNaN)
    #expect(try result("stddev", [[1]]) == nil)
    #expect(try result("skewness", [[1, 2]]) == nil)
    #expect(try result("kurtosis", [[1, 2, 4]]) == nil)
    #expect(try result("covar_samp", [[1], [1]]) == nil)
  }
}
