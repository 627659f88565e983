import Glibc

/// Files and directories that must be on disk before something names them, synced together.
///
/// Syncing each of many small files as it is finished makes the disk write its journal for each; synced
/// one after the other at the end, the first call carries most of the rest. Descriptors stay open up to
/// the sync, so that no error of a write in the background is missed.
package final class SyncGroup {
  private var files: [(descriptor: Int32, path: String)] = []
  private var directories: Set<String> = []
  private static let openLimit = 128

  package init() {}

  deinit { for file in files { close(file.descriptor) } }

  /// Takes over a file that is written and has its name, and the sync of its directory.
  func add(_ descriptor: Int32, _ path: String) {
    files.append((descriptor, path))
    directories.insert(Path.split(path).directory)
  }

  /// Includes the names in a directory.
  package func add(directory: String) { directories.insert(directory) }

  /// Whether enough descriptors are open to sync now.
  package var isFull: Bool { files.count >= SyncGroup.openLimit }

  /// Syncs the files so far, closes them.
  ///
  /// - Throws: `FileError` for the first that is not on disk for certain.
  package func syncFiles() throws(FileError) {
    defer {
      for file in files { close(file.descriptor) }
      files = []
    }
    for file in files where !SystemCall.sync(file.descriptor) {
      throw FileError.last("write", file.path)
    }
  }

  /// Syncs everything added: files, then directories, those further down first.
  ///
  /// - Throws: `FileError` for the first that is not on disk for certain.
  package func sync() throws(FileError) {
    try syncFiles()
    for directory in directories.sorted(by: >) { try Directory.sync(directory) }
    directories = []
  }
}
