import Columns
import Files
import TextFormats

/// Objects of one bucket that are kept on disk, and which versions of them those are.
///
///     CACHE/<bucket>/<key>     the objects
///     CACHE/<bucket>.jsonl     a line for each: key, file, size, tag, time of change
///     CACHE/<bucket>.lock      taken by the run that works with them
///
/// An object counts only while the index has it and its file has the size that the index says.
final class ObjectCache {
  private struct Entry {
    let object: BucketObject
    /// Within the bucket's folder.
    let file: String
  }

  let folder: String
  private let index: String
  private let lock: FileLock
  private var entries: [String: Entry] = [:]
  /// Keys by the lower-case path that they have, and how many files each lower-case folder has: two
  /// names that differ by case alone are one on some file systems.
  private var keys: [String: String] = [:]
  private var folders: [String: Int] = [:]
  private var isChanged = false

  /// - Throws: `BucketError` while another run has it; `FileError` when it cannot be made or read.
  init(_ cache: String, bucket: String) throws {
    let name = CachePath.folder(ofBucket: bucket)
    folder = Path.join(cache, name)
    index = folder + ".jsonl"
    try Directory.create(folder)
    guard let lock = try FileLock(folder + ".lock") else {
      throw BucketError(
        "s3://\(bucket)",
        "another run is using its cache '\(folder)': wait until it has ended, or "
          + "name another folder with --cache")
    }
    self.lock = lock
    try load()
  }

  private func load() throws {
    guard Directory.kind(index) == .file else {
      guard try Directory.names(folder).isEmpty else {
        throw BucketError(
          folder, "the folder has files that are not of a cache: name another one with --cache")
      }
      isChanged = true
      return try save()
    }
    let lines = JSONLines(try FileSource(index))
    // What an index that cannot be read knew is fetched again.
    while let line = try? lines.next() {
      guard let key = line["key"]?.string, let file = line["file"]?.string,
        let size = line["size"]?.int, let tag = line["etag"]?.string,
        isInside(file)
      else { continue }
      let object = BucketObject(
        key: key, size: size, tag: tag, modified: line["modified"]?.int64 ?? 0)
      insert(Entry(object: object, file: file))
    }
    isChanged = false
    try sweep()
  }

  /// Removes what a run that was killed had fetched and not yet written down: nobody knows which version
  /// it is.
  private func sweep() throws {
    let known = Set(entries.values.map { Path.join(folder, $0.file) })
    for path in try Directory.files(below: folder) where !known.contains(path) {
      try Directory.removeFile(path)
    }
  }

  /// Whether a path of the index stays within the folder.
  private func isInside(_ file: String) -> Bool {
    !file.isEmpty
      && file.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
        !$0.isEmpty && $0 != "." && $0 != ".."
      }
  }

  /// The objects that the index has, sorted by key.
  var objects: [BucketObject] {
    entries.values.map(\.object).sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }

  /// The file of exactly this version of an object, nil where it is not here.
  func path(of object: BucketObject) -> String? {
    guard let entry = entries[object.key], entry.object.isSame(as: object) else { return nil }
    let path = Path.join(folder, entry.file)
    guard Directory.kind(path) == .file, (try? Directory.attributes(path))?.size == object.size
    else { return nil }
    return path
  }

  /// Moves a file into the cache as an object's content.
  ///
  /// - Throws: `FileError` when it cannot be put there.
  func keep(_ temporary: String, as object: BucketObject) throws {
    forget(object.key)
    let plain = CachePath.path(of: object.key)
    let file = isFree(plain) ? plain : CachePath.fallback(object.key)
    let path = Path.join(folder, file)
    try Directory.create(Path.split(path).directory)
    // Which of two versions is the newer is told by their files, too.
    if object.modified > 0 { try Directory.setModified(temporary, object.modified) }
    try Directory.move(temporary, to: path)
    insert(Entry(object: object, file: file))
  }

  /// Drops an object and its file.
  func forget(_ key: String) {
    guard let entry = entries.removeValue(forKey: key) else { return }
    isChanged = true
    keys[entry.file.lowercased()] = nil
    var above = Path.split(Path.join(folder, entry.file)).directory
    for name in ancestors(of: entry.file) {
      let left = (folders[name] ?? 1) - 1
      folders[name] = left > 0 ? left : nil
    }
    try? Directory.removeFile(Path.join(folder, entry.file))
    while above != folder, above.hasPrefix(folder), Directory.removeIfEmpty(above) {
      above = Path.split(above).directory
    }
  }

  private func insert(_ entry: Entry) {
    isChanged = true
    entries[entry.object.key] = entry
    keys[entry.file.lowercased()] = entry.object.key
    for name in ancestors(of: entry.file) { folders[name, default: 0] += 1 }
  }

  /// Whether no other object's file or folder is in the way of a path.
  private func isFree(_ file: String) -> Bool {
    let lowered = file.lowercased()
    return keys[lowered] == nil && folders[lowered] == nil
      && ancestors(of: file).allSatisfy { keys[$0] == nil }
  }

  private func ancestors(of file: String) -> [String] {
    let parts = file.lowercased().split(separator: "/")
    return parts.indices.dropFirst().map { parts[..<$0].joined(separator: "/") }
  }

  /// Writes the index, if anything changed.
  func save() throws {
    guard isChanged else { return }
    let output = try OutputFile(index)
    for object in objects {
      guard let entry = entries[object.key] else { continue }
      var line: [UInt8] = []
      JSONText.append(
        .object([
          "key": .string(object.key), "file": .string(entry.file), "size": .int(object.size),
          "etag": .string(object.tag), "modified": .number(String(object.modified)),
        ]), to: &line)
      try output.write(line + [0x0A])
    }
    try output.finish()
    isChanged = false
  }
}
