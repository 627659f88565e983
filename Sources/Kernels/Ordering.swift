package import Columns

/// The total order of the values of one type, for sorting, min, max and grouping.
package enum Ordering {
  /// Negative, zero or positive; NaN is last and equal to itself, NULL after every value.
  ///
  /// Columns have one type; rows, arrays and maps compare entry by entry.
  package static func compare(_ a: Column, _ rowA: Int, _ b: Column, _ rowB: Int) -> Int {
    switch (a.form, b.form) {
    case (.dictionary(let codes, let dictionary), _):
      return compare(dictionary.values, Int(codes[rowA]), b, rowB)
    case (_, .dictionary(let codes, let dictionary)):
      return compare(a, rowA, dictionary.values, Int(codes[rowB]))
    case (.flat(let first, let firstValidity), .flat(let second, let secondValidity)):
      let isFirst = a.type != .null && firstValidity.isPresent(rowA)
      let isSecond = b.type != .null && secondValidity.isPresent(rowB)
      guard isFirst && isSecond else { return (isFirst ? 0 : 1) - (isSecond ? 0 : 1) }
      return compare(first, rowA, second, rowB)
    case (.constant, _), (_, .constant):
      return compare(a.value(rowA), b.value(rowB))
    }
  }

  /// The same order over values outside columns.
  package static func compare(_ a: Value, _ b: Value) -> Int {
    switch (a, b) {
    case (.null, .null): 0
    case (.null, _): 1
    case (_, .null): -1
    case (.boolean(let x), .boolean(let y)): sign(x ? 1 : 0, y ? 1 : 0)
    case (.int64(let x), .int64(let y)): sign(x, y)
    case (.double(let x), .double(let y)): sign(x, y)
    case (.decimal(let x), .decimal(let y)): sign(x, y)
    case (.bytes(let x), .bytes(let y)): lexical(x, y) { sign($0, $1) }
    case (.array(let x), .array(let y)), (.row(let x), .row(let y)): lexical(x, y, compare)
    case (.map(let x), .map(let y)):
      lexical(x, y) { first, second in
        let byKey = compare(first.key, second.key)
        return byKey != 0 ? byKey : compare(first.value, second.value)
      }
    default: 0
    }
  }

  /// Whether a value takes the place of the smallest or largest one so far: any number that of NaN, which
  /// is neither and stands only among its own.
  ///
  /// Source: Trino's tests of array_min, array_max, greatest and least, and of min and max over doubles.
  static func isBetter(_ new: Value, than best: Value, _ wins: (Int) -> Bool) -> Bool {
    let isNumber = new.double?.isNaN != true
    if best.double?.isNaN == true { return isNumber }
    return isNumber && wins(compare(new, best))
  }

  /// Unsigned numbers in the order of the values: NaN last, one zero.
  package static func ranks(_ values: [Double]) -> [UInt64] { values.map { rank($0) } }

  /// Unsigned numbers in the order of the values.
  package static func ranks(_ values: [Int64]) -> [UInt64] { values.map { rank($0) } }

  package static func rank(_ value: Double) -> UInt64 {
    if value.isNaN { return .max }
    let bits = (value + 0.0).bitPattern
    return bits >> 63 == 1 ? ~bits : bits | (1 << 63)
  }

  package static func rank(_ value: Int64) -> UInt64 { UInt64(bitPattern: value) ^ (1 << 63) }

  /// Rows that are present in both.
  private static func compare(_ a: Values, _ rowA: Int, _ b: Values, _ rowB: Int) -> Int {
    switch (a, b) {
    case (.int64(let x), .int64(let y)): sign(x[rowA], y[rowB])
    case (.double(let x), .double(let y)): sign(x[rowA], y[rowB])
    case (.decimal(let x), .decimal(let y)): sign(x[rowA], y[rowB])
    case (.boolean(let x), .boolean(let y)): sign(x[rowA] ? 1 : 0, y[rowB] ? 1 : 0)
    case (.text(let x), .text(let y)): x.compare(rowA, with: y, rowB)
    case (.row(let x, _), .row(let y, _)):
      zip(x, y).lazy.map { compare($0, rowA, $1, rowB) }.first { $0 != 0 } ?? 0
    case (.array(let x), .array(let y)):
      entries(x.range(rowA), y.range(rowB)) { compare(x.elements, $0, y.elements, $1) }
    case (.map(let x), .map(let y)):
      entries(x.range(rowA), y.range(rowB)) { first, second in
        let byKey = compare(x.keys, first, y.keys, second)
        return byKey != 0 ? byKey : compare(x.values, first, y.values, second)
      }
    default: 0
    }
  }

  private static func sign<Number: Comparable>(_ a: Number, _ b: Number) -> Int {
    a < b ? -1 : (a > b ? 1 : 0)
  }

  private static func sign(_ a: Double, _ b: Double) -> Int {
    if a < b { return -1 }
    if a > b { return 1 }
    return (a.isNaN ? 1 : 0) - (b.isNaN ? 1 : 0)
  }

  private static func lexical<Element>(
    _ a: [Element], _ b: [Element], _ compare: (Element, Element) -> Int
  ) -> Int {
    entries(a.indices, b.indices) { compare(a[$0], b[$1]) }
  }

  private static func entries(
    _ a: Range<Int>, _ b: Range<Int>, _ compare: (Int, Int) -> Int
  ) -> Int {
    for (first, second) in zip(a, b) {
      let order = compare(first, second)
      if order != 0 { return order }
    }
    return a.count - b.count
  }
}
