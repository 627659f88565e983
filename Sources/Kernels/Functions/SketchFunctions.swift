import Columns

/// What sketches tell.
enum SketchFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "empty_approx_set", summary: "A HyperLogLog of no values.",
      overloads: [
        FunctionOverload([], result: { _ in .opaque(.hyperLogLog) }) { _, context in
          Column(
            .opaque(.hyperLogLog), constant: .bytes(HyperLogLog().bytes), count: context.rowCount)
        }
      ]),
    ScalarFunction(
      "value_at_quantile", summary: "The value at a fraction, from 0 to 1, of a digest's values.",
      overloads: [
        .map([.exactly(.opaque(.tDigest)), .exactly(.double)], to: .double) {
          (bytes: Text, fraction: Double) -> Double? in
          try quantiles([fraction], of: bytes)[0]
        }
      ]),
    ScalarFunction(
      "values_at_quantiles",
      summary: "The values at several fractions, in rising order, of a digest's values.",
      overloads: [
        .values(
          [.exactly(.opaque(.tDigest)), .array(.exactly(.double))],
          result: { _ in .array(.double) }
        ) { arguments, _ in
          let fractions = try arguments[1].elements.map { fraction in
            guard let fraction = fraction.double else {
              throw EvaluationError("values_at_quantiles: a fraction is NULL")
            }
            return fraction
          }
          return .array(try quantiles(fractions, of: arguments[0].text).map(Value.double))
        }
      ]),
    ScalarFunction(
      "intersection_cardinality", summary: "How many values two digests of sets share.",
      overloads: [
        .map(
          [.exactly(.opaque(.setDigest)), .exactly(.opaque(.setDigest))], to: .bigint
        ) { (a: Text, b: Text) -> Int64? in
          try setDigest(a).intersectionCardinality(try setDigest(b))
        }
      ]),
    ScalarFunction(
      "jaccard_index", summary: "The values that two digests of sets share, by those of either.",
      overloads: [
        .map(
          [.exactly(.opaque(.setDigest)), .exactly(.opaque(.setDigest))], to: .double
        ) { (a: Text, b: Text) -> Double? in try setDigest(a).jaccardIndex(try setDigest(b)) }
      ]),
    ScalarFunction(
      "hash_counts", summary: "The hashes that a digest of a set keeps, and how often they occur.",
      overloads: [
        .values(
          [.exactly(.opaque(.setDigest))],
          result: { _ in .map(key: .bigint, value: .smallint) }
        ) { arguments, _ in
          .map(
            try setDigest(arguments[0].text).counts.sorted { $0.key < $1.key }.map {
              MapEntry(key: .int64($0.key), value: .int64(Int64($0.value)))
            })
        }
      ]),
  ]

  /// `cardinality` of the sketches that count.
  static let cardinalities: [FunctionOverload] = [
    .map([.exactly(.opaque(.hyperLogLog))], to: .bigint) { (bytes: Text) -> Int64? in
      try hyperLogLog(bytes).cardinality
    },
    .map([.exactly(.opaque(.p4HyperLogLog))], to: .bigint) { (bytes: Text) -> Int64? in
      try hyperLogLog(bytes).cardinality
    },
    .map([.exactly(.opaque(.setDigest))], to: .bigint) { (bytes: Text) -> Int64? in
      try setDigest(bytes).cardinality
    },
  ]

  private static func quantiles(_ fractions: [Double], of bytes: Text) throws -> [Double] {
    guard let digest = TDigest(Array(bytes)) else {
      throw SketchAccumulator<TDigest>.damaged(.tDigest)
    }
    for (position, fraction) in fractions.enumerated() {
      guard fraction >= 0, fraction <= 1 else {
        throw EvaluationError("expected a fraction from 0 to 1, found \(fraction)")
      }
      guard position == 0 || fractions[position - 1] <= fraction else {
        throw EvaluationError("expected fractions in rising order, found \(fractions)")
      }
    }
    return fractions.map { digest.value(at: $0) ?? .nan }
  }

  private static func hyperLogLog(_ bytes: Text) throws -> HyperLogLog {
    guard let sketch = HyperLogLog(Array(bytes)) else {
      throw SketchAccumulator<HyperLogLog>.damaged(.hyperLogLog)
    }
    return sketch
  }

  private static func setDigest(_ bytes: Text) throws -> SetDigest {
    guard let digest = SetDigest(Array(bytes)) else {
      throw SketchAccumulator<SetDigest>.damaged(.setDigest)
    }
    return digest
  }
}
