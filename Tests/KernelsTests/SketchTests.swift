import Columns
import Glibc
import Kernels
import TestSupport
import Testing

/// The sketch of an aggregate over some values, made in parts that are merged.
private func sketch(_ name: String, _ values: [Column], parts: Int = 4) throws -> Column {
  let overload = try #require(
    AggregateFunctions.named(name)?.overloads.first { $0.parameters.count == values.count })
  let count = values[0].count
  let accumulators = try (0..<parts).map { part -> any Accumulator in
    let range = (part * count / parts)..<((part + 1) * count / parts)
    let accumulator = overload.makeAccumulator(values.map(\.type))
    accumulator.resize(groups: 1)
    try accumulator.update(
      groups: nil, arguments: values.map { $0.sliced(range) }, rowCount: range.count)
    return accumulator
  }
  for other in accumulators.dropFirst() { try accumulators[0].merge(other, mapping: [0]) }
  return try accumulators[0].finish()
}

private func call(_ name: String, _ arguments: [Column]) throws -> Value {
  let function = try #require(ScalarFunctions.named(name))
  for overload in function.overloads where overload.parameters.count == arguments.count {
    let fits = zip(overload.parameters, arguments).allSatisfy { parameter, argument in
      switch parameter {
      case .exactly(let type): type == argument.type
      case .array: argument.type.isNested
      default: false
      }
    }
    guard fits else { continue }
    let context = EvaluationContext(now: 0, rowCount: 1)
    return try overload.body(arguments.map { .column($0) }, context).value(0)
  }
  throw EvaluationError("no overload")
}

@Suite struct SketchTests {
  /// The standard error is 1.04 / 64 = 1.6 %; four of them are passed once in 16,000 times.
  @Test(arguments: [1, 10, 500, 600, 5_000, 20_000, 100_000], 0..<4)
  func `a HyperLogLog counts distinct values within four standard errors`(count: Int, seed: UInt64)
    throws
  {
    var random = SplitMix64(seed: seed)
    let start = Int64.random(in: 0..<1 << 40, using: &random)
    let values = (0..<count).flatMap { [start + Int64($0), start + Int64($0 / 2)] }.shuffled(
      using: &random)
    let set = try sketch("approx_set", [Column(.bigint, .int64(values))])
    let estimate = try #require(try call("cardinality", [set]).int64)
    let error = count <= 500 ? 0.001 : 4 * 1.04 / 64
    #expect(abs(Double(estimate) / Double(count) - 1) <= error, "\(estimate) of \(count)")
  }

  @Test(arguments: 0..<4) func `merging sketches is as making one of all values`(seed: UInt64)
    throws
  {
    var random = SplitMix64(seed: seed)
    let texts = (0..<3000).map { _ in "value \(Int.random(in: 0..<2000, using: &random))" }
    let column = Column(.varchar, .text(TextVector(texts)))
    for name in ["approx_set", "make_set_digest"] {
      let whole = try sketch(name, [column], parts: 1)
      #expect(try sketch(name, [column], parts: 5).value(0) == whole.value(0))
    }
  }

  @Test func `sketches survive as bytes, and damaged bytes are refused`() throws {
    let numbers = Column(.bigint, .int64((0..<2000).map { $0 % 1500 }))
    let doubles = Column(.double, .double((0..<2000).map { Double($0) }))
    for (name, argument) in [
      ("approx_set", numbers), ("make_set_digest", numbers), ("tdigest_agg", doubles),
    ] {
      let made = try sketch(name, [argument])
      let stored = try Cast.cast(made, to: .varbinary, isTry: false)
      #expect(try Cast.cast(stored, to: made.type, isTry: false).value(0) == made.value(0))
      guard case .bytes(let bytes) = stored.value(0) else {
        Issue.record("no bytes")
        continue
      }
      for cut in [0, 1, 2, bytes.count / 2, bytes.count - 1] {
        let damaged = Column(.varbinary, values: [.bytes(Array(bytes[..<cut]))])
        #expect(throws: EvaluationError.self) {
          try Cast.cast(damaged, to: made.type, isTry: false)
        }
      }
    }
  }

  /// The bound that the digest's description states, at every percentile.
  @Test(arguments: [100, 1_000, 50_000], 0..<3)
  func `a t-digest's quantiles are as near as it says`(count: Int, seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let values = (0..<count).map { _ in
      seed == 0
        ? Double.random(in: 0..<1, using: &random)
        : exp(8 * Double.random(in: 0..<1, using: &random))
    }
    let digest = try sketch("tdigest_agg", [Column(.double, .double(values))])
    let sorted = values.sorted()
    for percent in 0...100 {
      let quantile = Double(percent) / 100
      let found = try #require(
        try call(
          "value_at_quantile", [digest, Column(.double, values: [.double(quantile)])]
        ).double)
      let below = Double(sorted.count { $0 < found })
      let notAbove = Double(sorted.count { $0 <= found })
      let size = Double(count)
      let bound =
        max(quantile * (1 - quantile), 2 / size) * (4 * log(size / 100) + 24) / 100 * size + 2
      let rank = quantile * size
      #expect(below - bound <= rank && rank <= notAbove + bound, "\(percent) % gives \(found)")
    }
    #expect(
      try call("value_at_quantile", [digest, Column(.double, values: [.double(0)])])
        == .double(sorted[0]))
    #expect(
      try call("value_at_quantile", [digest, Column(.double, values: [.double(1)])])
        == .double(sorted[count - 1]))
  }

  /// Half of each set is shared, so that the index is 1/3.
  @Test func `large sets are compared by their least hashes`() throws {
    let a = try sketch("make_set_digest", [Column(.bigint, .int64(Array(0..<40_000)))])
    let b = try sketch("make_set_digest", [Column(.bigint, .int64(Array(20_000..<60_000)))])
    let shared = try #require(try call("intersection_cardinality", [a, b]).int64)
    #expect(abs(Double(shared) / 20_000 - 1) < 0.15, "\(shared)")
    let index = try #require(try call("jaccard_index", [a, b]).double)
    #expect(abs(index - 1.0 / 3) < 0.05, "\(index)")
  }
}
