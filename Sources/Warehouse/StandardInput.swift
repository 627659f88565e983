import Files
import Synchronization

/// Standard input as a file: read once, when it is first asked for, however often a statement names it.
final class StandardInput: Sendable {
  private let spool = Mutex<SpooledInput?>(nil)

  /// - Throws: `FormatError` when nothing comes; `FileError` when it cannot be kept.
  func path() throws -> String {
    try spool.withLock { spool in
      let input = try spool ?? SpooledInput()
      spool = input
      return input.path
    }
  }
}
