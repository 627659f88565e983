package import Columns

/// From a predicate's result to the rows that pass it.
package enum Selecting {
  /// The rows in which a BOOLEAN column is true, increasing; NULL is not true.
  ///
  /// - Complexity: O(`column.count`).
  package static func trueRows(_ column: Column) -> Selection {
    switch column.form {
    case .constant(.boolean(true)): Selection(all: column.count)
    case .constant: Selection([])
    case .flat(.boolean(let values), let validity):
      column.type == .null ? Selection([]) : trueRows(values, validity)
    case .flat: Selection([])
    case .dictionary(let codes, let dictionary): trueRows(codes, dictionary.values)
    }
  }

  private static func trueRows(_ values: [Bool], _ validity: Validity) -> Selection {
    guard let mask = validity.mask else { return collect(values.count) { values[$0] } }
    return collect(values.count) { values[$0] && mask[$0] }
  }

  private static func trueRows(_ codes: [UInt32], _ entries: Column) -> Selection {
    let passes = (0..<entries.count).map { entries.value($0) == .boolean(true) }
    if !passes.contains(true) { return Selection([]) }
    if !passes.contains(false) { return Selection(all: codes.count) }
    return collect(codes.count) { passes[Int(codes[$0])] }
  }

  /// Writes every row and moves on only past those that pass, so that no branch depends on data.
  @inline(__always)
  private static func collect(_ count: Int, _ passes: (Int) -> Bool) -> Selection {
    var rows = [UInt32](repeating: 0, count: count)
    var kept = 0
    for row in 0..<count {
      rows[kept] = UInt32(truncatingIfNeeded: row)
      kept += passes(row) ? 1 : 0
    }
    rows.removeLast(count - kept)
    return Selection(rows)
  }
}
