package import Columns

/// Three-valued logic over BOOLEAN columns.
package enum Logic {
  /// False if any is false, else NULL if any is NULL, else true.
  ///
  /// - Precondition: at least one column; all have the same count.
  package static func and(_ columns: [Column]) -> Column { fold(columns, decisive: false) }

  /// True if any is true, else NULL if any is NULL, else false.
  ///
  /// - Precondition: at least one column; all have the same count.
  package static func or(_ columns: [Column]) -> Column { fold(columns, decisive: true) }

  package static func not(_ column: Column) -> Column {
    if case .dictionary(let codes, let dictionary) = column.form {
      return Column(codes: codes, ColumnDictionary(not(dictionary.values)))
    }
    return column.booleanOperand.map { !$0 }.column(count: column.count)
  }

  /// AND and OR are one loop: a single `decisive` value settles a row, a NULL leaves it open.
  private static func fold(_ columns: [Column], decisive: Bool) -> Column {
    let count = columns.first?.count ?? 0
    var isOpen = false
    var rows: [([Bool], Validity)] = []
    for column in columns {
      switch column.booleanOperand {
      case .null: isOpen = true
      case .one(decisive):
        return Column(.boolean, constant: .boolean(decisive), count: count)
      case .one: continue
      case .many(let values, let validity): rows.append((values, validity))
      }
    }
    guard let first = rows.first else {
      return Column(.boolean, constant: isOpen ? .null : .boolean(!decisive), count: count)
    }
    if !isOpen && rows.allSatisfy({ $0.1.mask == nil }) {
      return Column(.boolean, .boolean(settled(first.0, rows.dropFirst(), decisive: decisive)))
    }
    var decided = [Bool](repeating: false, count: count)
    var known = [Bool](repeating: !isOpen, count: count)
    for (values, validity) in rows {
      if let mask = validity.mask {
        for row in 0..<count {
          decided[row] = decided[row] || (mask[row] && values[row] == decisive)
          known[row] = known[row] && mask[row]
        }
      } else {
        for row in 0..<count { decided[row] = decided[row] || values[row] == decisive }
      }
    }
    for row in 0..<count { known[row] = known[row] || decided[row] }
    return Column(
      .boolean, .boolean(decisive ? decided : decided.map { !$0 }), Validity(checking: known))
  }

  private static func settled(
    _ first: [Bool], _ others: ArraySlice<([Bool], Validity)>, decisive: Bool
  ) -> [Bool] {
    var result = first
    for (values, _) in others {
      if decisive {
        for row in result.indices { result[row] = result[row] || values[row] }
      } else {
        for row in result.indices { result[row] = result[row] && values[row] }
      }
    }
    return result
  }
}
