import Glibc

/// An exclusive lock that ends with its value or its process, whichever comes first.
package final class FileLock {
  private let descriptor: Int32

  /// Takes the lock, or returns nil when another process has it.
  ///
  /// - Throws: `FileError` when the lock file cannot be made.
  package init?(_ path: String) throws(FileError) {
    // SAFETY: the path is passed as a C string for the length of the call.
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw FileError.last("lock", path) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      if code == EWOULDBLOCK { return nil }
      throw FileError("lock", path, code: code)
    }
  }

  deinit { SystemCall.unlockAndClose(descriptor) }
}
