import Glibc

/// Directories and what is in them. Listings are sorted by bytes, so that results repeat.
package enum Directory {
  package enum Kind: Sendable { case file, directory, other }

  /// What is at a path, nil if nothing is or it cannot be looked at. Symbolic links are followed.
  package static func kind(_ path: String) -> Kind? { try? existing(path) }

  /// What is at a path, nil if nothing is; for decisions that a failing disk must not turn round.
  ///
  /// - Throws: `FileError` when that cannot be told.
  package static func existing(_ path: String) throws(FileError) -> Kind? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw FileError.last("read", path)
    }
    return switch status.st_mode & S_IFMT {
    case S_IFREG: .file
    case S_IFDIR: .directory
    default: .other
    }
  }

  /// Whether a path is a symbolic link itself.
  package static func isLink(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// Bytes in a file and when it last changed (microseconds since the epoch).
  package static func attributes(_ path: String) throws(FileError) -> (size: Int, modified: Int64) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw FileError.last("read", path) }
    let time = status.st_mtim
    return (Int(status.st_size), Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }

  /// The path without links, `.` and `..`.
  package static func resolved(_ path: String) throws(FileError) -> String {
    guard let text = unsafe realpath(path, nil) else { throw FileError.last("read", path) }
    // SAFETY: realpath gave a NUL-terminated string of its own that is copied and then freed once.
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }

  /// Makes a directory and those above it that are missing.
  ///
  /// - Returns: those that were made, the topmost first. Their names are not synced.
  /// - Throws: `FileError`; those made before stay.
  @discardableResult
  package static func create(_ path: String) throws(FileError) -> [String] {
    if kind(path) == .directory { return [] }
    let parent = Path.split(path).directory
    let above = parent != path && parent != "." ? try create(parent) : []
    if unsafe mkdir(path, 0o755) == 0 { return above + [path] }
    let code = errno
    guard code == EEXIST, kind(path) == .directory else {
      throw FileError("create directory", path, code: code)
    }
    return above
  }

  /// Makes a directory and those above it that are missing, and puts their names on disk.
  package static func createDurably(_ path: String) throws(FileError) {
    for made in try create(path) { try sync(Path.split(made).directory) }
  }

  /// The names in a directory, sorted, without `.` and `..`.
  package static func names(_ path: String) throws(FileError) -> [String] {
    guard let directory = unsafe opendir(path) else { throw FileError.last("list", path) }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(directory) else {
        // A list cut short would look like a directory with fewer names.
        if errno != 0 { throw FileError.last("list", path) }
        break
      }
      // SAFETY: d_name is NUL-terminated within the entry, which lives until the next readdir.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
        unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// All files below a directory, as paths that start with `path`, sorted; names for which `skips`
  /// is true are passed over, directories among them unopened. Links are followed, but not back into a
  /// directory that the path is already below.
  package static func files(
    below path: String, skips: (String) -> Bool = { _ in false }
  ) throws(FileError) -> [String] {
    var found: [String] = []
    try walk(path, above: [], skips: skips) { found.append($0) }
    return found
  }

  private static func walk(
    _ path: String, above: [Identity], skips: (String) -> Bool, file: (String) -> Void
  ) throws(FileError) {
    guard let line = lineage(path, above) else { return }
    for name in try names(path) where !skips(name) {
      let child = Path.join(path, name)
      switch kind(child) {
      case .file: file(child)
      case .directory: try walk(child, above: line, skips: skips, file: file)
      case .other, nil: break
      }
    }
  }

  /// What a walk comes to.
  package enum Found {
    case file(String, Identity)
    /// A pipe, a device, a link to nothing.
    case other(String)
    /// What could not be looked at; what is below it is not visited.
    case unreadable(String, FileError)
  }

  /// Visits all files below a directory as ``files(below:skips:)`` lists them, and goes on where something
  /// cannot be read.
  package static func visit(
    below path: String, skips: (String) -> Bool = { _ in false }, _ body: (Found) -> Void
  ) {
    visit(path, above: [], skips: skips, body)
  }

  private static func visit(
    _ path: String, above: [Identity], skips: (String) -> Bool, _ body: (Found) -> Void
  ) {
    guard let line = lineage(path, above) else { return }
    let children: [String]
    do { children = try names(path) } catch { return body(.unreadable(path, error)) }
    for name in children where !skips(name) {
      let child = Path.join(path, name)
      var status = stat()
      // SAFETY: `status` lives through the call that fills it in.
      guard unsafe stat(child, &status) == 0 else {
        let error = FileError.last("read", child)
        body(error.isMissing || error.code == ELOOP ? .other(child) : .unreadable(child, error))
        continue
      }
      switch status.st_mode & S_IFMT {
      case S_IFREG: body(.file(child, Identity(device: status.st_dev, node: status.st_ino)))
      case S_IFDIR: visit(child, above: line, skips: skips, body)
      default: body(.other(child))
      }
    }
  }

  /// What is at a path, whatever other paths lead to it.
  package static func identity(_ path: String) throws(FileError) -> Identity {
    var status = stat()
    // SAFETY: `status` lives through the call that fills it in.
    guard unsafe stat(path, &status) == 0 else { throw FileError.last("read", path) }
    return Identity(device: status.st_dev, node: status.st_ino)
  }

  /// What a file or directory is, whatever path leads to it.
  package struct Identity: Hashable, Sendable {
    fileprivate let device: UInt
    fileprivate let node: UInt
  }

  /// The directories down to `path`; nil when a link has led back to one of them.
  private static func lineage(_ path: String, _ above: [Identity]) -> [Identity]? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return above }
    let identity = Identity(device: status.st_dev, node: status.st_ino)
    return above.contains(identity) ? nil : above + [identity]
  }

  /// Paths that match a pattern with `*`, `?`, `[…]` and `{a,b}`, and `**` for any depth, sorted.
  package static func glob(_ pattern: String) throws(FileError) -> [String] {
    var found: Set<String> = []
    for one in Path.alternatives(pattern) { found.formUnion(try matches(one)) }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func matches(_ pattern: String) throws(FileError) -> [String] {
    var bases = [pattern.hasPrefix("/") ? "/" : ""]
    for part in pattern.split(separator: "/").map(String.init) {
      var next: [String] = []
      for base in bases {
        if part == "**" {
          next += try directories(below: base)
        } else if Path.isPattern(part) {
          guard kind(base.isEmpty ? "." : base) == .directory else { continue }
          for name in try names(base.isEmpty ? "." : base)
          where unsafe fnmatch(part, name, FNM_PERIOD) == 0 {
            next.append(Path.join(base, name))
          }
        } else if kind(Path.join(base, part)) != nil {
          next.append(Path.join(base, part))
        }
      }
      bases = next
    }
    return bases
  }

  private static func directories(
    below base: String, above: [Identity] = []
  ) throws(FileError) -> [String] {
    let path = base.isEmpty ? "." : base
    guard kind(path) == .directory, let line = lineage(path, above) else { return [] }
    var found = [base]
    for name in try names(path) where !name.hasPrefix(".") {
      let child = Path.join(base, name)
      if kind(child) == .directory { found += try directories(below: child, above: line) }
    }
    return found
  }

  /// Removes a file; missing is fine.
  package static func removeFile(_ path: String) throws(FileError) {
    guard unsafe unlink(path) == 0 || errno == ENOENT else { throw FileError.last("remove", path) }
  }

  /// Removes a directory if nothing is in it, and says whether it is gone.
  ///
  /// One call of the system, so that what others put there meanwhile is never removed.
  @discardableResult
  package static func removeIfEmpty(_ path: String) -> Bool {
    unsafe rmdir(path) == 0 || errno == ENOENT
  }

  /// Gives a file or directory another name on the same file system, and makes that durable.
  package static func rename(_ path: String, to new: String) throws(FileError) {
    guard unsafe Glibc.rename(path, new) == 0 else { throw FileError.last("rename", path) }
    let (old, parent) = (Path.split(path).directory, Path.split(new).directory)
    try sync(parent)
    if old != parent { try sync(old) }
  }

  /// Says when a file last changed, in microseconds since the epoch.
  package static func setModified(_ path: String, _ time: Int64) throws(FileError) {
    let (seconds, rest) = time.quotientAndRemainder(dividingBy: 1_000_000)
    let moment = timespec(tv_sec: Int(seconds), tv_nsec: Int(rest) * 1000)
    // SAFETY: the call takes two times, of access and of change.
    guard unsafe utimensat(AT_FDCWD, path, [moment, moment], 0) == 0 else {
      throw FileError.last("write", path)
    }
  }

  /// Gives a file another name on the same file system, for what may be lost in a power cut.
  package static func move(_ path: String, to new: String) throws(FileError) {
    guard unsafe Glibc.rename(path, new) == 0 else { throw FileError.last("rename", path) }
  }

  /// Removes a directory and all in it; missing is fine, also when another process removes it at the
  /// same time. Links are removed, not followed.
  package static func removeTree(_ path: String) throws(FileError) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return }
      throw FileError.last("remove", path)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { return try removeFile(path) }
    do {
      for name in try names(path) { try removeTree(Path.join(path, name)) }
    } catch {
      if error.isMissing { return }
      throw error
    }
    guard unsafe rmdir(path) == 0 || errno == ENOENT else { throw FileError.last("remove", path) }
  }

  /// Makes changes of names in a directory durable.
  package static func sync(_ path: String) throws(FileError) {
    let descriptor = SystemCall.repeated { unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw FileError.last("sync", path) }
    defer { close(descriptor) }
    guard SystemCall.sync(descriptor) else { throw FileError.last("sync", path) }
  }
}
