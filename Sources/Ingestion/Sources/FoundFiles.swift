import Files
import SQL

/// The files that a path of a user stands for.
///
/// A path is a file, a folder or a glob with `*`, `?`, `[…]` and `**` for any number of folders. Names
/// that begin with `.` or `_` are passed over below folders, as engines over object stores do.
struct FoundFiles {
  private(set) var files: [String] = []
  /// What is there and cannot be read, and why.
  private(set) var failures: [(path: String, reason: String)] = []
  private(set) var ignored: [IgnoredFile] = []
  /// Files seen so far, so that each counts once however it is spelt.
  private var seen: Set<Directory.Identity> = []

  /// Adds what is at a path; what is not there or cannot be read becomes a failure.
  mutating func add(_ given: String) {
    let path = FoundFiles.normal(given)
    do {
      switch try Directory.existing(path) {
      case .file: add(path, try Directory.identity(path))
      case .directory: addFolder(path)
      case .other:
        failures.append(
          (path, "'\(path)' is no file but a pipe or device; pipe data in as '-' instead"))
      case nil:
        guard Path.isPattern(path) else { return missing(path) }
        let matches = try Directory.glob(path)
        if matches.isEmpty { return missing(path) }
        for match in matches { addMatch(match) }
      }
    } catch {
      failures.append((path, "\(error)"))
    }
  }

  private mutating func add(_ path: String, _ identity: Directory.Identity) {
    if seen.insert(identity).inserted { files.append(path) }
  }

  private mutating func addMatch(_ path: String) {
    switch Directory.kind(path) {
    case .file:
      do {
        add(path, try Directory.identity(path))
      } catch {
        failures.append((path, "\(error)"))
      }
    case .directory: addFolder(path)
    case .other, nil: passOver(path)
    }
  }

  private mutating func addFolder(_ path: String) {
    Directory.visit(below: path, skips: { $0.hasPrefix(".") || $0.hasPrefix("_") }) { found in
      switch found {
      case .file(let path, let identity): add(path, identity)
      case .other(let path): passOver(path)
      case .unreadable(let path, let error): failures.append((path, "\(error)"))
      }
    }
  }

  /// A pipe or a device, which might never end, or a link to nothing. Under a report's name it stands for
  /// a report that is not there.
  private mutating func passOver(_ path: String) {
    let reason = "no file but a pipe, a device or a link to nothing"
    if Recogniser.hasReportEnding(path) {
      failures.append((path, "\(path): expected a report as the name says, found \(reason)"))
    } else {
      ignored.append(IgnoredFile(path: path, reason: reason))
    }
  }

  private mutating func missing(_ path: String) {
    let what =
      Path.isPattern(path)
      ? "no file matches '\(path)'" : "\(FileError.missing("read", path))"
    failures.append((path, what + FoundFiles.hint(path)))
  }

  /// The name nearest to the first part of the path that is not there.
  private static func hint(_ path: String) -> String {
    var folder = path.hasPrefix("/") ? "/" : "."
    for part in path.split(separator: "/").map(String.init) {
      let next = folder == "." ? part : Path.join(folder, part)
      if Path.isPattern(part) { return "; there is a folder '\(folder)'" }
      if Directory.kind(next) != nil {
        folder = next
        continue
      }
      let names = (try? Directory.names(folder)) ?? []
      return Spelling.hint(
        for: next, among: names.map { folder == "." ? $0 : Path.join(folder, $0) })
    }
    return ""
  }

  /// A path without `.` and empty parts, so that a file has one spelling in messages.
  private static func normal(_ path: String) -> String {
    let parts = path.split(separator: "/").filter { $0 != "." }
    if path.hasPrefix("/") { return "/" + parts.joined(separator: "/") }
    return parts.isEmpty ? "." : parts.joined(separator: "/")
  }
}
