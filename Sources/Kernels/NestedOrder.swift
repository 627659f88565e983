package import Columns

/// `<` and its like between ARRAY and ROW values, which have no answer where a NULL decides.
///
/// Source: Trino's ArrayType and RowType: entries are compared in turn up to the first that differ, and a
/// NULL met on the way is an error. ORDER BY puts it last instead, see ``Ordering``.
package enum NestedOrder {
  package static func less(_ a: Column, _ b: Column) throws -> Column {
    try check(a, b)
    return Comparison.less(a, b)
  }

  package static func lessOrEqual(_ a: Column, _ b: Column) throws -> Column {
    try check(a, b)
    return Comparison.lessOrEqual(a, b)
  }

  package static func greater(_ a: Column, _ b: Column) throws -> Column { try less(b, a) }

  package static func greaterOrEqual(_ a: Column, _ b: Column) throws -> Column {
    try lessOrEqual(b, a)
  }

  private static func check(_ a: Column, _ b: Column) throws {
    for row in 0..<a.count where !a.isNull(row) && !b.isNull(row) {
      try check(a.value(row), b.value(row))
    }
  }

  /// Nothing for scalars, and for NULL itself.
  ///
  /// - Throws: `EvaluationError` where the order of the two hangs on a NULL inside.
  static func check(_ a: Value, _ b: Value) throws {
    switch (a, b) {
    case (.array(let x), .array(let y)), (.row(let x), .row(let y)):
      for (first, second) in zip(x, y) {
        guard !first.isNull, !second.isNull else {
          throw EvaluationError("arrays and rows that hold NULL have no order; coalesce it first")
        }
        try check(first, second)
        if Ordering.compare(first, second) != 0 { return }
      }
    default: return
    }
  }
}
