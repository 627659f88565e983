import Dispatch
import Glibc
import Synchronization

/// Files and directories that must be on disk before something names them, synced together.
///
/// Syncing each of many small files as it is finished makes the disk write its journal and empty its
/// cache for each. Synced at the end and some at a time, many share one such round. Descriptors stay open
/// up to the sync, so that no error of a write in the background is missed.
package final class SyncGroup {
  private var files: [(descriptor: Int32, path: String)] = []
  private var directories: Set<String> = []
  private static let openLimit = 128
  /// Syncs under way at a time: the disk's work, not the processor's.
  private static let lanes = 16

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
  /// - Throws: `FileError` for one that is not on disk for certain.
  package func syncFiles() throws(FileError) {
    let synced = files
    files = []
    defer { for file in synced { close(file.descriptor) } }
    try SyncGroup.forEach(synced) { file throws(FileError) in
      guard SystemCall.sync(file.descriptor) else { throw FileError.last("write", file.path) }
    }
  }

  /// Syncs everything added: files, then directories.
  ///
  /// - Throws: `FileError` for one that is not on disk for certain.
  package func sync() throws(FileError) {
    try syncFiles()
    let synced = directories.sorted(by: >)
    directories = []
    try SyncGroup.forEach(synced) { directory throws(FileError) in
      try Directory.sync(directory)
    }
  }

  /// Does the same with all, some at a time: what is synced together shares a round of the journal.
  private static func forEach<Element: Sendable>(
    _ all: [Element], _ body: @escaping @Sendable (Element) throws(FileError) -> Void
  ) throws(FileError) {
    guard all.count > 1 else {
      for element in all { try body(element) }
      return
    }
    let lanes = min(lanes, all.count)
    let group = DispatchGroup()
    let failure = Failure()
    for lane in 0..<lanes {
      // A queue of its own gives each lane a thread; these wait for the disk most of the time.
      DispatchQueue(label: "sync").async(group: group) {
        for index in stride(from: lane, to: all.count, by: lanes) where failure.error == nil {
          do throws(FileError) {
            try body(all[index])
          } catch {
            failure.set(error)
          }
        }
      }
    }
    group.wait()
    if let error = failure.error { throw error }
  }

  /// The first error of several threads.
  private final class Failure: Sendable {
    private let state = Mutex<FileError?>(nil)

    var error: FileError? { state.withLock { $0 } }

    func set(_ error: FileError) { state.withLock { $0 = $0 ?? error } }
  }
}
