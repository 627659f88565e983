/// Some rows of a table or result: columns of equal length.
///
/// `count` is kept apart because a batch may have rows but no columns (`SELECT count(*)`).
package struct Batch: Sendable {
  package let columns: [Column]
  package let count: Int

  /// - Precondition: every column has `count` rows.
  package init(_ columns: [Column], count: Int) {
    self.columns = columns
    self.count = count
  }

  package func selected(_ selection: Selection) -> Batch {
    Batch(columns.map { $0.selected(selection) }, count: selection.count)
  }

  package func sliced(_ range: Range<Int>) -> Batch {
    Batch(columns.map { $0.sliced(range) }, count: range.count)
  }

  /// Batches of one schema, one after the other.
  package static func concatenated(_ parts: [Batch], types: [DataType]) -> Batch {
    if parts.count == 1 { return parts[0] }
    return Batch(
      types.indices.map { position in
        Column.concatenated(parts.map { $0.columns[position] }, type: types[position])
      },
      count: parts.reduce(0) { $0 + $1.count })
  }

  /// One row, for results and tests.
  package func row(_ row: Int) -> [Value] { columns.map { $0.value(row) } }
}
