import Glibc

/// A directory that a writer works in: known to others while it does, and known again by the writer.
///
/// Many can hold a directory at a time, by shared locks on the directory itself. A hold ends with its
/// value or its process, whichever comes first. Where the file system has no such locks, nobody sees it.
package final class DirectoryHold: Sendable {
  private let path: String
  private let descriptor: Int32
  private let device: dev_t
  private let node: ino_t

  /// - Throws: `FileError` when the directory is missing or cannot be opened.
  package init(_ path: String) throws(FileError) {
    self.path = path
    descriptor = try DirectoryHold.open(path)
    var status = stat()
    // SAFETY: here and below, `status` lives through the call that fills it in.
    guard unsafe fstat(descriptor, &status) == 0 else {
      let error = FileError.last("open", path)
      close(descriptor)
      throw error
    }
    device = status.st_dev
    node = status.st_ino
    // Whoever looks for holds has the lock for a moment only.
    var tries = 0
    while flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK || errno == EINTR,
      tries < 100
    {
      tries += 1
      usleep(1000)
    }
  }

  deinit { SystemCall.unlockAndClose(descriptor) }

  /// Whether the path still leads to the directory that is held. While it is held no other directory can
  /// be mistaken for it.
  package var isCurrent: Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_dev == device && status.st_ino == node
  }

  /// Whether anyone holds a directory.
  package static func isHeld(_ path: String) throws(FileError) -> Bool {
    let descriptor = try open(path)
    defer { SystemCall.unlockAndClose(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  private static func open(_ path: String) throws(FileError) -> Int32 {
    let descriptor = SystemCall.repeated {
      unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    guard descriptor >= 0 else { throw FileError.last("open", path) }
    return descriptor
  }
}
