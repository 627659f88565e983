import Columns

/// A compiled expression: computes one column from the columns of a batch.
///
/// Belongs to one stream of batches and so to one thread; it may remember what it found for the
/// dictionary of the last batch.
class Evaluation {
  let type: DataType

  init(_ type: DataType) {
    self.type = type
  }

  /// One value a row, in any form.
  ///
  /// - Precondition: the batch has at least one row.
  /// - Throws: `EvaluationError` when a row's value cannot be computed.
  func evaluate(_ batch: Batch) throws -> Column {
    preconditionFailure("an evaluation says how it is computed")
  }
}
