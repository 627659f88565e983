import Glibc

/// A file that appears under its name complete and on disk, or not at all.
///
/// Bytes go to a temporary file beside the target; finishing syncs them, gives the file its name and
/// syncs the directory, in the order that survives a power cut. Dropped unfinished, nothing remains; a
/// process that is killed leaves the temporary file, which ``TemporaryFiles`` knows by its name.
package final class OutputFile {
  package let path: String
  package private(set) var count = 0
  private let temporary: String
  private let group: SyncGroup?
  private var descriptor: Int32
  private var isTemporaryThere = true
  private var isSynced = false
  private var pending: [UInt8] = []
  /// Bytes that the system has, and those of them that the disk was told to begin with.
  private var sent = 0
  private var begun = 0
  private static let flushSize = 1 << 20
  /// Bytes that are given to the system as they are: less are gathered, more are not copied for it.
  private static let directSize = 1 << 16
  private static let writeBackSize = 4 << 20

  /// - Parameter group: what makes the file durable later, together with others; nil to have
  ///   ``finish()`` do it.
  /// - Throws: `FileError` when the file cannot be created; missing directories are not made.
  package init(_ path: String, syncedBy group: SyncGroup? = nil) throws(FileError) {
    self.path = path
    self.group = group
    temporary = TemporaryFiles.newPath(for: path)
    UnfinishedFiles.add(temporary)
    descriptor = SystemCall.repeated { [temporary] in
      unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
    }
    guard descriptor >= 0 else {
      let error = FileError.last("create", path)
      UnfinishedFiles.forget(temporary)
      throw error
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if isTemporaryThere { unsafe unlink(temporary) }
    UnfinishedFiles.forget(temporary)
  }

  package func write(_ bytes: [UInt8]) throws(FileError) {
    count += bytes.count
    if bytes.count >= OutputFile.directSize {
      try flush()
      return try send(bytes)
    }
    pending += bytes
    if pending.count >= OutputFile.flushSize { try flush() }
  }

  package func write(_ text: String) throws(FileError) { try write(Array(text.utf8)) }

  /// Gives the file its name, replacing what had it.
  ///
  /// - Throws: `FileError`. When the directory cannot be synced the file has its name all the same, but
  ///   may lose it in a power cut.
  package func finish() throws(FileError) {
    if let group {
      try flush()
      try rename()
      group.add(descriptor, path)
      descriptor = -1
    } else {
      try sync()
      try rename()
      close(descriptor)
      descriptor = -1
      let directory = Path.split(path).directory
      try Directory.sync(directory)
      TemporaryFiles.sweep(directory, of: Path.name(path))
    }
  }

  private func rename() throws(FileError) {
    guard unsafe Glibc.rename(temporary, path) == 0 else { throw FileError.last("write", path) }
    isTemporaryThere = false
  }

  private func sync() throws(FileError) {
    try flush()
    if isSynced { return }
    guard SystemCall.sync(descriptor) else { throw FileError.last("write", path) }
    isSynced = true
  }

  private func flush() throws(FileError) {
    guard !pending.isEmpty else { return }
    defer { pending.removeAll(keepingCapacity: true) }
    try send(pending)
  }

  private func send(_ bytes: [UInt8]) throws(FileError) {
    isSynced = false
    guard SystemCall.write(bytes, to: descriptor) else { throw FileError.last("write", path) }
    sent += bytes.count
    // A long file goes to disk while more of it is made, so that the sync at its end is short.
    if sent - begun >= OutputFile.writeBackSize {
      SystemCall.beginWriting(descriptor, from: begun, count: sent - begun)
      begun = sent
    }
  }
}

extension OutputFile {
  /// What came of giving a file a name that nothing else may have.
  package enum Placement: Sendable, Equatable {
    /// The file has the name, and is on disk under it.
    case placed
    /// Something else has the name.
    case taken
    /// The file has the name, or may have it, and the system failed to say that it is on disk.
    case unconfirmed(FileError)
  }

  /// Gives the file a name in its directory unless something has it already: the put-if-absent of a
  /// table log. After `taken` it can be tried again with another name.
  ///
  /// By a hard link; where the file system has none, by a rename that does not replace.
  ///
  /// - Throws: `FileError`; the file does not have the name then, for certain.
  package func place(at name: String) throws(FileError) -> Placement {
    let target = Path.join(Path.split(path).directory, name)
    try sync()
    let (isNamed, code) = nameOnce(target)
    if !isNamed {
      switch holder(of: target) {
      // The answer was an error although the deed was done, as on a network that lost the first answer.
      case .this: break
      case .other: return .taken
      case .none:
        if code == EEXIST { return .taken }
        let action =
          code == EOPNOTSUPP
          ? "create, on a file system without hard links and exclusive renames," : "create"
        throw FileError(action, target, code: code)
      case .unknown: return .unconfirmed(FileError("create", target, code: code))
      }
    }
    if isTemporaryThere {
      // A second name beside the table's own harms nobody; a later sweep takes it.
      unsafe unlink(temporary)
      isTemporaryThere = false
    }
    do {
      try Directory.sync(Path.split(path).directory)
    } catch {
      return .unconfirmed(error)
    }
    return .placed
  }

  private func nameOnce(_ target: String) -> (done: Bool, code: Int32) {
    if unsafe link(temporary, target) == 0 { return (true, 0) }
    let code = errno
    guard [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(code) else { return (false, code) }
    if SystemCall.renameWithoutReplacing(temporary, target) {
      isTemporaryThere = false
      return (true, 0)
    }
    // EINVAL: the file system cannot do this either, and then nothing keeps two writers apart.
    return (false, errno == EINVAL || errno == ENOSYS ? EOPNOTSUPP : errno)
  }

  private enum Holder { case this, other, none, unknown }

  /// Whose name it is.
  private func holder(of target: String) -> Holder {
    var own = stat()
    var found = stat()
    // SAFETY: both structures live through the calls that fill them in.
    guard unsafe fstat(descriptor, &own) == 0 else { return .unknown }
    guard unsafe lstat(target, &found) == 0 else {
      return errno == ENOENT || errno == ENOTDIR ? .none : .unknown
    }
    return own.st_dev == found.st_dev && own.st_ino == found.st_ino ? .this : .other
  }
}
