import Glibc

/// A file operation that the system refused.
package struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was tried, as a verb: `read`, `create`, `lock`.
  package let action: String
  package let path: String
  /// The system's error number.
  package let code: Int32

  package init(_ action: String, _ path: String, code: Int32) {
    self.action = action
    self.path = path
    self.code = code
  }

  /// The failure that `errno` tells of.
  package static func last(_ action: String, _ path: String) -> FileError {
    FileError(action, path, code: errno)
  }

  /// Nothing is at the path.
  package static func missing(_ action: String, _ path: String) -> FileError {
    FileError(action, path, code: ENOENT)
  }

  package var isMissing: Bool { code == ENOENT }
  package var alreadyExists: Bool { code == EEXIST }

  package var description: String {
    // SAFETY: strerror returns a NUL-terminated string that is copied at once.
    let reason = unsafe String(cString: strerror(code)).lowercased()
    return "cannot \(action) '\(path)': \(reason)"
  }
}
