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
      let ranking = Ranking(of: rows.columns[0])
      return try rows.map(isArray ? .array(type) : type) { range in
        let ranked = ranking.ranked(range)
        guard let first = ranked.first else { return .null }
        let weights = types.count == 3 ? try weights(rows.columns[1], ranked) : nil
        let fractions = rows.columns[types.count - 1].value(first)
        if case .array(let several) = fractions {
          return .array(
            try several.map { rows.columns[0].value(try row(at: $0, of: ranked, weights)) })
        }
        return rows.columns[0].value(try row(at: fractions, of: ranked, weights))
      }
    }
  }

  private static func weights(_ column: Column, _ ranked: [Int]) throws -> [Double] {
    try ranked.map { row in
      let weight = column.value(row)
      let number = weight.double ?? weight.int64.map(Double.init) ?? 0
      guard number >= 0 else {
        throw EvaluationError("approx_percentile: a weight must not be negative, found \(number)")
      }
      return number
    }
  }

  /// - Precondition: there are ranked rows, and as many weights, each 1 where nil.
  private static func row(
    at fraction: Value, of ranked: [Int], _ weights: [Double]?
  ) throws -> Int {
    guard let fraction = fraction.double, fraction >= 0, fraction <= 1 else {
      throw EvaluationError("approx_percentile: the percentile must be between 0 and 1")
    }
    guard let weights else {
      let rank = (fraction * Double(ranked.count)).rounded(.up)
      return ranked[max(1, Int(rank)) - 1]
    }
    let target = fraction * weights.reduce(0, +)
    var sum = 0.0
    for (row, weight) in zip(ranked, weights) {
      sum += weight
      if sum >= target, weight > 0 { return row }
    }
    return ranked[ranked.count - 1]
  }
}

/// The rows of a column in the order of their values, those without one left out.
private struct Ranking {
  private let column: Column
  /// Numbers that are in the order of the values, where the type has such.
  private let keys: [UInt64]?
  private let mask: [Bool]?

  init(of column: Column) {
    self.column = column.flattened()
    switch self.column.form {
    case .flat(.double(let values), let validity):
      keys = Ordering.ranks(values)
      mask = validity.mask
    case .flat(.int64(let values), let validity):
      keys = Ordering.ranks(values)
      mask = validity.mask
    case .flat, .constant, .dictionary:
      keys = nil
      mask = nil
    }
  }

  func ranked(_ range: Range<Int>) -> [Int] {
    guard let keys else {
      return range.filter { !column.isNull($0) }
        .sorted { Ordering.compare(column, $0, column, $1) < 0 }
    }
    var entries: [(key: UInt64, row: Int)] = []
    entries.reserveCapacity(range.count)
    if let mask {
      for row in range where mask[row] { entries.append((keys[row], row)) }
    } else {
      for row in range { entries.append((keys[row], row)) }
    }
    entries.sort { $0.key < $1.key }
    return entries.map(\.row)
  }
}
