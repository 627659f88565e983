package import Columns

/// Writes rows into files that become visible together, in one commit, or not at all.
package final class TableWriter {
  private let backend: any WriterBackend
  private var isFinished = false

  init(_ backend: any WriterBackend) {
    self.backend = backend
  }

  deinit { if !isFinished { backend.cancel() } }

  /// Adds rows; columns as the request's schema says.
  ///
  /// - Throws: `FormatError` naming the column whose value the table's type does not take;
  ///   `FileError` when the disk refuses.
  package func append(_ batch: Batch) throws {
    precondition(!isFinished, "rows are added before the commit")
    if batch.count > 0 { try backend.append(batch) }
  }

  /// Says something of what was written in the commit, beside the request's parameters.
  package func note(_ name: String, _ text: String) { backend.details[name] = text }

  /// Makes the rows visible. Returns the table's new version.
  ///
  /// - Throws: `CommitConflict` when another writer was first with something that excludes this;
  ///   `FileError`, `FormatError`. Nothing is visible then, and what was written is removed.
  @discardableResult
  package func commit() throws -> Int64 {
    precondition(!isFinished, "a writer commits once")
    isFinished = true
    do {
      return try backend.commit()
    } catch {
      backend.cancel()
      throw error
    }
  }

  /// Removes what was written so far; also done when the writer is dropped without a commit.
  package func cancel() {
    guard !isFinished else { return }
    isFinished = true
    backend.cancel()
  }
}
