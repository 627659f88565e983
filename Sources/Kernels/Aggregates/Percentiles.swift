import Columns
import Glibc

/// approx_percentile, computed exactly: the values of a group are kept and sorted.
///
/// The result is the value at rank ⌈p × n⌉, as in an exact nearest-rank percentile; with weights, the
/// first value at which the sum of weights reaches p × their total.
enum Percentiles {
  /// - Parameter types: value, then weight where there is one, then fraction or array of fractions.
  static func accumulator(_ types: [DataType]) -> any Accumulator {
    let type = types[0]
    let fraction = types[types.count - 1]
    let isArray = if case .array = fraction { true } else { false }
    return CollectingAccumulator(types) { rows in
      try rows.map(isArray ? .array(type) : type) { range in
        let present = range.filter { !rows.columns[0].isNull($0) }
        guard let first = present.first else { return .null }
        let entries = try weighted(rows, present, hasWeights: types.count == 3)
        let fractions = rows.columns[types.count - 1].value(first)
        if case .array(let several) = fractions {
          return .array(try several.map { try value(at: $0, of: entries) })
        }
        return try value(at: fractions, of: entries)
      }
    }
  }

  private static func weighted(
    _ rows: GroupedRows, _ present: [Int], hasWeights: Bool
  ) throws -> [(value: Value, weight: Double)] {
    let entries = try present.map { row -> (value: Value, weight: Double) in
      guard hasWeights else { return (rows.columns[0].value(row), 1) }
      let weight = rows.columns[1].value(row)
      let number = weight.double ?? weight.int64.map(Double.init) ?? 0
      guard number >= 0 else {
        throw EvaluationError("approx_percentile: a weight must not be negative, found \(number)")
      }
      return (rows.columns[0].value(row), number)
    }
    return entries.sorted { Ordering.compare($0.value, $1.value) < 0 }
  }

  private static func value(
    at fraction: Value, of entries: [(value: Value, weight: Double)]
  ) throws -> Value {
    guard let fraction = fraction.double, fraction >= 0, fraction <= 1 else {
      throw EvaluationError("approx_percentile: the percentile must be between 0 and 1")
    }
    let total = entries.reduce(0) { $0 + $1.weight }
    let target = fraction * total
    var sum = 0.0
    for entry in entries {
      sum += entry.weight
      if sum >= target, entry.weight > 0 { return entry.value }
    }
    return entries.last?.value ?? .null
  }
}
