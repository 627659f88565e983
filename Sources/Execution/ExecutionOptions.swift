import Synchronization

/// How a statement is run.
package struct ExecutionOptions: Sendable {
  /// Threads that work on pieces at the same time, at least 1. Answers do not depend on it.
  package var threads: Int
  /// Bytes that operators may hold together; nil for no limit.
  package var memory: Int?
  /// Rows a batch has at most.
  package var batchSize: Int
  /// The statement's `now()`: microseconds since the epoch, UTC.
  package var now: Int64
  package var cancellation: CancellationToken
  /// Where temporary files are made for what does not fit into memory.
  package var spillDirectory: String

  package init(
    threads: Int = 1, memory: Int? = nil, batchSize: Int = 8192, now: Int64 = 0,
    cancellation: CancellationToken = CancellationToken(), spillDirectory: String = "/tmp"
  ) {
    self.threads = max(1, threads)
    self.memory = memory
    self.batchSize = max(1, batchSize)
    self.now = now
    self.cancellation = cancellation
    self.spillDirectory = spillDirectory
  }
}

/// A flag with which another thread (a signal handler, a test) ends a running statement.
package final class CancellationToken: Sendable {
  private let flag = Atomic<Bool>(false)

  /// Ends all statements of the process, those that come later as well.
  private static let isInterrupted = Atomic<Bool>(false)

  package init() {}

  package static func interrupt() { isInterrupted.store(true, ordering: .relaxed) }

  package func cancel() { flag.store(true, ordering: .relaxed) }

  package var isCancelled: Bool {
    flag.load(ordering: .relaxed) || CancellationToken.isInterrupted.load(ordering: .relaxed)
  }

  /// - Throws: ``QueryCancelled`` once ``cancel()`` has been called.
  package func check() throws {
    if isCancelled { throw QueryCancelled() }
  }
}

/// The statement was stopped from outside.
package struct QueryCancelled: Error, Sendable, Equatable, CustomStringConvertible {
  package let message = "the query was cancelled"
  package init() {}

  package var description: String { message }
}

/// The statement cannot go on with what it was given, whatever the values are.
package struct ExecutionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Lower case, no full stop.
  package let message: String
  /// Whether the memory that is allowed does not suffice.
  let isOutOfMemory: Bool

  package init(_ message: String) {
    self.init(message, isOutOfMemory: false)
  }

  init(_ message: String, isOutOfMemory: Bool) {
    self.message = message
    self.isOutOfMemory = isOutOfMemory
  }

  package var description: String { message }
}
