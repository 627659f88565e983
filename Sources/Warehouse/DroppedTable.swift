import Delta
import Files
import Glibc

/// A table that is no more, and whose files go one by one.
///
/// Dropping is one rename, of the table's folder to a hidden name beside it: before it there is the
/// whole table, after it none, also for a program that is killed in between. The next drop or vacuum
/// removes what such a program has left.
enum DroppedTable {
  private static let prefix = ".dropped-"

  /// Drops the table in a folder.
  ///
  /// - Throws: `FileError`: the table is there still, or, where only the sync failed, may come back after
  ///   a power cut, whole.
  static func drop(_ path: String) throws {
    let (folder, name) = Path.split(path)
    let gone = Path.join(folder, prefix + String(name.prefix(60)) + "-" + UniqueName.uuid())
    do {
      try Directory.rename(path, to: gone)
    } catch {
      guard [EBUSY, EXDEV, EACCES, EPERM].contains(error.code), Directory.kind(gone) == nil else {
        throw error
      }
      return try dropInPlace(path, error)
    }
    // The table is dropped, whatever becomes of its files now.
    try? Directory.removeTree(gone)
  }

  /// Where the folder itself cannot be renamed, such as a mount: the log is.
  ///
  /// Writers that are at work would not notice, and commit what is being removed.
  private static func dropInPlace(_ path: String, _ refusal: FileError) throws {
    guard try !DirectoryHold.isHeld(path) else { throw refusal }
    let log = LogDirectory.path(of: path)
    try Directory.rename(log, to: Path.join(path, prefix + UniqueName.uuid()))
    for name in (try? Directory.names(path)) ?? [] {
      try? Directory.removeTree(Path.join(path, name))
    }
    Directory.removeIfEmpty(path)
  }

  /// Removes what is left of dropped tables in a folder.
  ///
  /// - Throws: `FileError`; what could not be removed stays for the next time.
  static func sweep(_ folder: String) throws {
    let left = try Directory.names(folder).filter { $0.hasPrefix(prefix) }
    guard !left.isEmpty else { return }
    // The rename must be on disk before a file is gone: else a power cut could bring half a table back.
    try Directory.sync(folder)
    for name in left { try Directory.removeTree(Path.join(folder, name)) }
  }
}
