import Files

/// The right to run the nightly batch on a lake, one process at a time.
///
/// Ends with the process, however it ends. Queries and single ingests need no lock: the table log keeps
/// them apart.
struct LakeLock {
  private let lock: FileLock?

  /// - Throws: `NightlyError.locked`; `FileError` when the lake cannot be written.
  init(_ lake: String) throws {
    guard lake != ":memory:" else {
      lock = nil
      return
    }
    try Directory.create(lake)
    guard let taken = try FileLock(Path.join(lake, ".nightly.lock")) else {
      throw NightlyError.locked(lake: lake)
    }
    lock = taken
  }

  /// Keeps the lock alive up to here.
  func release() { withExtendedLifetime(lock) {} }
}
