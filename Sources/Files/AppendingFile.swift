import Glibc

/// A log that grows at its end; each append is one write and is on disk when it returns.
package enum AppendingFile {
  /// Adds lines at the end of a file, made if missing: all of them or none.
  ///
  /// A line that a killed process left half written is closed first, so that it spoils no other.
  ///
  /// - Parameter lines: with the newline at their end.
  /// - Throws: `FileError` when the file cannot be opened or written.
  package static func append(_ lines: [UInt8], to path: String) throws(FileError) {
    let isNew = Directory.kind(path) == nil
    let descriptor = SystemCall.repeated {
      unsafe open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    }
    guard descriptor >= 0 else { throw FileError.last("open", path) }
    defer { SystemCall.unlockAndClose(descriptor) }
    // Keeps two appends apart; where there are no locks the one write of each has to do.
    let isAlone = SystemCall.repeated { flock(descriptor, LOCK_EX) } == 0
    let end = lseek(descriptor, 0, SEEK_END)
    let bytes = isTorn(descriptor, end) ? [UInt8(ascii: "\n")] + lines : lines
    guard SystemCall.write(bytes, to: descriptor), SystemCall.sync(descriptor) else {
      let error = FileError.last("write", path)
      // Half an append would be told twice, once torn.
      if isAlone && end >= 0 { _ = SystemCall.repeated { ftruncate(descriptor, end) } }
      throw error
    }
    if isNew { try Directory.sync(Path.split(path).directory) }
  }

  /// Whether the last line has no end.
  private static func isTorn(_ descriptor: Int32, _ end: off_t) -> Bool {
    guard end > 0 else { return false }
    var last: UInt8 = 0
    // SAFETY: one byte is read into one byte.
    return unsafe pread(descriptor, &last, 1, end - 1) == 1 && last != UInt8(ascii: "\n")
  }
}
