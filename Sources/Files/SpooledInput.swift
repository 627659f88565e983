import Glibc

/// What came over standard input, as a file that goes with its last user: what it is shows only when it
/// is opened, and a bill is read more than once.
package final class SpooledInput: Sendable {
  package let path: String
  private let folder: String

  /// Reads standard input to its end.
  ///
  /// - Parameter name: the file's name, by which what it delivers is known again the next time.
  /// - Throws: `FileError` when it cannot be read or written; `FormatError` when nothing came.
  package init(named name: String? = nil) throws {
    var generator = SystemRandomNumberGenerator()
    folder = Path.join(
      SpooledInput.temporaryFolder,
      "kakeibo-input-\(String(generator.next(), radix: 36))")
    // Sources are told by a file's name and its folder's: both stay the same from run to run.
    let place = Path.join(folder, "standard-input")
    path = Path.join(place, SpooledInput.fileName(name))
    try Directory.create(place)
    do {
      let input = FileSource.standardInput()
      let output = try OutputFile(path)
      var buffer: [UInt8] = []
      while try input.read(into: &buffer, limit: 1 << 20) > 0 {
        try output.write(buffer)
        buffer.removeAll(keepingCapacity: true)
      }
      guard output.count > 0 else {
        throw FormatError(
          "standard input", "is empty: the program that should have written it may have failed")
      }
      try output.finish()
    } catch {
      try? Directory.removeTree(folder)
      throw error
    }
  }

  deinit { try? Directory.removeTree(folder) }

  private static var temporaryFolder: String {
    // SAFETY: nothing in this program changes the environment; the text is copied at once.
    guard let folder = unsafe getenv("TMPDIR") else { return "/tmp" }
    let path = unsafe String(cString: folder)
    return path.isEmpty ? "/tmp" : path
  }

  /// A name as one component of a path.
  private static func fileName(_ name: String?) -> String {
    let name = String((name ?? "").map { $0 == "/" || $0 == "\0" ? "-" : $0 }.prefix(200))
    return name.isEmpty || name == "." || name == ".." ? "standard-input" : name
  }
}
