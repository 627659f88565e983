import Columns
import Delta
import Files
import Glibc
import Parquet

/// Writes rows into Parquet files of a table, one open file per partition, and commits them to its log.
final class DeltaWriter: WriterBackend {
  /// The tag under which a file says who delivered it.
  static let sourceTag = "kakeibo.source"
  /// Bytes after which a file is closed and another begun.
  private static let fileBytes = 192 << 20
  /// Files open at a time: the partitions that Athena lets a statement make.
  private static let openLimit = 100
  /// Bytes of rows that open files hold together; beyond, the one that holds most writes its rows.
  private static let heldBytes = 256 << 20
  /// Times that a commit is put together anew when the table's schema changed meanwhile.
  private static let attempts = 5

  var details: [String: String] = [:]
  private let path: String
  private let name: TableName
  private let request: WriteRequest
  private let table: DeltaTable
  /// From before the snapshot was read; nil as long as there is no directory.
  private var hold: DirectoryHold?
  private var snapshot: Snapshot?
  private let shape: TableShape
  private var splitter: PartitionSplitter
  /// Positions in written batches of the columns that go into files, and their schema.
  private let fileColumns: [Int]
  private let fileSchema: Schema
  /// Where the table's types tell more than those of ``fileSchema``.
  private let storedTypes: [[String]: StoredType]

  /// Open files by group, the one used last at the end.
  private var open: [OpenFile] = []
  private var added: [AddFile] = []
  private var rowCount = 0
  private let syncs = SyncGroup()
  /// Files and directories made, for taking them away again.
  private var madeFiles: [String] = []
  private var madeDirectories: [String] = []
  /// Whether readers may see the files: then they are not ours to take away.
  private var isCommitted = false

  private struct OpenFile {
    let group: Int
    /// Relative to the table.
    let path: String
    let output: OutputFile
    let writer: ParquetWriter
  }

  /// - Throws: `FormatError` when the table cannot take the rows, `FileError`.
  init(_ path: String, name: TableName, _ request: WriteRequest) throws {
    self.path = path
    self.name = name
    self.request = request
    table = DeltaTable(path)
    hold = try DeltaWriter.hold(table)
    snapshot = try hold != nil && table.latestVersion() != nil ? table.snapshot() : nil
    if let reason = request.expected.conflict(isPresent: snapshot != nil) {
      throw CommitConflict(
        table: name.description, version: snapshot?.version ?? 0, reason: reason)
    }
    let shape = try DeltaWriter.shape(request, snapshot, name)
    let targets = shape.targets
    let partitions = shape.partitionColumns.compactMap { shape.schema.position(of: $0) }
    let missing = partitions.filter { !targets.contains($0) }
    guard missing.isEmpty else {
      throw FormatError(
        name.description, "the rows lack partition column '\(shape.schema[missing[0]].name)'")
    }
    splitter = PartitionSplitter(
      positions: partitions.map { targets.firstIndex(of: $0) ?? 0 },
      types: partitions.map { shape.schema[$0].type })
    let fileColumns = targets.indices.filter { !partitions.contains(targets[$0]) }
      .sorted { targets[$0] < targets[$1] }
    fileSchema = Schema(
      fileColumns.map { column in
        let field = shape.schema[targets[column]]
        return Field(field.name, SchemaWidening.stored(field.type))
      })
    self.fileColumns = fileColumns
    self.shape = shape
    storedTypes = snapshot?.metadata.schema.storedTypes ?? [:]
  }

  private static func hold(_ table: DeltaTable) throws -> DirectoryHold? {
    do {
      return try table.hold()
    } catch {
      if error.isMissing || error.code == ENOTDIR { return nil }
      throw error
    }
  }

  private static func shape(
    _ request: WriteRequest, _ snapshot: Snapshot?, _ name: TableName
  ) throws -> TableShape {
    if let snapshot {
      try TableFeatures.checkWritable(
        snapshot, removes: request.mode.removes || !request.displaced.isEmpty)
    }
    return try TableShape(
      table: name.description,
      existing: snapshot.map { ($0.schema, $0.metadata.partitionColumns) },
      written: request.schema, partitionColumns: request.partitionColumns)
  }

  func append(_ batch: Batch) throws {
    let fitted = try shape.fitted(batch, table: name.description)
    let part = try stored(fitted)
    for (group, rows) in splitter.split(fitted) {
      let file = try file(for: group)
      try file.writer.write(rows.map(part.selected) ?? part)
      if file.output.count >= DeltaWriter.fileBytes { try close(group) }
    }
    rowCount += batch.count
    while let largest = largestOfTooMuch() { try largest.writer.endRowGroup() }
  }

  /// The open file that holds most rows in memory, where all together hold too much.
  private func largestOfTooMuch() -> OpenFile? {
    var total = 0
    var largest: (file: OpenFile, bytes: Int)?
    for file in open {
      let bytes = file.writer.heldBytes
      total += bytes
      if bytes > largest?.bytes ?? 0 { largest = (file, bytes) }
    }
    return total > DeltaWriter.heldBytes ? largest?.file : nil
  }

  /// The columns of a batch that go into files, as files keep them.
  private func stored(_ batch: Batch) throws -> Batch {
    Batch(
      try zip(fileColumns, fileSchema.fields).map { column, field in
        try SchemaWidening.widened(batch.columns[column], to: field.type)
      }, count: batch.count)
  }

  private func file(for group: Int) throws -> OpenFile {
    if let position = open.firstIndex(where: { $0.group == group }) {
      let file = open.remove(at: position)
      open.append(file)
      return file
    }
    if open.count >= DeltaWriter.openLimit { try close(open[0].group) }
    let directory = PartitionPath.directory(
      Array(zip(shape.partitionColumns, splitter.partitions[group])))
    let relative = Path.join(directory, "part-\(UniqueName.uuid()).parquet")
    let output = try newFile(Path.join(path, relative))
    var options = ParquetWriterOptions()
    options.storedTypes = storedTypes
    // A wide row group holds fewer rows, so that what is in memory stays about the same.
    if fileSchema.count > 100 { options.rowGroupRows = 65_536 }
    let file = OpenFile(
      group: group, path: relative, output: output,
      writer: try ParquetWriter(output: output, schema: fileSchema, options: options))
    open.append(file)
    return file
  }

  /// A data file, its directories made as needed.
  private func newFile(_ path: String) throws -> OutputFile {
    for _ in 0..<DeltaWriter.attempts {
      try makeDirectories(Path.split(path).directory)
      do {
        return try OutputFile(path, syncedBy: syncs)
      } catch {
        // Another writer that gave up took the directory away while it was empty.
        if !error.isMissing { throw error }
      }
    }
    return try OutputFile(path, syncedBy: syncs)
  }

  /// Makes a directory of the table, and the table if need be.
  private func makeDirectories(_ directory: String) throws {
    if let hold, !hold.isCurrent, snapshot != nil || !madeFiles.isEmpty || !open.isEmpty {
      throw dropped()
    }
    if !(hold?.isCurrent ?? false) {
      let made = try Directory.create(path)
      for directory in made { syncs.add(directory: Path.split(directory).directory) }
      madeDirectories += made
      UnfinishedFiles.add(directories: made)
      hold = try table.hold()
    }
    let made = try Directory.create(directory)
    madeDirectories += made
    UnfinishedFiles.add(directories: made)
    // Synced even where another writer made them: it may not have come so far.
    var inside = directory
    while inside != path && inside.utf8.count > path.utf8.count {
      inside = Path.split(inside).directory
      syncs.add(directory: inside)
    }
  }

  private func dropped() -> CommitConflict {
    CommitConflict(
      table: name.description, version: snapshot?.version ?? 0, reason: .tableDropped)
  }

  private func close(_ group: Int) throws {
    guard let position = open.firstIndex(where: { $0.group == group }) else { return }
    let file = open.remove(at: position)
    let path = Path.join(self.path, file.path)
    madeFiles.append(path)
    UnfinishedFiles.add(path)
    let summary = try file.writer.finish()
    if syncs.isFull { try syncs.syncFiles() }
    let values = Dictionary(
      uniqueKeysWithValues: zip(shape.partitionColumns, splitter.partitions[group]))
    added.append(
      AddFile(
        path: PartitionPath.uri(file.path), partitionValues: values,
        size: Int64(summary.byteCount),
        modificationTime: try Directory.attributes(path).modified / 1000,
        stats: LogStatistics.of(summary, fileSchema, table: shape.schema).text(shape.schema),
        tags: request.source.map { [DeltaWriter.sourceTag: $0] } ?? [:]))
  }

  func commit() throws -> Int64 {
    do {
      for file in open { try close(file.group) }
      try syncs.sync()
    } catch let error as FileError where error.isMissing {
      // The directories were there when the files were begun.
      throw hold?.isCurrent ?? true ? error : dropped()
    }
    forgetUnfinished()
    var attempt = 1
    while true {
      do {
        let version = try commitOnce()
        isCommitted = true
        return version
      } catch let error as UnconfirmedCommit {
        isCommitted = true
        throw error
      } catch let conflict as CommitConflict {
        guard attempt < DeltaWriter.attempts else { throw conflict }
        attempt += 1
        try goOn(after: conflict)
      }
    }
  }

  /// Takes the table as another writer has left it for the next try, if that changes nothing in what
  /// this one does.
  private func goOn(after conflict: CommitConflict) throws {
    let isNew = snapshot == nil
    if isNew && request.expected == .absent && conflict.reason != .tableDropped {
      throw CommitConflict(
        table: conflict.table, version: conflict.version, reason: .tableMade,
        winner: conflict.winner)
    }
    // Without a snapshot, the other writer made the table at the same time.
    guard conflict.reason == .metadataChanged || isNew && conflict.reason == .protocolChanged else {
      throw conflict
    }
    let before = snapshot
    let now = try table.snapshot()
    // Between the conflict and now, others may have come to what this one is about.
    if let application = request.transaction?.application,
      now.transactions[application] != before?.transactions[application]
    {
      throw CommitConflict(
        table: conflict.table, version: now.version,
        reason: .transaction(application: application))
    }
    let known = Set(before?.files.map(\.path) ?? [])
    let replaces = replacement()
    if let new = now.files.first(where: { !known.contains($0.path) && replaces($0) }) {
      throw CommitConflict(
        table: conflict.table, version: now.version, reason: .fileAdded(path: new.path))
    }
    let changed = try DeltaWriter.shape(request, now, name)
    // The files are as good as before if the table still takes their columns as they are.
    guard
      zip(shape.targets, changed.targets).allSatisfy({
        shape.schema[$0].type == changed.schema[$1].type
      }), changed.partitionColumns == shape.partitionColumns
    else { throw conflict }
    snapshot = now
  }

  private func commitOnce() throws -> Int64 {
    let now = Clock.milliseconds()
    let shape = try DeltaWriter.shape(request, snapshot, name)
    let replaces = replacement()
    let removed = (snapshot?.files ?? []).filter(replaces).map { $0.removed(at: now) }
    var actions: [Action] = []
    if snapshot == nil { actions.append(.protocolVersions(.written)) }
    if let metadata = metadata(shape, now) { actions.append(.metadata(metadata)) }
    if let transaction = request.transaction {
      actions.append(
        .transaction(
          SetTransaction(
            application: transaction.application, version: transaction.version,
            lastUpdated: now)))
    }
    actions += removed.map(Action.remove) + added.map(Action.add)
    if actions.isEmpty, let snapshot { return snapshot.version }
    if hold == nil { try makeDirectories(path) }
    return try table.commit(
      actions,
      basis: CommitBasis(readVersion: snapshot?.version, hold: hold, replaces: replaces),
      info: info(now, removed: removed.count))
  }

  /// Which files of the table the new ones take the place of.
  private func replacement() -> @Sendable (AddFile) -> Bool {
    let displaced = request.displaced
    let isReplaced = replacementOfMode()
    if displaced.isEmpty { return isReplaced }
    return { isReplaced($0) || displaced.contains(DeliveredPart($0)) }
  }

  private func replacementOfMode() -> @Sendable (AddFile) -> Bool {
    let source = request.source
    let isOurs: @Sendable (AddFile) -> Bool = { file in
      source == nil || file.tags[DeltaWriter.sourceTag] == source
    }
    switch request.mode {
    case .append: return { _ in false }
    case .replaceAll: return isOurs
    case .replace(let partition):
      let columns = Dictionary(
        shape.partitionColumns.map { ($0.lowercased(), $0) }, uniquingKeysWith: { a, _ in a })
      return { file in
        isOurs(file)
          && partition.allSatisfy { column, value in
            let known = columns[column.lowercased()].flatMap { file.partitionValues[$0] ?? nil }
            return known == value
          }
      }
    case .replaceTouched:
      let touched = Set(added.map(\.partitionValues))
      return { isOurs($0) && touched.contains($0.partitionValues) }
    }
  }

  /// The table's metadata where the commit makes or changes it.
  private func metadata(_ shape: TableShape, _ now: Int64) -> TableMetadata? {
    guard let snapshot else {
      return TableMetadata(
        id: UniqueName.uuid(), schema: TableSchema(shape.schema),
        partitionColumns: shape.partitionColumns, createdTime: now)
    }
    guard shape.schema != snapshot.schema else { return nil }
    var metadata = snapshot.metadata
    metadata.schema = metadata.schema.changed(to: shape.schema)
    return metadata
  }

  private func info(_ now: Int64, removed: Int) -> CommitInfo {
    var isAppend = false
    if case .append = request.mode { isAppend = true }
    return CommitInfo(
      timestamp: now, operation: request.operation,
      operationParameters: request.operationParameters.merging(details) { _, new in new },
      operationMetrics: [
        "numFiles": String(added.count), "numOutputRows": String(rowCount),
        "numOutputBytes": String(added.reduce(0) { $0 + $1.size }),
        "numRemovedFiles": String(removed),
      ], readVersion: snapshot?.version, isBlindAppend: isAppend,
      engineInfo: "kakeibo/\(Release.version)")
  }

  /// From now on a version may name what was made.
  private func forgetUnfinished() {
    for file in madeFiles { UnfinishedFiles.forget(file) }
    UnfinishedFiles.forget(directories: madeDirectories)
  }

  /// Takes away what was made, unless a version names it.
  func cancel() {
    open.removeAll()
    forgetUnfinished()
    if isCommitted { return }
    for file in madeFiles { try? Directory.removeFile(file) }
    for directory in madeDirectories.reversed() { Directory.removeIfEmpty(directory) }
  }
}

extension DeliveredPart {
  init(_ file: AddFile) {
    self.init(source: file.tags[DeltaWriter.sourceTag], partition: file.partitionValues)
  }
}

extension WriteRequest.Presence {
  /// What is against a write; nil when all is as expected.
  func conflict(isPresent: Bool) -> CommitConflict.Reason? {
    switch self {
    case .any: nil
    case .present: isPresent ? nil : .tableDropped
    case .absent: isPresent ? .tableMade : nil
    }
  }
}

extension WriteRequest.Mode {
  /// Whether rows may go that were there.
  var removes: Bool {
    if case .append = self { false } else { true }
  }
}

/// Statistics of a new file for the log.
enum LogStatistics {
  /// The columns that filters are about, up to the limit of the log: first times, then those of which
  /// the file has one value, as `year` and `month` of a bill, by which all of it may be skipped.
  static func of(
    _ summary: ParquetFileSummary, _ file: Schema, table: Schema
  ) -> FileStatistics {
    var columns: [Int: FileStatistics.Bounds] = [:]
    for rank in 0..<3 {
      for (position, field) in file.fields.enumerated() {
        let known = summary.columns[position]
        let isTime = field.type == .date || field.type == .timestamp
        let isConstant = known.min != nil && known.min == known.max && known.nullCount == 0
        guard (isTime ? 0 : isConstant ? 1 : 2) == rank, isWritten(field.type),
          columns.count < FileStatistics.columnLimit,
          let target = table.position(of: field.name)
        else { continue }
        columns[target] = FileStatistics.Bounds(
          min: known.min, max: known.max, nullCount: known.nullCount)
      }
    }
    return FileStatistics(rowCount: summary.rowCount, columns: columns)
  }

  private static func isWritten(_ type: DataType) -> Bool {
    switch type {
    case .boolean, .integer, .bigint, .double, .decimal, .varchar, .date, .timestamp: true
    case .null, .varbinary, .json, .intervalYearToMonth, .intervalDayToSecond, .tinyint, .smallint,
      .real, .time, .timestampWithZone, .array, .map, .row, .char, .opaque:
      false
    }
  }
}
