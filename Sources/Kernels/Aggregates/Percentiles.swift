import Columns
import Glibc

/// approx_percentile, computed exactly: the values of a group are kept and sorted.
///
/// The result is the first value with more than p × n values up to it, itself among them, else the last;
/// with weights, the first at which their sum is more than p × their total. The median of 1 and 2 is 2.
///
/// Source: Airlift, TDigest.valuesAt, which is Trino's, for as few values as it keeps one by one.
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
      return ranked[min(Int(fraction * Double(ranked.count)), ranked.count - 1)]
    }
    let target = fraction * weights.reduce(0, +)
    var sum = 0.0
    var last = ranked.count - 1
    for (position, weight) in weights.enumerated() where weight > 0 {
      sum += weight
      last = position
      if sum > target { break }
    }
    return ranked[last]
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
