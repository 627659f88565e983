import Columns
import Kernels

/// An expression over one column, computed once per dictionary entry where the column is a dictionary.
///
/// The result has the same codes over a new dictionary, which is remembered for the batches that
/// follow, so that what is built on it (predicates, group keys) is also computed once.
final class LiftedEvaluation: Evaluation {
  private let position: Int
  /// Over batches with that one column.
  private let inner: Evaluation
  private var known: ColumnDictionary?
  private var result = Result.rowByRow
  /// Rows seen of a dictionary that was too large for the first batch.
  private var rowsSeen = 0
  private var seen: ColumnDictionary?

  private enum Result {
    case dictionary(ColumnDictionary)
    /// The same for all entries.
    case constant(Value)
    /// An entry cannot be computed, though perhaps no row has it.
    case rowByRow
  }

  init(position: Int, inner: Evaluation) {
    self.position = position
    self.inner = inner
    super.init(inner.type)
  }

  override func evaluate(_ batch: Batch) throws -> Column {
    let column = batch.columns[position]
    switch column.form {
    case .flat:
      return try inner.evaluate(Batch([column], count: batch.count))
    case .constant(let value):
      let one = Column(column.type, constant: value, count: 1)
      let result = try inner.evaluate(Batch([one], count: 1)).value(0)
      return Column(type, constant: result, count: batch.count)
    case .dictionary(let codes, let dictionary):
      if known !== dictionary {
        guard isWorthwhile(dictionary, rows: batch.count) else {
          return try inner.evaluate(Batch([column.flattened()], count: batch.count))
        }
        known = dictionary
        result = try lift(dictionary)
      }
      switch result {
      case .dictionary(let lifted): return Column(codes: codes, lifted)
      case .constant(let value): return Column(type, constant: value, count: batch.count)
      case .rowByRow:
        return try inner.evaluate(Batch([column.flattened()], count: batch.count))
      }
    }
  }

  /// Not for a dictionary far larger than the rows that have asked so far.
  private func isWorthwhile(_ dictionary: ColumnDictionary, rows: Int) -> Bool {
    if seen !== dictionary {
      seen = dictionary
      rowsSeen = 0
    }
    rowsSeen += rows
    return dictionary.count <= 4 * rowsSeen
  }

  private func lift(_ dictionary: ColumnDictionary) throws -> Result {
    guard dictionary.count > 0 else { return .rowByRow }
    do {
      let lifted = try inner.evaluate(Batch([dictionary.values], count: dictionary.count))
      switch lifted.form {
      case .constant(let value): return .constant(value)
      case .flat, .dictionary:
        if let value = lifted.sharedBoolean { return .constant(value) }
        return .dictionary(ColumnDictionary(lifted))
      }
    } catch is EvaluationError {
      return .rowByRow
    }
  }
}

extension Column {
  /// The value of a BOOLEAN column that is the same in all rows, none NULL.
  fileprivate var sharedBoolean: Value? {
    guard case .flat(.boolean(let values), let validity) = form, validity.mask == nil,
      let first = values.first, !values.contains(!first)
    else { return nil }
    return .boolean(first)
  }
}
