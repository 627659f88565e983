package import Columns

/// The total order of the values of one type, for sorting, min, max and grouping.
package enum Ordering {
  /// Negative, zero or positive; NaN is last and equal to itself, NULL after every value.
  ///
  /// Columns have one type; rows, arrays and maps compare entry by entry.
  package static func compare(_ a: Column, _ rowA: Int, _ b: Column, _ rowB: Int) -> Int {
    preconditionFailure("to come")
  }

  /// The same order over values outside columns.
  package static func compare(_ a: Value, _ b: Value) -> Int { preconditionFailure("to come") }
}
