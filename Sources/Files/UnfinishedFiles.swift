import Glibc
import Synchronization

/// The files and directories that this process has made and that nothing names yet, for taking them away
/// when it is told to end at once.
package enum UnfinishedFiles {
  private struct State {
    var files: Set<String> = []
    var directories: [String] = []
    var isOver = false
  }

  private static let state = Mutex(State())

  /// A file that is about to be made.
  package static func add(_ path: String) {
    change { $0.files.insert(path) }
  }

  /// Directories that were made, outer ones first.
  package static func add(directories: [String]) {
    change { $0.directories += directories }
  }

  /// A file that is gone, or has become part of something.
  package static func forget(_ path: String) {
    change { $0.files.remove(path) }
  }

  package static func forget(directories: [String]) {
    change { state in state.directories.removeAll { directories.contains($0) } }
  }

  /// Takes all of them away. Whoever would make or finish one from now on waits for the end of the
  /// process.
  package static func removeAll() {
    state.withLock { state in
      state.isOver = true
      // SAFETY: each path is passed as text that lives through the call.
      for file in state.files { unsafe unlink(file) }
      for directory in state.directories.reversed() { Directory.removeIfEmpty(directory) }
    }
  }

  private static func change(_ body: (inout State) -> Void) {
    while true {
      let isDone = state.withLock { state in
        if !state.isOver { body(&state) }
        return !state.isOver
      }
      if isDone { return }
      usleep(1000)
    }
  }
}
