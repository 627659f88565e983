import Glibc

/// A log that grows at its end; each append is one write and is on disk when it returns.
package enum AppendingFile {
  /// Adds bytes at the end of a file, made if missing.
  ///
  /// - Throws: `FileError` when the file cannot be opened or written.
  package static func append(_ bytes: [UInt8], to path: String) throws(FileError) {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError.last("open", path) }
    defer { close(descriptor) }
    var sent = 0
    while sent < bytes.count {
      let written = unsafe bytes.withUnsafeBytes { buffer in
        // SAFETY: `sent` is below the buffer's count.
        unsafe write(
          descriptor, buffer.baseAddress.unsafelyUnwrapped + sent, bytes.count - sent)
      }
      if written < 0 {
        if errno == EINTR { continue }
        throw FileError.last("write", path)
      }
      sent += written
    }
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileError.last("write", path) }
  }
}
