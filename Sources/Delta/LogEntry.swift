import Columns
import Files
import TextFormats

/// Log entries as text: one action a line, each a JSON object with one member.
///
/// Source: Delta PROTOCOL.md, "Actions".
enum LogEntry {

  /// Reads the actions of a log entry; kinds of action that are not known say nothing about the state
  /// and are passed over.
  ///
  /// - Throws: `FormatError` with the line.
  static func read(_ path: String) throws -> [Action] {
    var actions: [Action] = []
    try forEachAction(in: path) { actions.append($0) }
    return actions
  }

  /// The same, one action after the other, so that a large entry is never in memory as a whole.
  ///
  /// - Parameter sidecar: takes the names of the files that a checkpoint refers to.
  static func forEachAction(
    in path: String, sidecar: (String) -> Void = { _ in }, _ body: (Action) -> Void
  ) throws {
    let lines = LogLines(try MappedFile(path))
    var number = 0
    var isEmpty = true
    while let line = lines.next() {
      number += 1
      guard line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
      let place = "line \(number)"
      let document: JSONValue
      do {
        document = try JSONValue.parse(line, file: path)
      } catch {
        throw FormatError(path, at: place, "expected an action as JSON: \(error.message)")
      }
      guard let members = document.object?.members else {
        throw FormatError(path, at: place, "expected an action, found \(document.kind)")
      }
      if !members.isEmpty { isEmpty = false }
      for member in members where !member.value.isNull {
        let record = LogRecord(member.key, member.value, file: path, place: place)
        if member.key == "sidecar" { sidecar(try record.text("path")) }
        if let action = try action(record) { body(action) }
      }
    }
    if isEmpty { throw FormatError(path, "expected actions, found none") }
  }

  /// What a commit says of itself, without reading the rest where the entry is laid out as usual.
  static func commitInfo(in path: String) throws -> CommitInfo? {
    let head = Array("{\"commitInfo\":".utf8)
    let lines = LogLines(try MappedFile(path))
    while let line = lines.next() {
      guard line.starts(with: head), let document = try? JSONValue.parse(line, file: path),
        let value = document["commitInfo"]
      else { continue }
      return commitInfo(LogRecord("commitInfo", value, file: path, place: "line 1"))
    }
    var found: CommitInfo?
    try forEachAction(in: path) { if case .commitInfo(let info) = $0 { found = info } }
    return found
  }

  static func bytes(_ actions: [Action]) -> [UInt8] {
    var out: [UInt8] = []
    for action in actions {
      JSONText.append(json(action), to: &out)
      out.append(UInt8(ascii: "\n"))
    }
    return out
  }

  private static func action(_ record: LogRecord) throws(FormatError) -> Action? {
    switch record.kind {
    case "add": .add(try addFile(record))
    case "remove":
      .remove(
        RemoveFile(
          path: try record.path(), deletionTimestamp: try record.number("deletionTimestamp"),
          dataChange: record["dataChange"]?.boolean ?? true,
          partitionValues: try record.values("partitionValues"), size: try record.number("size"),
          deletionVector: try record.deletionVector()))
    case "metaData": .metadata(try tableMetadata(record))
    case "protocol": .protocolVersions(try protocolVersions(record))
    case "txn":
      .transaction(
        SetTransaction(
          application: try record.text("appId"), version: try record.required("version"),
          lastUpdated: try record.number("lastUpdated")))
    case "commitInfo": .commitInfo(commitInfo(record))
    default: nil
    }
  }

  private static func addFile(_ record: LogRecord) throws(FormatError) -> AddFile {
    AddFile(
      path: try record.path(), partitionValues: try record.values("partitionValues") ?? [:],
      size: try record.required("size"),
      modificationTime: try record.number("modificationTime") ?? 0,
      dataChange: record["dataChange"]?.boolean ?? true, stats: record["stats"]?.string,
      tags: (try record.values("tags") ?? [:]).compactMapValues { $0 },
      deletionVector: try record.deletionVector())
  }

  private static func protocolVersions(_ record: LogRecord) throws(FormatError) -> ProtocolVersions
  {
    let versions = ProtocolVersions(
      minReaderVersion: Int(clamping: try record.required("minReaderVersion")),
      minWriterVersion: Int(clamping: try record.required("minWriterVersion")),
      readerFeatures: try record.list("readerFeatures"),
      writerFeatures: try record.list("writerFeatures"))
    if versions.minReaderVersion == 3, record["readerFeatures"]?.array == nil {
      throw FormatError(
        record.file, at: record.place, "expected 'readerFeatures' with reader version 3, found none"
      )
    }
    return versions
  }

  private static func tableMetadata(_ record: LogRecord) throws(FormatError) -> TableMetadata {
    if let provider = record["format"]?["provider"]?.string, provider.lowercased() != "parquet" {
      throw FormatError(
        record.file, at: record.place, "expected a table of Parquet files, found '\(provider)'")
    }
    let metadata = TableMetadata(
      id: try record.text("id"), name: record["name"]?.string,
      description: record["description"]?.string,
      schema: try TableSchema(
        logged: record["schemaString"]?.string, entry: record.file, place: record.place),
      partitionColumns: try record.list("partitionColumns"),
      configuration: (try record.values("configuration") ?? [:]).compactMapValues { $0 },
      createdTime: try record.number("createdTime"))
    try metadata.checkPartitioning(entry: record.file, place: record.place)
    return metadata
  }

  private static func commitInfo(_ record: LogRecord) -> CommitInfo {
    CommitInfo(
      timestamp: record["timestamp"]?.int64, operation: record["operation"]?.string ?? "",
      operationParameters: record.plainTexts("operationParameters"),
      operationMetrics: record.plainTexts("operationMetrics"),
      readVersion: record["readVersion"]?.int64, isBlindAppend: record["isBlindAppend"]?.boolean,
      engineInfo: record["engineInfo"]?.string,
      inCommitTimestamp: record["inCommitTimestamp"]?.int64)
  }

  private static func json(_ action: Action) -> JSONValue {
    var members = JSONObject()
    let kind: String
    switch action {
    case .add(let file):
      kind = "add"
      members["path"] = .string(file.path)
      members["partitionValues"] = texts(file.partitionValues)
      members["size"] = number(file.size)
      members["modificationTime"] = number(file.modificationTime)
      members["dataChange"] = .boolean(file.dataChange)
      members["stats"] = file.stats.map(JSONValue.string)
      if !file.tags.isEmpty { members["tags"] = texts(file.tags.mapValues(Optional.some)) }
      members["deletionVector"] = file.deletionVector.map(json)
    case .remove(let file):
      kind = "remove"
      members["path"] = .string(file.path)
      members["deletionTimestamp"] = file.deletionTimestamp.map(number)
      members["dataChange"] = .boolean(file.dataChange)
      if let values = file.partitionValues, let size = file.size {
        members["extendedFileMetadata"] = .boolean(true)
        members["partitionValues"] = texts(values)
        members["size"] = number(size)
      }
      members["deletionVector"] = file.deletionVector.map(json)
    case .metadata(let metadata):
      kind = "metaData"
      members["id"] = .string(metadata.id)
      members["name"] = metadata.name.map(JSONValue.string)
      members["description"] = metadata.description.map(JSONValue.string)
      members["format"] = .object(["provider": .string("parquet"), "options": .object([:])])
      members["schemaString"] = .string(metadata.schema.text)
      members["partitionColumns"] = .array(metadata.partitionColumns.map(JSONValue.string))
      members["configuration"] = texts(metadata.configuration.mapValues(Optional.some))
      members["createdTime"] = metadata.createdTime.map(number)
    case .protocolVersions(let versions):
      kind = "protocol"
      members["minReaderVersion"] = .int(versions.minReaderVersion)
      members["minWriterVersion"] = .int(versions.minWriterVersion)
      if versions.minReaderVersion >= 3 {
        members["readerFeatures"] = .array(versions.readerFeatures.map(JSONValue.string))
      }
      if versions.minWriterVersion >= 7 {
        members["writerFeatures"] = .array(versions.writerFeatures.map(JSONValue.string))
      }
    case .transaction(let transaction):
      kind = "txn"
      members["appId"] = .string(transaction.application)
      members["version"] = number(transaction.version)
      members["lastUpdated"] = transaction.lastUpdated.map(number)
    case .commitInfo(let info):
      kind = "commitInfo"
      members["timestamp"] = info.timestamp.map(number)
      members["operation"] = .string(info.operation)
      members["operationParameters"] = texts(info.operationParameters.mapValues(Optional.some))
      members["readVersion"] = info.readVersion.map(number)
      members["inCommitTimestamp"] = info.inCommitTimestamp.map(number)
      members["isBlindAppend"] = info.isBlindAppend.map(JSONValue.boolean)
      if !info.operationMetrics.isEmpty {
        members["operationMetrics"] = texts(info.operationMetrics.mapValues(Optional.some))
      }
      members["engineInfo"] = info.engineInfo.map(JSONValue.string)
    }
    return .object(JSONObject([(kind, .object(members))]))
  }

  private static func json(_ vector: DeletionVector) -> JSONValue {
    var members = JSONObject()
    members["storageType"] = .string(vector.storageType)
    members["pathOrInlineDv"] = .string(vector.pathOrInline)
    members["offset"] = vector.offset.map(number)
    members["sizeInBytes"] = number(vector.byteCount)
    members["cardinality"] = number(vector.cardinality)
    return .object(members)
  }

  private static func number(_ value: Int64) -> JSONValue { .number(String(value)) }

  private static func texts(_ pairs: [String: String?]) -> JSONValue {
    .object(
      JSONObject(
        pairs.sorted { $0.key < $1.key }
          .map { ($0.key, $0.value.map(JSONValue.string) ?? .null) }))
  }
}
