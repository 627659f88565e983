import Glibc

/// A file that appears under its name complete and on disk, or not at all.
///
/// Bytes go to a temporary file beside the target; finishing syncs them, gives the file its name and
/// syncs the directory, in the order that survives a power cut. Dropped unfinished, nothing remains.
package final class OutputFile {
  package let path: String
  package private(set) var count = 0
  private let temporary: String
  private var descriptor: Int32
  private var pending: [UInt8] = []
  private static let flushSize = 1 << 20

  /// - Throws: `FileError` when the file cannot be created; missing directories are not made.
  package init(_ path: String) throws(FileError) {
    self.path = path
    var generator = SystemRandomNumberGenerator()
    let (directory, name) = Path.split(path)
    temporary = Path.join(directory, ".\(name).\(String(generator.next(), radix: 36)).tmp")
    descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError.last("create", path) }
  }

  deinit {
    if descriptor >= 0 {
      Glibc.close(descriptor)
      unsafe unlink(temporary)
    }
  }

  package func write(_ bytes: [UInt8]) throws(FileError) {
    count += bytes.count
    if pending.isEmpty && bytes.count >= OutputFile.flushSize { return try send(bytes) }
    pending += bytes
    if pending.count >= OutputFile.flushSize { try flush() }
  }

  package func write(_ text: String) throws(FileError) { try write(Array(text.utf8)) }

  /// Gives the file its name, replacing what had it.
  package func finish() throws(FileError) {
    try close(syncing: true)
    guard unsafe rename(temporary, path) == 0 else { throw giveUp(FileError.last("write", path)) }
    try Directory.sync(Path.split(path).directory)
  }

  /// Gives the file its name unless something has it already: the put-if-absent of a table log.
  ///
  /// - Throws: `FileError` with `alreadyExists` when the name is taken.
  package func finishIfAbsent() throws(FileError) {
    try close(syncing: true)
    guard unsafe link(temporary, path) == 0 else { throw giveUp(FileError.last("create", path)) }
    unsafe unlink(temporary)
    try Directory.sync(Path.split(path).directory)
  }

  private func giveUp(_ error: FileError) -> FileError {
    unsafe unlink(temporary)
    return error
  }

  private func close(syncing: Bool) throws(FileError) {
    try flush()
    let synced = fsync(descriptor) == 0
    let code = errno
    Glibc.close(descriptor)
    descriptor = -1
    if !synced { throw giveUp(FileError("write", path, code: code)) }
  }

  private func flush() throws(FileError) {
    let bytes = pending
    pending.removeAll(keepingCapacity: true)
    try send(bytes)
  }

  private func send(_ bytes: [UInt8]) throws(FileError) {
    var sent = 0
    while sent < bytes.count {
      let written = unsafe bytes.withUnsafeBytes { buffer in
        // SAFETY: `sent` is below the buffer's count.
        unsafe Glibc.write(
          descriptor, buffer.baseAddress.unsafelyUnwrapped + sent, bytes.count - sent)
      }
      if written < 0 {
        if errno == EINTR { continue }
        throw FileError.last("write", path)
      }
      sent += written
    }
  }
}
