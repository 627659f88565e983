import Glibc

/// Who runs the program.
package enum Account {
  /// The name that the environment gives, `user` where it gives none.
  package static let userName: String = {
    // SAFETY: nothing in this program changes the environment; the text is copied at once.
    guard let name = unsafe getenv("USER") else { return "user" }
    return unsafe String(cString: name)
  }()
}
