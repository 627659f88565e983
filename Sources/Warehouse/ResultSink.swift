package import Columns

/// Takes a result in, batch by batch, so that a large one need not be held.
package protocol ResultSink: AnyObject {
  /// Called once, before the first batch.
  func begin(_ schema: Schema) throws
  /// Called instead of ``begin(_:)`` where the rows are lines of a plan, one text each.
  func beginPlan(_ schema: Schema) throws
  /// Takes some rows; never an empty batch.
  func receive(_ batch: Batch) throws
  /// Called once, after the last batch. `message` says what a statement that changes something did.
  func end(message: String?) throws
}

extension ResultSink {
  package func beginPlan(_ schema: Schema) throws { try begin(schema) }
}

/// A sink that keeps everything.
package final class ResultCollector: ResultSink {
  private var schema = Schema([])
  private var batches: [Batch] = []
  private var message: String?

  package init() {}

  package func begin(_ schema: Schema) { self.schema = schema }
  package func receive(_ batch: Batch) { batches.append(batch) }
  package func end(message: String?) { self.message = message }

  package var result: QueryResult {
    QueryResult(schema: schema, batches: batches, message: message)
  }
}
