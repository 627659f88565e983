import Columns
import Parquet

/// The bounds of some values, and how many of them are NULL; NaN counts for neither bound.
struct ValueRange {
  private(set) var min: Value?
  private(set) var max: Value?
  /// nil where it is not known.
  private(set) var nullCount: Int? = 0

  /// What is said of the values that does not hold, nil when all does. Bounds may be wider than they
  /// need to be.
  func contradiction(_ statedMin: Value?, _ statedMax: Value?, _ statedNulls: Int?) -> String? {
    if let statedMin, let min, min.isSurelyLess(than: statedMin) {
      return "that no value is less than the one it names, but one is"
    }
    if let statedMax, let max, statedMax.isSurelyLess(than: max) {
      return "that no value is greater than the one it names, but one is"
    }
    if let statedNulls, let nullCount, statedNulls != nullCount {
      return "that \(statedNulls) values are NULL, but \(nullCount) are"
    }
    return nil
  }

  /// What a footer says of the values that does not hold, nil when all does.
  func contradiction(_ stated: ColumnStatistics) -> String? {
    if let message = contradiction(stated.min, stated.max, stated.nullCount) { return message }
    if stated.isMinAttained, stated.min != min {
      return "that the value it names is the least, but no value is"
    }
    if stated.isMaxAttained, stated.max != max {
      return "that the value it names is the greatest, but no value is"
    }
    return nil
  }

  /// What a footer knows of some rows.
  mutating func add(_ known: ColumnStatistics, rowCount: Int) {
    nullCount = nullCount.flatMap { count in known.nullCount.map { count + $0 } }
    if let value = known.min { widen(value) }
    if let value = known.max { widen(value) }
  }

  mutating func add(_ other: ValueRange) {
    nullCount = nullCount.flatMap { count in other.nullCount.map { count + $0 } }
    if let value = other.min { widen(value) }
    if let value = other.max { widen(value) }
  }

  mutating func add(_ column: Column) {
    guard case .flat(let values, let validity) = column.flattened().form else { return }
    var nulls = 0
    for row in 0..<values.count where !validity.isPresent(row) { nulls += 1 }
    nullCount = nullCount.map { $0 + nulls }
    switch values {
    case .int64(let values):
      bounds(values, validity).map {
        widen(.int64($0.0)); widen(.int64($0.1))
      }
    case .double(let values):
      bounds(values, validity) { !$0.isNaN }.map {
        widen(.double($0.0)); widen(.double($0.1))
      }
    case .decimal(let values):
      bounds(values, validity).map {
        widen(.decimal($0.0)); widen(.decimal($0.1))
      }
    case .boolean(let values):
      for row in values.indices where validity.isPresent(row) { widen(.boolean(values[row])) }
    case .text(let texts):
      for row in 0..<texts.count where validity.isPresent(row) {
        let bytes = texts.bytes[texts.range(row)]
        if isOutside(bytes) { widen(.bytes(Array(bytes))) }
      }
    case .array, .map, .row: nullCount = nil
    }
  }

  private func bounds<Number: Comparable>(
    _ values: [Number], _ validity: Validity, where counts: (Number) -> Bool = { _ in true }
  ) -> (Number, Number)? {
    var found: (Number, Number)?
    for row in values.indices where validity.isPresent(row) && counts(values[row]) {
      let value = values[row]
      found = found.map { (Swift.min($0.0, value), Swift.max($0.1, value)) } ?? (value, value)
    }
    return found
  }

  private func isOutside(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard case .bytes(let low) = min, case .bytes(let high) = max else { return true }
    return bytes.lexicographicallyPrecedes(low) || high.lexicographicallyPrecedes(bytes)
  }

  private mutating func widen(_ value: Value) {
    if min.map({ value.isSurelyLess(than: $0) }) ?? true { min = value }
    if max.map({ $0.isSurelyLess(than: value) }) ?? true { max = value }
  }
}
