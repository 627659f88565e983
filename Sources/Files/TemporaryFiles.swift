import Glibc

/// The names of files that are being written, and what to do with those of writers that are gone.
package enum TemporaryFiles {
  /// Seconds that a temporary file or an uncommitted data file is left alone, since its writer may be
  /// at work still.
  package static let margin: Int64 = 24 * 3600

  /// `.NAME.RANDOM.tmp` beside a path.
  static func newPath(for path: String) -> String {
    var generator = SystemRandomNumberGenerator()
    let (directory, name) = Path.split(path)
    // A long name is cut: its temporary must not be longer than a name can be.
    let stem = String(decoding: name.utf8.prefix(200), as: UTF8.self)
    return Path.join(directory, ".\(stem).\(String(generator.next(), radix: 36)).tmp")
  }

  /// Whether a name is one that ``OutputFile`` gives to what it writes: for the file `name`, for any if
  /// nil.
  package static func isTemporary(_ candidate: String, of name: String? = nil) -> Bool {
    guard candidate.hasPrefix("."), candidate.hasSuffix(".tmp") else { return false }
    let inner = candidate.dropFirst().dropLast(4)
    guard let dot = inner.lastIndex(of: "."), dot != inner.startIndex else { return false }
    let random = inner[inner.index(after: dot)...].utf8
    let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) }
    // Nearly all numbers of 64 bits are that long; ends like '.parquet' are shorter.
    return (10...13).contains(random.count) && random.allSatisfy(isDigit)
      && (name == nil || inner[..<dot] == name.map { Substring($0) })
  }

  /// Removes what killed writers left in a directory: temporary files, of one name if it is given, that
  /// nobody has written to for ``margin``. What cannot be removed stays for the next time.
  package static func sweep(_ directory: String, of name: String? = nil) {
    guard let names = try? Directory.names(directory) else { return }
    let now = Int64(time(nil))
    for candidate in names where isTemporary(candidate, of: name) {
      let path = Path.join(directory, candidate)
      guard let modified = try? Directory.attributes(path).modified,
        modified / 1_000_000 < now - margin
      else { continue }
      try? Directory.removeFile(path)
    }
  }
}
