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

  /// Reads a checkpoint, or one part of it.
  ///
  /// - Throws: `FormatError` when the file is no checkpoint.
  package static func read(_ path: String, _ body: (Action) -> Void) throws {
    let file = try ParquetFile(path)
    let layout = try CheckpointColumns(file)
    for group in file.rowGroups.indices {
      let reader = try file.reader(
        rowGroup: group, columns: layout.positions, batchSize: batchSize)
      var firstRow = 1
      while let batch = try reader.next() {
        for row in 0..<batch.count {
          if let action = try layout.action(batch, row, at: "row \(firstRow + row)") {
            body(action)
          }
        }
        firstRow += batch.count
      }
    }
  }

  private static let batchSize = 4096

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

/// Where the actions stand in a checkpoint file, which any program may have written.
private struct CheckpointColumns {
  let file: String
  /// Positions in the file of the columns read, `kinds[i]` standing at `positions[i]`.
  private(set) var positions: [Int] = []
  private var kinds: [String] = []
  private var fields: [[String: Int]] = []

  init(_ parquet: ParquetFile) throws(FormatError) {
    file = parquet.path
    for name in ["txn", "add", "remove", "metaData", "protocol"] {
      guard let position = parquet.schema.position(of: name) else { continue }
      guard case .row(let members) = parquet.schema[position].type else {
        throw FormatError(file, "expected column '\(name)' of a checkpoint to have fields")
      }
      positions.append(position)
      kinds.append(name)
      fields.append(CheckpointColumns.index(members))
    }
    guard kinds.contains("add"), kinds.contains("metaData") else {
      throw FormatError(file, "expected the columns 'add' and 'metaData' of a checkpoint")
    }
  }

  private static func index(_ members: [RowField]) -> [String: Int] {
    Dictionary(
      members.enumerated().map { ($0.element.name ?? "", $0.offset) },
      uniquingKeysWith: { first, _ in first })
  }

  func action(_ batch: Batch, _ row: Int, at place: String) throws(FormatError) -> Action? {
    for (column, kind) in kinds.enumerated() {
      guard case .row(let values) = batch.columns[column].value(row) else { continue }
      let record = CheckpointRecord(
        fields: fields[column], values: values, file: file, place: "\(place), column '\(kind)'")
      switch kind {
      case "txn":
        return .transaction(
          SetTransaction(
            application: try record.text("appId"), version: try record.number("version"),
            lastUpdated: record.optionalNumber("lastUpdated")))
      case "add": return .add(try add(record))
      case "remove":
        return .remove(
          RemoveFile(
            path: try record.text("path"),
            deletionTimestamp: record.optionalNumber("deletionTimestamp"), dataChange: false,
            partitionValues: record.map("partitionValues"), size: record.optionalNumber("size")))
      case "metaData": return .metadata(try metadata(record))
      default:
        return .protocolVersions(
          ProtocolVersions(
            minReaderVersion: Int(try record.number("minReaderVersion")),
            minWriterVersion: Int(try record.number("minWriterVersion")),
            readerFeatures: record.list("readerFeatures"),
            writerFeatures: record.list("writerFeatures")))
      }
    }
    return nil
  }

  private func add(_ record: CheckpointRecord) throws(FormatError) -> AddFile {
    if case .row = record["deletionVector"] {
      throw FormatError(
        file, at: record.place, "the table has deletion vectors, which are not supported")
    }
    let path = try record.text("path")
    _ = try PartitionPath.file(fromURI: path, entry: "\(file) \(record.place)")
    return AddFile(
      path: path, partitionValues: record.map("partitionValues") ?? [:],
      size: try record.number("size"), modificationTime: try record.number("modificationTime"),
      dataChange: false, stats: record.optionalText("stats"),
      tags: (record.map("tags") ?? [:]).compactMapValues { $0 })
  }

  private func metadata(_ record: CheckpointRecord) throws(FormatError) -> TableMetadata {
    TableMetadata(
      id: try record.text("id"), name: record.optionalText("name"),
      description: record.optionalText("description"),
      schema: try TableSchema(
        parsing: try record.text("schemaString"), entry: file, place: record.place),
      partitionColumns: record.list("partitionColumns"),
      configuration: (record.map("configuration") ?? [:]).compactMapValues { $0 },
      createdTime: record.optionalNumber("createdTime"))
  }
}

/// One action of a checkpoint, its fields by name.
private struct CheckpointRecord {
  let fields: [String: Int]
  let values: [Value]
  let file: String
  let place: String

  subscript(name: String) -> Value { fields[name].map { values[$0] } ?? .null }

  func text(_ name: String) throws(FormatError) -> String {
    guard let text = self[name].string else {
      throw FormatError(file, at: place, "expected a text in '\(name)', found none")
    }
    return text
  }

  func number(_ name: String) throws(FormatError) -> Int64 {
    guard let number = self[name].int64 else {
      throw FormatError(file, at: place, "expected a number in '\(name)', found none")
    }
    return number
  }

  func optionalText(_ name: String) -> String? { self[name].string }
  func optionalNumber(_ name: String) -> Int64? { self[name].int64 }

  func list(_ name: String) -> [String] {
    guard case .array(let values) = self[name] else { return [] }
    return values.compactMap(\.string)
  }

  func map(_ name: String) -> [String: String?]? {
    guard case .map(let entries) = self[name] else { return nil }
    return Dictionary(
      entries.compactMap { entry in entry.key.string.map { ($0, entry.value.string) } },
      uniquingKeysWith: { first, _ in first })
  }
}
