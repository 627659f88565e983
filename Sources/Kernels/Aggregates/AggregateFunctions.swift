import Columns

/// All aggregates, by name. NULL arguments are left out unless the summary says otherwise.
package enum AggregateFunctions {
  /// The aggregate of that name, in lower case.
  package static func named(_ name: String) -> AggregateFunction? { byName[name] }

  /// Every aggregate once, other names included, sorted by name.
  package static let all: [AggregateFunction] =
    (counts + sums + extremes + choices + collections + statistics + bits + RankedCollections.all
    + SketchAggregates.all + [NumericHistogram.function])
    .sorted { $0.name < $1.name }

  private static let byName = Dictionary(
    all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
}

extension AggregateFunctions {
  private static let counts: [AggregateFunction] = [
    AggregateFunction(
      "count", summary: "the number of rows, or of values that are not NULL",
      overloads: [
        AggregateOverload([], result: { _ in .bigint }) { _ in CountAccumulator() },
        AggregateOverload([.any], result: { _ in .bigint }) { _ in CountAccumulator() },
      ]),
    AggregateFunction(
      "count_if", summary: "the number of rows for which the argument is true",
      overloads: [
        AggregateOverload([.exactly(.boolean)], result: { _ in .bigint }) { _ in
          StateAccumulator<TrueCount>(loop: { GroupedLoop.booleans(&$0, $1, $2) }) {
            Column(.bigint, .int64($0.map(\.count)))
          }
        }
      ]),
    AggregateFunction(
      "approx_distinct",
      summary: "the number of distinct values, exact up to 512 and within about 2 % beyond",
      overloads: [
        AggregateOverload([.any], result: { _ in .bigint }) { _ in DistinctSketchAccumulator() },
        AggregateOverload([.any, .exactly(.double)], result: { _ in .bigint }) { _ in
          DistinctSketchAccumulator()
        },
      ]),
    boolean("bool_and", "whether all values are true") { !$0.hasFalse },
    boolean("every", "whether all values are true") { !$0.hasFalse },
    boolean("bool_or", "whether any value is true") { $0.hasTrue },
  ]

  private static func boolean(
    _ name: String, _ summary: String, _ result: @escaping @Sendable (BooleanFold) -> Bool
  ) -> AggregateFunction {
    AggregateFunction(
      name, summary: summary,
      overloads: [
        AggregateOverload([.exactly(.boolean)], result: { _ in .boolean }) { _ in
          StateAccumulator<BooleanFold>(loop: { GroupedLoop.booleans(&$0, $1, $2) }) { states in
            .results(.boolean, .boolean(states.map(result)), states.map(\.isPresent))
          }
        }
      ])
  }

  private static let sums: [AggregateFunction] = [
    AggregateFunction(
      "sum", summary: "the sum of the values",
      overloads: [
        AggregateOverload([.exactly(.bigint)], result: { _ in .bigint }) { _ in
          Sums.integers(.bigint)
        },
        AggregateOverload(
          [.decimal], result: { .decimal(precision: 38, scale: $0[0].decimalScale) }
        ) { Sums.decimals(scale: $0[0].decimalScale) },
        AggregateOverload([.exactly(.double)], result: { _ in .double }) { _ in Sums.doubles() },
        AggregateOverload(
          [.exactly(.intervalDayToSecond)], result: { _ in .intervalDayToSecond }
        ) { Sums.integers($0[0]) },
        AggregateOverload(
          [.exactly(.intervalYearToMonth)], result: { _ in .intervalYearToMonth }
        ) { Sums.integers($0[0]) },
      ]),
    AggregateFunction(
      "avg", summary: "the arithmetic mean of the values",
      overloads: [
        AggregateOverload([.exactly(.bigint)], result: { _ in .double }) { _ in
          Sums.averageOfIntegers()
        },
        AggregateOverload([.decimal], result: { $0[0] }) { Sums.averageOfDecimals($0[0]) },
        AggregateOverload([.exactly(.double)], result: { _ in .double }) { _ in
          Sums.averageOfDoubles()
        },
        AggregateOverload(
          [.exactly(.intervalDayToSecond)], result: { _ in .intervalDayToSecond }
        ) { Sums.averageOfIntervals($0[0], unit: 1000) },
        AggregateOverload(
          [.exactly(.intervalYearToMonth)], result: { _ in .intervalYearToMonth }
        ) { Sums.averageOfIntervals($0[0], unit: 1) },
      ]),
    AggregateFunction(
      "geometric_mean", summary: "the geometric mean of the values",
      overloads: [
        AggregateOverload([.exactly(.double)], result: { _ in .double }) { _ in
          LogarithmSum.accumulator()
        }
      ]),
  ]

  private static let extremes: [AggregateFunction] = [
    AggregateFunction(
      "min", summary: "the least value",
      overloads: [
        AggregateOverload([.orderable("T")], result: { $0[0] }) { Extremes.smallest($0[0]) },
        AggregateOverload([.orderable("T"), .exactly(.bigint)], result: { .array($0[0]) }) {
          RankedCollections.extremes($0, isLargest: false)
        },
      ]),
    AggregateFunction(
      "max", summary: "the greatest value",
      overloads: [
        AggregateOverload([.orderable("T")], result: { $0[0] }) { Extremes.largest($0[0]) },
        AggregateOverload([.orderable("T"), .exactly(.bigint)], result: { .array($0[0]) }) {
          RankedCollections.extremes($0, isLargest: true)
        },
      ]),
    AggregateFunction(
      "min_by", summary: "the first argument where the second is least",
      overloads: [
        AggregateOverload([.any, .orderable("K")], result: { $0[0] }) {
          ExtremeByAccumulator($0[0], isLargest: false)
        },
        AggregateOverload(
          [.any, .orderable("K"), .exactly(.bigint)], result: { .array($0[0]) }
        ) { RankedCollections.extremes($0, isLargest: false) },
      ]),
    AggregateFunction(
      "max_by", summary: "the first argument where the second is greatest",
      overloads: [
        AggregateOverload([.any, .orderable("K")], result: { $0[0] }) {
          ExtremeByAccumulator($0[0], isLargest: true)
        },
        AggregateOverload(
          [.any, .orderable("K"), .exactly(.bigint)], result: { .array($0[0]) }
        ) { RankedCollections.extremes($0, isLargest: true) },
      ]),
    AggregateFunction(
      "approx_percentile",
      summary: "the value at a fraction of the sorted values; computed exactly",
      overloads: [
        percentile(.exactly(.bigint), weighted: false),
        percentile(.exactly(.double), weighted: false),
        percentile(.exactly(.bigint), weighted: true),
        percentile(.exactly(.double), weighted: true),
        accurate(.exactly(.bigint)), accurate(.exactly(.double)),
      ].flatMap { $0 }),
  ]

  /// A weighted percentile with the error that is allowed, of which there is none.
  private static func accurate(_ value: ParameterType) -> [AggregateOverload] {
    percentile(value, weighted: true).map { overload in
      AggregateOverload(overload.parameters + [.exactly(.double)], result: overload.result) {
        Percentiles.accumulator(Array($0.dropLast()))
      }
    }
  }

  private static func percentile(_ value: ParameterType, weighted: Bool) -> [AggregateOverload] {
    let head = weighted ? [value, .exactly(.double)] : [value]
    return [
      AggregateOverload(head + [.exactly(.double)], result: { $0[0] }) {
        Percentiles.accumulator($0)
      },
      AggregateOverload(
        head + [.array(.exactly(.double))], result: { .array($0[0]) }
      ) { Percentiles.accumulator($0) },
    ]
  }

  private static let choices: [AggregateFunction] = ["arbitrary", "any_value"].map { name in
    AggregateFunction(
      name, summary: "one of the values, the first that is not NULL",
      overloads: [
        AggregateOverload([.any], result: { $0[0] }) { FirstValueAccumulator($0[0]) }
      ])
  }

  private static let collections: [AggregateFunction] =
    [
      AggregateFunction(
        "array_agg", summary: "all values as an array, NULLs included",
        overloads: [
          AggregateOverload([.any], result: { .array($0[0]) }) { Collections.array($0[0]) }
        ]),
      AggregateFunction(
        "set_agg", summary: "the distinct values as an array, NULL included",
        overloads: [
          AggregateOverload([.any], result: { .array($0[0]) }) { Collections.set($0[0]) }
        ]),
      AggregateFunction(
        "map_agg", summary: "a map of keys to values; of a key's values the first",
        overloads: [
          AggregateOverload([.any, .any], result: { .map(key: $0[0], value: $0[1]) }) {
            Collections.map($0[0], $0[1])
          }
        ]),
      AggregateFunction(
        "multimap_agg", summary: "a map of keys to arrays of all their values",
        overloads: [
          AggregateOverload(
            [.any, .any], result: { .map(key: $0[0], value: .array($0[1])) }
          ) { Collections.multimap($0[0], $0[1]) }
        ]),
      AggregateFunction(
        "map_union", summary: "the entries of all maps; of a key's values the first",
        overloads: [
          AggregateOverload([.map(.variable("K"), .variable("V"))], result: { $0[0] }) {
            Collections.union($0[0])
          }
        ]),
      AggregateFunction(
        "histogram", summary: "a map of values to how often they occur",
        overloads: [
          AggregateOverload([.any], result: { .map(key: $0[0], value: .bigint) }) {
            Collections.histogram($0[0])
          }
        ]),
    ]
    + ["listagg", "string_agg"].map { name in
      AggregateFunction(
        name, summary: "all texts joined by a separator",
        overloads: [
          AggregateOverload(
            [.exactly(.varchar), .exactly(.varchar)], result: { _ in .varchar }
          ) { Collections.joined($0) },
          AggregateOverload([.exactly(.varchar)], result: { _ in .varchar }) {
            Collections.joined($0)
          },
          AggregateOverload(
            [.exactly(.varchar), .exactly(.varchar), .exactly(.varchar), .exactly(.boolean)],
            result: { _ in .varchar }
          ) { _ in Collections.truncated() },
        ])
    }

  private static let statistics: [AggregateFunction] = [
    moments("stddev", "the sample standard deviation") { $0.sampleVariance?.squareRoot() },
    moments("stddev_samp", "the sample standard deviation") { $0.sampleVariance?.squareRoot() },
    moments("stddev_pop", "the population standard deviation") {
      $0.populationVariance?.squareRoot()
    },
    moments("variance", "the sample variance") { $0.sampleVariance },
    moments("var_samp", "the sample variance") { $0.sampleVariance },
    moments("var_pop", "the population variance") { $0.populationVariance },
    moments("skewness", "the skewness", FourPowers.self) { $0.skewness },
    moments("kurtosis", "the excess kurtosis", FourPowers.self) { $0.kurtosis },
    pairs("corr", "the correlation of two values") { $0.correlation },
    pairs("covar_samp", "the sample covariance of two values") { $0.sampleCovariance },
    pairs("covar_pop", "the population covariance of two values") { $0.populationCovariance },
    pairs("regr_slope", "the slope of the line through (x, y), given y and x") { $0.slope },
    pairs("regr_intercept", "the intercept of the line through (x, y), given y and x") {
      $0.intercept
    },
  ]

  private static func moments<Powers: PowerCount>(
    _ name: String, _ summary: String, _ powers: Powers.Type = TwoPowers.self,
    _ result: @escaping @Sendable (Moments) -> Double?
  ) -> AggregateFunction {
    AggregateFunction(
      name, summary: summary,
      overloads: [
        AggregateOverload([.exactly(.double)], result: { _ in .double }) { _ in
          PowerSums<Powers>.accumulator(result)
        }
      ])
  }

  private static func pairs(
    _ name: String, _ summary: String, _ result: @escaping @Sendable (PairMoments) -> Double?
  ) -> AggregateFunction {
    AggregateFunction(
      name, summary: summary,
      overloads: [
        AggregateOverload([.exactly(.double), .exactly(.double)], result: { _ in .double }) { _ in
          PairAccumulator(result)
        }
      ])
  }

  private static let bits: [AggregateFunction] = [
    AggregateFunction(
      "bitwise_and_agg", summary: "the bitwise AND of the values",
      overloads: [
        AggregateOverload([.exactly(.bigint)], result: { _ in .bigint }) { _ in
          StateAccumulator<BitAnd>(loop: { GroupedLoop.int64s(&$0, $1, $2) }) {
            bitColumn($0.map(\.bits))
          }
        }
      ]),
    AggregateFunction(
      "bitwise_or_agg", summary: "the bitwise OR of the values",
      overloads: [
        AggregateOverload([.exactly(.bigint)], result: { _ in .bigint }) { _ in
          StateAccumulator<BitOr>(loop: { GroupedLoop.int64s(&$0, $1, $2) }) {
            bitColumn($0.map(\.bits))
          }
        }
      ]),
    AggregateFunction(
      "bitwise_xor_agg", summary: "the bitwise XOR of the values",
      overloads: [
        AggregateOverload([.exactly(.bigint)], result: { _ in .bigint }) { _ in
          StateAccumulator<BitXor>(loop: { GroupedLoop.int64s(&$0, $1, $2) }) {
            bitColumn($0.map(\.bits))
          }
        }
      ]),
    AggregateFunction(
      "checksum", summary: "a hash of all values that does not depend on their order",
      overloads: [
        AggregateOverload([.any], result: { _ in .varbinary }) { _ in ChecksumAccumulator() }
      ]),
  ]

  private static func bitColumn(_ bits: [Int64?]) -> Column {
    Column(.bigint, values: bits.map { $0.map(Value.int64) ?? .null })
  }
}
