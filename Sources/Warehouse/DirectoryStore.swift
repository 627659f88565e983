import Columns
import Delta
import Execution
import Files
import Planning
import Synchronization

/// A lake on disk: a directory with a folder per table, or per database of tables.
final class DirectoryStore: TableStore {
  let root: String
  private let cache: ParquetFileCache
  private let opened = Mutex<[String: Opened]>([:])

  /// A table read before; good as long as its last log entry is the same file.
  private struct Opened {
    let source: DeltaSource
    let stamp: Int64
  }

  init(_ root: String, cache: ParquetFileCache) {
    self.root = root
    self.cache = cache
  }

  func databases() throws -> [String] {
    try folders(root).filter { name in
      let path = Path.join(root, name)
      return try !DeltaTable(path).exists
        && folders(path).contains { DeltaTable(Path.join(path, $0)).exists }
    }.map { $0.lowercased() }
  }

  func tableNames(in database: String) throws -> [String] {
    guard let folder = try self.folder(of: database) else { return [] }
    return try folders(folder).filter { DeltaTable(Path.join(folder, $0)).exists }
      .map { $0.lowercased() }
  }

  func source(_ name: TableName, version: ResolvedVersion?) throws -> (any TableSource)? {
    guard let path = try path(of: name) else { return nil }
    let table = DeltaTable(path)
    switch version {
    case nil: return try newest(name)
    case .version(let version):
      return try DeltaSource(
        name: name.description, snapshot: table.snapshot(version: version), cache: cache)
    case .timestamp(let microseconds):
      let snapshot = try table.snapshot(asOf: microseconds.floorDivided(by: 1000))
      return try DeltaSource(name: name.description, snapshot: snapshot, cache: cache)
    }
  }

  /// The table as it is now, nil when there is none.
  func newest(_ name: TableName) throws -> DeltaSource? {
    guard let path = try path(of: name) else { return nil }
    let table = DeltaTable(path)
    let known = opened.withLock { $0[path] }
    let base = try known.flatMap {
      try stamp(table, $0.source.snapshot.version) == $0.stamp ? $0 : nil
    }
    let snapshot = try table.snapshot(base: base?.source.snapshot)
    if let base, base.source.snapshot.version == snapshot.version { return base.source }
    let source = try DeltaSource(name: name.description, snapshot: snapshot, cache: cache)
    if let stamp = try stamp(table, snapshot.version) {
      opened.withLock { $0[path] = Opened(source: source, stamp: stamp) }
    }
    return source
  }

  /// When the log entry of a version was written, nil when it is gone.
  private func stamp(_ table: DeltaTable, _ version: Int64) throws -> Int64? {
    let entry = Path.join(LogDirectory.path(of: table.path), LogDirectory.commitName(version))
    return Directory.kind(entry) == .file ? try Directory.attributes(entry).modified : nil
  }

  func summary(_ name: TableName) throws -> TableSummary? {
    guard let source = try newest(name) else { return nil }
    let snapshot = source.snapshot
    return TableSummary(
      name: name.description, schema: snapshot.schema,
      partitionColumns: snapshot.metadata.partitionColumns, rowCount: source.estimatedRowCount,
      fileCount: snapshot.files.count, byteCount: snapshot.byteCount, version: snapshot.version)
  }

  func transactionVersion(_ name: TableName, application: String) throws -> Int64? {
    try newest(name)?.snapshot.transactions[application]?.version
  }

  func transactionApplications(_ name: TableName) throws -> [String] {
    try newest(name)?.snapshot.transactions.keys.sorted() ?? []
  }

  func deliveredParts(_ name: TableName) throws -> [String: DeliveredPart] {
    guard let snapshot = try newest(name)?.snapshot else { return [:] }
    var parts: [String: DeliveredPart] = [:]
    for file in snapshot.files {
      let inTable = try PartitionPath.file(
        fromURI: file.path, entry: snapshot.table, table: snapshot.table)
      parts[Path.join(snapshot.table, inTable)] = DeliveredPart(file)
    }
    return parts
  }

  func partitions(_ name: TableName) throws -> [PartitionSummary] {
    guard let snapshot = try newest(name)?.snapshot else { return [] }
    var found: [[String?]: PartitionSummary] = [:]
    for file in snapshot.files {
      let values = snapshot.partitionPositions.map {
        file.partitionValues[snapshot.loggedSchema[$0].name] ?? nil
      }
      let rows = FileStatistics.rowCount(in: file)
      var summary =
        found[values] ?? PartitionSummary(values: values, rowCount: 0, fileCount: 0, byteCount: 0)
      summary.rowCount = summary.rowCount.flatMap { count in rows.map { count + $0 } }
      summary.fileCount += 1
      summary.byteCount += Int(clamping: file.size)
      found[values] = summary
    }
    return found.values.sorted {
      $0.values.map { $0 ?? "" }.lexicographicallyPrecedes($1.values.map { $0 ?? "" })
    }
  }

  func writer(_ name: TableName, _ request: WriteRequest) throws -> any WriterBackend {
    let path = try path(of: name) ?? newPath(name)
    return try DeltaWriter(path, name: name, request)
  }

  func dropTable(_ name: TableName) throws {
    guard let path = try path(of: name) else {
      // It was listed a moment ago: gone since, or a disk that does not answer.
      throw FormatError(root, "table '\(name)' is not found any more; nothing was dropped")
    }
    opened.withLock { $0[path] = nil }
    try DroppedTable.drop(path)
    try? DroppedTable.sweep(Path.split(path).directory)
  }

  /// Removes what killed programs have left in the lake beside the tables: dropped tables whose files
  /// are not all gone, and old temporary files.
  func sweep() throws {
    for folder in [root] + (try databases().compactMap { try self.folder(of: $0) })
    where Directory.kind(folder) == .directory {
      try DroppedTable.sweep(folder)
      TemporaryFiles.sweep(folder)
      let views = Path.join(folder, DirectoryStore.viewFolderName)
      if Directory.kind(views) == .directory { TemporaryFiles.sweep(views) }
    }
  }

  /// The folder of a table that exists.
  func path(of name: TableName) throws -> String? {
    guard let folder = try folder(of: name.database),
      let found = try match(name.name, in: folder)
    else { return nil }
    let path = Path.join(folder, found)
    return DeltaTable(path).exists ? path : nil
  }

  private func newPath(_ name: TableName) throws -> String {
    if name.database == TableName.defaultDatabase { return Path.join(root, name.name) }
    let folder = try folder(of: name.database) ?? Path.join(root, name.database)
    return Path.join(folder, name.name)
  }

  /// The folder of a database that exists.
  private func folder(of database: String) throws -> String? {
    guard database != TableName.defaultDatabase else { return root }
    guard let found = try match(database, in: root) else { return nil }
    let path = Path.join(root, found)
    return DeltaTable(path).exists ? nil : path
  }

  private func match(_ name: String, in folder: String) throws -> String? {
    if Directory.kind(Path.join(folder, name)) == .directory { return name }
    return try folders(folder).first { $0.lowercased() == name }
  }

  /// Folders that may be tables or databases; those beginning with `_` and `.` are for other things.
  private func folders(_ path: String) throws -> [String] {
    guard Directory.kind(path) == .directory else { return [] }
    return try Directory.names(path).filter {
      !$0.hasPrefix("_") && !$0.hasPrefix(".")
        && Directory.kind(Path.join(path, $0)) == .directory
    }
  }
}

extension DirectoryStore {
  private static let suffix = ".sql"
  fileprivate static let viewFolderName = "_views"

  func viewNames(in database: String) throws -> [String] {
    guard let folder = try viewFolder(database), Directory.kind(folder) == .directory else {
      return []
    }
    return try Directory.names(folder).filter {
      $0.hasSuffix(DirectoryStore.suffix) && !$0.hasPrefix(".")
    }.map { String($0.dropLast(DirectoryStore.suffix.count)).lowercased() }
  }

  func viewText(_ name: TableName) throws -> String? {
    guard let path = try viewPath(name), Directory.kind(path) == .file else { return nil }
    let bytes = try FileSource(path).readAll(limit: 1 << 20)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FormatError(path, "expected the text of a view in UTF-8")
    }
    return text
  }

  func setView(_ name: TableName, _ text: String?) throws {
    guard let path = try viewPath(name) else { return }
    guard let text else {
      try Directory.removeFile(path)
      return try Directory.sync(Path.split(path).directory)
    }
    try Directory.createDurably(Path.split(path).directory)
    let file = try OutputFile(path)
    try file.write(text + "\n")
    try file.finish()
  }

  private func viewFolder(_ database: String) throws -> String? {
    if database == TableName.defaultDatabase {
      return Path.join(root, DirectoryStore.viewFolderName)
    }
    return try folder(of: database).map { Path.join($0, DirectoryStore.viewFolderName) }
  }

  private func viewPath(_ name: TableName) throws -> String? {
    guard let folder = try viewFolder(name.database) else { return nil }
    if Directory.kind(folder) == .directory {
      let wanted = name.name + DirectoryStore.suffix
      if let found = try Directory.names(folder).first(where: { $0.lowercased() == wanted }) {
        return Path.join(folder, found)
      }
    }
    return Path.join(folder, name.name + DirectoryStore.suffix)
  }
}
