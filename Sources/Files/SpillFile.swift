import Glibc

/// Numbers put aside on disk while memory is short.
///
/// The file loses its name as soon as it is open, so that the system takes it away with the process,
/// however that ends.
package final class SpillFile {
  /// Numbers written so far.
  package private(set) var count = 0
  private let path: String
  private let descriptor: Int32

  /// - Throws: `FileError` when no file can be made in the directory.
  package init(in directory: String) throws(FileError) {
    let path = TemporaryFiles.newPath(for: Path.join(directory, "spill"))
    self.path = path
    descriptor = SystemCall.repeated {
      unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    }
    guard descriptor >= 0 else { throw FileError.last("create", path) }
    unsafe unlink(path)
  }

  deinit { close(descriptor) }

  /// Adds numbers at the end.
  ///
  /// - Throws: `FileError` when the disk is full.
  package func append(_ numbers: [UInt64]) throws(FileError) {
    let isWritten = unsafe numbers.withUnsafeBytes { bytes in
      var sent = 0
      while sent < bytes.count {
        // SAFETY: `sent` is below the count of the bytes.
        let written = unsafe pwrite(
          descriptor, bytes.baseAddress.unsafelyUnwrapped + sent, bytes.count - sent,
          off_t(count * 8 + sent))
        if written < 0 && errno == EINTR { continue }
        if written <= 0 { return false }
        sent += written
      }
      return true
    }
    guard isWritten else { throw FileError.last("write", path) }
    count += numbers.count
  }

  /// Numbers that were written, by their places in the order of writing.
  ///
  /// - Throws: `FileError` when they cannot be read back.
  package func read(_ places: Range<Int>) throws(FileError) -> [UInt64] {
    var numbers = [UInt64](repeating: 0, count: places.count)
    let isRead = unsafe numbers.withUnsafeMutableBytes { bytes in
      var received = 0
      while received < bytes.count {
        // SAFETY: `received` is below the count of the bytes.
        let count = unsafe pread(
          descriptor, bytes.baseAddress.unsafelyUnwrapped + received, bytes.count - received,
          off_t(places.lowerBound * 8 + received))
        if count < 0 && errno == EINTR { continue }
        if count == 0 { errno = EIO }
        if count <= 0 { return false }
        received += count
      }
      return true
    }
    guard isRead else { throw FileError.last("read", path) }
    return numbers
  }
}
