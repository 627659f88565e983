import Columns

/// What every row must have in a column.
package struct CSVRequirement: Sendable, Equatable {
  /// The whole numbers or times that are allowed, as stored; nil for any value but NULL.
  package let range: Range<Int64>?
  /// What was expected, for messages: `a time in 2026-05, as the manifest says`.
  package let expected: String

  package init(_ range: Range<Int64>?, expected: String) {
    self.range = range
    self.expected = expected
  }

  /// Reports the rows whose values are not as required; the columns are looked at once they are whole, so
  /// that the loops over fields stay as they are.
  static func check(
    _ columns: [CSVColumn], _ finished: [Column], _ rows: Int, _ problems: inout [CSVProblem]
  ) {
    for order in columns.indices {
      guard let requirement = columns[order].options.requirement else { continue }
      requirement.check(finished[order].flattened(), order, rows, &problems)
    }
  }

  private func check(
    _ column: Column, _ order: Int, _ rows: Int, _ problems: inout [CSVProblem]
  ) {
    guard !isMet(by: column) else { return }
    let numbers: [Int64]? =
      if case .flat(.int64(let values), _) = column.form { values } else { nil }
    let unread = Set(problems.lazy.filter { $0.order == order }.map(\.row))
    for row in 0..<rows where !unread.contains(row) {
      if column.isNull(row) {
        problems.append(
          CSVProblem(row: row, order: order, reason: "expected \(expected), found nothing"))
      } else if let range, let values = numbers, !range.contains(values[row]) {
        let found =
          column.type == .timestamp
          ? CivilTimeText.text(timestamp: values[row], separator: "T") + "Z" : "\(values[row])"
        problems.append(
          CSVProblem(row: row, order: order, reason: "expected \(expected), found \(found)"))
      }
    }
  }

  /// Whether every row has what it must have, as nearly always.
  private func isMet(by column: Column) -> Bool {
    guard column.hasNoNulls, case .flat(let values, _) = column.form else { return false }
    guard let range, case .int64(let numbers) = values else { return true }
    return numbers.allSatisfy(range.contains)
  }
}
