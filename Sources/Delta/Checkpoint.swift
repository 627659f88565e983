import Columns
import Files
import Parquet

/// The state of a table as one Parquet file, so that readers need not replay the log from its start.
///
/// One row per action, one column per kind of action; this is the classic layout that every reader of
/// the format knows.
///
/// Source: Delta PROTOCOL.md, "Checkpoints" and "Checkpoint Schema".
package enum Checkpoint {
  /// Writes the checkpoint of a version and points `_last_checkpoint` to it.
  ///
  /// Writers that do this at the same time write the same; each file is replaced as a whole.
  package static func write(_ table: DeltaTable, version: Int64) throws {
    let log = LogDirectory.path(of: table.path)
    // The files lie in the log before it is read: if the table is dropped and made anew meanwhile, they
    // go with the old log and do not become a checkpoint of the new one.
    let output = try OutputFile(Path.join(log, LogDirectory.checkpointName(version)))
    let pointer = try OutputFile(Path.join(log, "_last_checkpoint"))
    let snapshot = try table.snapshot(version: version)
    guard !snapshot.files.contains(where: { $0.deletionVector != nil }) else {
      throw FormatError(log, "not supported: checkpoints of tables with deletion vectors")
    }
    let actions = actions(of: snapshot)
    let writer = try ParquetWriter(output: output, schema: CheckpointLayout.schema)
    for start in stride(from: 0, to: actions.count, by: batchSize) {
      try writer.write(
        CheckpointLayout.batch(actions[start..<min(start + batchSize, actions.count)]))
    }
    let summary = try writer.finish()
    // A writer that was slower than the next checkpoint's does not point back.
    if let newest = try LogDirectory(table: table.path).checkpoints.last?.version,
      newest > version
    {
      return
    }
    try pointer.write(
      "{\"version\":\(version),\"size\":\(actions.count),"
        + "\"sizeInBytes\":\(summary.byteCount),\"numOfAddFiles\":\(snapshot.files.count)}")
    try pointer.finish()
  }

  static let batchSize = 4096

  private static func actions(of snapshot: Snapshot) -> [Action] {
    var actions: [Action] = [
      .protocolVersions(snapshot.protocolVersions), .metadata(snapshot.metadata),
    ]
    for name in snapshot.transactions.keys.sorted() {
      if let transaction = snapshot.transactions[name] { actions.append(.transaction(transaction)) }
    }
    actions += snapshot.removed.map(Action.remove)
    actions += snapshot.files.map(Action.add)
    return actions
  }
}

/// The columns of a checkpoint as this program writes them.
private enum CheckpointLayout {
  static let textMap = DataType.map(key: .varchar, value: .varchar)

  static let transaction: [RowField] = [
    RowField(name: "appId", type: .varchar), RowField(name: "version", type: .bigint),
    RowField(name: "lastUpdated", type: .bigint),
  ]
  static let add: [RowField] = [
    RowField(name: "path", type: .varchar), RowField(name: "partitionValues", type: textMap),
    RowField(name: "size", type: .bigint), RowField(name: "modificationTime", type: .bigint),
    RowField(name: "dataChange", type: .boolean), RowField(name: "stats", type: .varchar),
    RowField(name: "tags", type: textMap),
  ]
  static let remove: [RowField] = [
    RowField(name: "path", type: .varchar), RowField(name: "deletionTimestamp", type: .bigint),
    RowField(name: "dataChange", type: .boolean),
    RowField(name: "extendedFileMetadata", type: .boolean),
    RowField(name: "partitionValues", type: textMap), RowField(name: "size", type: .bigint),
  ]
  static let format: [RowField] = [
    RowField(name: "provider", type: .varchar), RowField(name: "options", type: textMap),
  ]
  static let metadata: [RowField] = [
    RowField(name: "id", type: .varchar), RowField(name: "name", type: .varchar),
    RowField(name: "description", type: .varchar), RowField(name: "format", type: .row(format)),
    RowField(name: "schemaString", type: .varchar),
    RowField(name: "partitionColumns", type: .array(.varchar)),
    RowField(name: "configuration", type: textMap), RowField(name: "createdTime", type: .bigint),
  ]
  static let protocolVersions: [RowField] = [
    RowField(name: "minReaderVersion", type: .integer),
    RowField(name: "minWriterVersion", type: .integer),
    RowField(name: "readerFeatures", type: .array(.varchar)),
    RowField(name: "writerFeatures", type: .array(.varchar)),
  ]

  static let schema = Schema([
    Field("txn", .row(transaction)), Field("add", .row(add)), Field("remove", .row(remove)),
    Field("metaData", .row(metadata)), Field("protocol", .row(protocolVersions)),
  ])

  static func batch(_ actions: ArraySlice<Action>) -> Batch {
    var builders = schema.fields.map { ColumnBuilder($0.type) }
    for action in actions {
      let (position, value) = entry(of: action)
      for column in builders.indices { builders[column].append(column == position ? value : .null) }
    }
    return Batch(builders.map { $0.finish() }, count: actions.count)
  }

  /// The column an action stands in and what stands there.
  private static func entry(of action: Action) -> (position: Int?, value: Value) {
    switch action {
    case .transaction(let transaction):
      (
        0,
        .row([
          .text(transaction.application), .int64(transaction.version),
          number(transaction.lastUpdated),
        ])
      )
    case .add(let file):
      (
        1,
        .row([
          .text(file.path), map(file.partitionValues), .int64(file.size),
          .int64(file.modificationTime), .boolean(false), text(file.stats),
          map(file.tags.mapValues(Optional.some)),
        ])
      )
    case .remove(let file):
      (
        2,
        .row([
          .text(file.path), number(file.deletionTimestamp), .boolean(false),
          .boolean(file.partitionValues != nil && file.size != nil),
          file.partitionValues.map(map) ?? .null, number(file.size),
        ])
      )
    case .metadata(let metadata):
      (
        3,
        .row([
          .text(metadata.id), text(metadata.name), text(metadata.description),
          .row([.text("parquet"), .map([])]), .text(metadata.schema.text),
          .array(metadata.partitionColumns.map(Value.text)),
          map(metadata.configuration.mapValues(Optional.some)), number(metadata.createdTime),
        ])
      )
    case .protocolVersions(let versions):
      (
        4,
        .row([
          .int64(Int64(versions.minReaderVersion)), .int64(Int64(versions.minWriterVersion)),
          versions.minReaderVersion < 3 ? .null : .array(versions.readerFeatures.map(Value.text)),
          versions.minWriterVersion < 7 ? .null : .array(versions.writerFeatures.map(Value.text)),
        ])
      )
    case .commitInfo: (nil, .null)
    }
  }

  private static func number(_ value: Int64?) -> Value { value.map(Value.int64) ?? .null }
  private static func text(_ value: String?) -> Value { value.map(Value.text) ?? .null }

  private static func map(_ pairs: [String: String?]) -> Value {
    .map(
      pairs.sorted { $0.key < $1.key }
        .map { MapEntry(key: .text($0.key), value: text($0.value)) })
  }
}
