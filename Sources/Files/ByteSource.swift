import Glibc

/// Bytes that arrive in order: a file, standard input, an inflater over another source.
package protocol ByteSource: AnyObject {
  /// What messages call it, usually the path.
  var name: String { get }

  /// Appends up to `limit` bytes to `buffer` and returns how many; 0 only at the end.
  func read(into buffer: inout [UInt8], limit: Int) throws -> Int
}

extension ByteSource {
  /// Everything up to the end.
  ///
  /// - Throws: `ByteLimitError` when there are more than `limit` bytes; what the source throws.
  package func readAll(limit: Int = .max) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while try read(into: &bytes, limit: 1 << 20) > 0 {
      if bytes.count > limit { throw ByteLimitError(name: name, limit: limit) }
    }
    return bytes
  }
}

/// An input larger than what its reader is willing to hold.
package struct ByteLimitError: Error, Sendable, CustomStringConvertible {
  package let name: String
  package let limit: Int

  package var description: String { "'\(name)' is larger than the \(limit) bytes allowed here" }
}

/// A file or other descriptor, read from its start.
package final class FileSource: ByteSource {
  package let name: String
  /// Bytes in the file, nil where that is not known (pipes).
  package let size: Int?
  private let descriptor: Int32
  private let owned: Bool
  private var position = 0

  /// - Throws: `FileError` when the file cannot be opened.
  package init(_ path: String) throws(FileError) {
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError.last("open", path) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      let error = FileError.last("open", path)
      close(descriptor)
      throw error
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      close(descriptor)
      throw FileError("read", path, code: EISDIR)
    }
    size = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    name = path
    owned = true
  }

  private init(standardInput: Void) {
    descriptor = STDIN_FILENO
    name = "standard input"
    size = nil
    owned = false
  }

  package static func standardInput() -> FileSource { FileSource(standardInput: ()) }

  deinit { if owned { close(descriptor) } }

  package func read(into buffer: inout [UInt8], limit: Int) throws -> Int {
    let start = buffer.count
    // One byte more than the file has left, so that a file that has grown is read on.
    let limit = min(limit, size.map { max($0 - position, 0) + 1 } ?? limit)
    buffer.append(contentsOf: repeatElement(0, count: limit))
    var received = 0
    repeat {
      received = unsafe buffer.withUnsafeMutableBytes { bytes in
        // SAFETY: `limit` bytes from `start` were just appended.
        unsafe Glibc.read(descriptor, bytes.baseAddress.unsafelyUnwrapped + start, limit)
      }
    } while received < 0 && errno == EINTR
    let code = errno
    buffer.removeLast(limit - max(received, 0))
    guard received >= 0 else { throw FileError("read", name, code: code) }
    position += received
    return received
  }
}

/// Bytes that are in memory already.
package final class MemorySource: ByteSource {
  package let name: String
  private let bytes: [UInt8]
  private var position = 0

  package init(_ bytes: [UInt8], name: String) {
    self.bytes = bytes
    self.name = name
  }

  package func read(into buffer: inout [UInt8], limit: Int) -> Int {
    let end = min(bytes.count, position + limit)
    buffer.append(contentsOf: bytes[position..<end])
    defer { position = end }
    return end - position
  }
}
