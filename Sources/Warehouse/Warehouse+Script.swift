package import SQL

extension Warehouse {
  /// Runs one statement and hands its rows to a sink as they come.
  ///
  /// - Throws: as ``query(_:)``, and what the sink throws.
  package func run(_ sql: String, into sink: any ResultSink) throws { preconditionFailure() }

  /// Runs the statements of a text in order.
  ///
  /// `sink` is asked for each statement's sink before it runs; `finished` is told how each went, its
  /// errors among that, and answers whether to go on with the next.
  ///
  /// - Throws: `SQLError` when the text cannot be cut into statements; what the closures throw.
  package func script(
    _ text: String, sink: (_ number: Int) throws -> any ResultSink,
    finished: (StatementReport) throws -> Bool
  ) throws { preconditionFailure() }
}

/// How one statement of a script went.
package struct StatementReport {
  /// Counted from 1.
  package let number: Int
  /// Where the statement stands in the script, in bytes; an error's range is within the script too.
  package let range: SourceRange
  package let microseconds: Int64
  /// nil when all went well.
  package let error: (any Error)?
}
