import Foundation

/// Where a person's entries are kept from one session to the next: readable by them alone.
package struct HistoryFile: Sendable {
  package let path: String
  /// Lines past which the file is cut back to what a ``History`` holds.
  private static let lineLimit = 10_000

  package init(path: String) { self.path = path }

  /// The file that the environment names: `KAKEIBO_HISTORY` (empty for none), else below
  /// `XDG_STATE_HOME`, else below the home folder; nil where there is none of these.
  package init?(environment: [String: String]) {
    if let named = environment["KAKEIBO_HISTORY"] {
      guard !named.isEmpty else { return nil }
      path = named
      return
    }
    // The specification has relative paths ignored.
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      path = state + "/kakeibo/history"
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      path = home + "/.local/state/kakeibo/history"
    } else {
      return nil
    }
  }

  /// What the file has; nothing when there is none.
  package func load() -> History {
    guard let data = FileManager.default.contents(atPath: path) else { return History() }
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
    let history = History(lines.map(History.entry))
    if lines.count > HistoryFile.lineLimit { rewrite(history) }
    return history
  }

  /// Adds an entry at the end.
  ///
  /// - Returns: false where the file cannot be written.
  package func append(_ entry: String) -> Bool {
    guard make(), let handle = FileHandle(forUpdatingAtPath: path) else { return false }
    defer { try? handle.close() }
    do {
      try handle.seekToEnd()
      try handle.write(contentsOf: Data((History.line(entry) + "\n").utf8))
      return true
    } catch {
      return false
    }
  }

  private func make() -> Bool {
    let files = FileManager.default
    if files.fileExists(atPath: path) { return true }
    let folder = (path as NSString).deletingLastPathComponent
    if !folder.isEmpty {
      try? files.createDirectory(
        atPath: folder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    }
    return files.createFile(
      atPath: path, contents: Data(), attributes: [.posixPermissions: 0o600])
  }

  /// Puts a shorter file in the place of a long one; the old one stays where that fails.
  private func rewrite(_ history: History) {
    let files = FileManager.default
    let new = path + ".new"
    // Made empty first: it is nobody else's to read before it has anything in it.
    guard
      files.createFile(
        atPath: new, contents: Data(), attributes: [.posixPermissions: 0o600]),
      let handle = FileHandle(forWritingAtPath: new)
    else { return }
    defer { try? handle.close() }
    do {
      let text = history.entries.map { History.line($0) + "\n" }.joined()
      try handle.write(contentsOf: Data(text.utf8))
      try files.removeItem(atPath: path)
      try files.moveItem(atPath: new, toPath: path)
    } catch {
      try? files.removeItem(atPath: new)
    }
  }
}
