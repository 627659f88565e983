import Glibc

/// Numbers or bytes put aside on disk while memory is short.
///
/// The file has no name, or loses it as soon as it is open where a file system cannot do without, so that
/// the system takes it away with the process, however that ends. One thread appends; what was appended may be read by several.
package final class SpillFile: @unchecked Sendable {
  /// Bytes written so far.
  package private(set) var byteCount = 0
  private let directory: String
  private let descriptor: Int32

  /// - Throws: `FileError` when no file can be made in the directory.
  package init(in directory: String) throws(FileError) {
    self.directory = directory
    let nameless = SystemCall.repeated {
      unsafe open(directory, SpillFile.namelessFile | O_RDWR | O_CLOEXEC, 0o600)
    }
    if nameless >= 0 {
      descriptor = nameless
      return
    }
    let path = TemporaryFiles.newPath(for: Path.join(directory, "spill"))
    descriptor = SystemCall.repeated {
      unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    }
    guard descriptor >= 0 else { throw FileError.last("create a temporary file in", directory) }
    unsafe unlink(path)
  }

  deinit { close(descriptor) }

  /// O_TMPFILE, which the C library's header hides from languages without its macros.
  private static let namelessFile: Int32 = 0o20_000_000 | O_DIRECTORY

  /// Numbers written so far, where nothing else was.
  package var count: Int { byteCount / 8 }

  /// Adds numbers at the end.
  ///
  /// - Throws: `FileError` when the disk is full.
  package func append(_ numbers: [UInt64]) throws(FileError) {
    let isWritten = unsafe numbers.withUnsafeBytes { unsafe write($0) }
    try finishWriting(isWritten, numbers.count * 8)
  }

  /// Adds bytes at the end and returns where they are.
  ///
  /// - Throws: `FileError` when the disk is full.
  package func append(bytes: [UInt8]) throws(FileError) -> Range<Int> {
    let start = byteCount
    let isWritten = unsafe bytes.withUnsafeBytes { unsafe write($0) }
    try finishWriting(isWritten, bytes.count)
    return start..<byteCount
  }

  private func finishWriting(_ isWritten: Bool, _ count: Int) throws(FileError) {
    guard isWritten else { throw FileError.last("write temporary data in", directory) }
    byteCount += count
  }

  private func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let base = bytes.baseAddress else { return true }
    var sent = 0
    while sent < bytes.count {
      // SAFETY: `sent` is below the count of the bytes.
      let written = unsafe pwrite(
        descriptor, base + sent, bytes.count - sent, off_t(byteCount + sent))
      if written < 0 && errno == EINTR { continue }
      if written == 0 { errno = ENOSPC }
      if written <= 0 { return false }
      sent += written
    }
    return true
  }

  /// Numbers that were written, by their places in the order of writing.
  ///
  /// - Throws: `FileError` when they cannot be read back.
  package func read(_ places: Range<Int>) throws(FileError) -> [UInt64] {
    var numbers = [UInt64](repeating: 0, count: places.count)
    let isRead = unsafe numbers.withUnsafeMutableBytes { bytes in
      unsafe fill(bytes, from: places.lowerBound * 8)
    }
    guard isRead else { throw FileError.last("read temporary data in", directory) }
    return numbers
  }

  /// Bytes that were written.
  ///
  /// - Throws: `FileError` when they cannot be read back.
  package func read(bytes range: Range<Int>) throws(FileError) -> [UInt8] {
    var isRead = true
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      isRead = unsafe fill(UnsafeMutableRawBufferPointer(buffer), from: range.lowerBound)
      count = isRead ? range.count : 0
    }
    guard isRead else { throw FileError.last("read temporary data in", directory) }
    return bytes
  }

  private func fill(_ bytes: UnsafeMutableRawBufferPointer, from offset: Int) -> Bool {
    guard let base = bytes.baseAddress else { return true }
    var received = 0
    while received < bytes.count {
      // SAFETY: `received` is below the count of the bytes.
      let count = unsafe pread(
        descriptor, base + received, bytes.count - received, off_t(offset + received))
      if count < 0 && errno == EINTR { continue }
      if count == 0 { errno = EIO }
      if count <= 0 { return false }
      received += count
    }
    return true
  }
}
