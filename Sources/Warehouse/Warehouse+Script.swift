import SQL

extension Warehouse {
  /// Runs the statements of a text in order.
  ///
  /// `sink` is asked for each statement's sink before it runs; `finished` is told how each went, its
  /// errors among that, and answers whether to go on with the next.
  ///
  /// - Throws: what the closures throw.
  package func script(
    _ text: String, sink: (_ number: Int) throws -> any ResultSink,
    finished: (StatementReport) throws -> Bool
  ) throws {
    for (index, statement) in Script.statements(text).enumerated() {
      let target = try sink(index + 1)
      var failure: (any Error)?
      let start = ContinuousClock.now
      do {
        try run(statement.text, into: target)
      } catch {
        failure = error
      }
      let report = StatementReport(
        number: index + 1, offset: statement.offset, text: statement.text,
        elapsed: ContinuousClock.now - start, error: failure)
      guard try finished(report) else { return }
    }
  }
}

/// How one statement of a script went.
package struct StatementReport {
  /// Counted from 1.
  package let number: Int
  /// Where the statement begins in the script, in UTF-8 bytes: places of its errors count from there
  /// (see `SQLError.rendered(in:statement:at:)`).
  package let offset: Int
  package let text: String
  package let elapsed: Duration
  /// nil when all went well.
  package let error: (any Error)?
}
