import Glibc

/// A whole file, read through memory mapping.
///
/// The file must not be truncated by others while it is mapped: the lake's data files never change
/// once they are committed.
@safe
package final class MappedFile: Sendable {
  package let path: String
  package let count: Int
  // SAFETY: a private read-only mapping of exactly `count` bytes, made in `init`, unmapped once in
  // `deinit`, never written; shared between threads for reading only.
  nonisolated(unsafe) private let base: UnsafeRawPointer?

  /// - Throws: `FileError` when the file cannot be opened or mapped, or is not a regular file.
  package init(_ path: String) throws(FileError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError.last("open", path) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw FileError.last("open", path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError("read", path, code: status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL)
    }
    self.path = path
    count = Int(status.st_size)
    if count == 0 {
      unsafe base = nil
    } else {
      let mapped = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
      guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
        throw FileError.last("map", path)
      }
      unsafe base = UnsafeRawPointer(mapped)
    }
  }

  deinit {
    if let base = unsafe base { unsafe munmap(UnsafeMutableRawPointer(mutating: base), count) }
  }

  /// Calls `body` with all bytes of the file; the span must not outlive the call.
  package func withBytes<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
    guard let base = unsafe base else { return try body(RawSpan()) }
    return try body(unsafe UnsafeRawBufferPointer(start: base, count: count).bytes)
  }

  /// A copy of some bytes.
  ///
  /// - Precondition: the range lies within the file.
  package func copy(_ range: Range<Int>) -> [UInt8] {
    withBytes { bytes in
      unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, initialized in
        // SAFETY: `extracting` checks the range; the buffer has room for exactly its bytes.
        unsafe bytes.extracting(range).withUnsafeBytes { source in
          unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(from: source)
        }
        initialized = range.count
      }
    }
  }
}
