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
    let file = try MappedFile(path)
    let bytes = file.copy(0..<file.count)
    var actions: [Action] = []
    for (index, line) in bytes.split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
    )
    .enumerated() where line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) {
      let place = "line \(index + 1)"
      let document: JSONValue
      do {
        document = try JSONValue.parse(Array(line), file: path)
      } catch {
        throw FormatError(path, at: place, "expected an action as JSON: \(error.message)")
      }
      guard let members = document.object?.members else {
        throw FormatError(path, at: place, "expected an action, found \(document.kind)")
      }
      for member in members {
        let record = LogRecord(member.key, member.value, file: path, place: place)
        if let action = try action(record) { actions.append(action) }
      }
    }
    guard !actions.isEmpty else { throw FormatError(path, "expected actions, found none") }
    return actions
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
          partitionValues: try record.values("partitionValues"), size: try record.number("size")))
    case "metaData": .metadata(try tableMetadata(record))
    case "protocol":
      .protocolVersions(
        ProtocolVersions(
          minReaderVersion: Int(clamping: try record.required("minReaderVersion")),
          minWriterVersion: Int(clamping: try record.required("minWriterVersion")),
          readerFeatures: try record.list("readerFeatures"),
          writerFeatures: try record.list("writerFeatures")))
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
    if let vector = record["deletionVector"], !vector.isNull {
      throw FormatError(
        record.file, at: record.place,
        "the table has deletion vectors, which are not supported")
    }
    return AddFile(
      path: try record.path(), partitionValues: try record.values("partitionValues") ?? [:],
      size: try record.required("size"),
      modificationTime: try record.required("modificationTime"),
      dataChange: record["dataChange"]?.boolean ?? true, stats: record["stats"]?.string,
      tags: (try record.values("tags") ?? [:]).compactMapValues { $0 })
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
        parsing: try record.text("schemaString"), entry: record.file, place: record.place),
      partitionColumns: try record.list("partitionColumns"),
      configuration: (try record.values("configuration") ?? [:]).compactMapValues { $0 },
      createdTime: try record.number("createdTime"))
    for name in metadata.partitionColumns where metadata.schema.schema.position(of: name) == nil {
      throw FormatError(
        record.file, at: record.place, "partition column '\(name)' is not in the schema")
    }
    return metadata
  }

  private static func commitInfo(_ record: LogRecord) -> CommitInfo {
    CommitInfo(
      timestamp: record["timestamp"]?.int64, operation: record["operation"]?.string ?? "",
      operationParameters: record.plainTexts("operationParameters"),
      operationMetrics: record.plainTexts("operationMetrics"),
      readVersion: record["readVersion"]?.int64, isBlindAppend: record["isBlindAppend"]?.boolean,
      engineInfo: record["engineInfo"]?.string)
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
      members["isBlindAppend"] = info.isBlindAppend.map(JSONValue.boolean)
      if !info.operationMetrics.isEmpty {
        members["operationMetrics"] = texts(info.operationMetrics.mapValues(Optional.some))
      }
      members["engineInfo"] = info.engineInfo.map(JSONValue.string)
    }
    return .object(JSONObject([(kind, .object(members))]))
  }

  private static func number(_ value: Int64) -> JSONValue { .number(String(value)) }

  private static func texts(_ pairs: [String: String?]) -> JSONValue {
    .object(
      JSONObject(
        pairs.sorted { $0.key < $1.key }
          .map { ($0.key, $0.value.map(JSONValue.string) ?? .null) }))
  }
}

/// One action of a log entry, its members by name.
private struct LogRecord {
  let kind: String
  let value: JSONValue
  let file: String
  let place: String

  init(_ kind: String, _ value: JSONValue, file: String, place: String) {
    self.kind = kind
    self.value = value
    self.file = file
    self.place = place
  }

  subscript(name: String) -> JSONValue? { value[name] }

  func text(_ name: String) throws(FormatError) -> String {
    guard let text = value[name]?.string else { throw missing(name, "a text") }
    return text
  }

  func required(_ name: String) throws(FormatError) -> Int64 {
    guard let number = try number(name) else { throw missing(name, "a whole number") }
    return number
  }

  func number(_ name: String) throws(FormatError) -> Int64? {
    guard let member = value[name], !member.isNull else { return nil }
    guard let number = member.int64 else { throw missing(name, "a whole number") }
    return number
  }

  /// A path, checked to lie within the table.
  func path() throws(FormatError) -> String {
    let path = try text("path")
    _ = try PartitionPath.file(fromURI: path, entry: "\(file) \(place)")
    return path
  }

  func list(_ name: String) throws(FormatError) -> [String] {
    guard let member = value[name], !member.isNull else { return [] }
    guard let array = member.array else { throw missing(name, "an array") }
    var texts: [String] = []
    for element in array {
      guard let text = element.string else { throw missing(name, "an array of texts") }
      texts.append(text)
    }
    return texts
  }

  func values(_ name: String) throws(FormatError) -> [String: String?]? {
    guard let member = value[name], !member.isNull else { return nil }
    guard let members = member.object?.members else { throw missing(name, "an object") }
    var values: [String: String?] = [:]
    for member in members {
      guard member.value.isNull || member.value.string != nil else {
        throw missing("\(name).\(member.key)", "a text")
      }
      values[member.key] = .some(member.value.string)
    }
    return values
  }

  /// Members of any kind as text; what a commit says of itself has no fixed form.
  func plainTexts(_ name: String) -> [String: String] {
    var texts: [String: String] = [:]
    for member in value[name]?.object?.members ?? [] {
      texts[member.key] = member.value.string ?? member.value.description
    }
    return texts
  }

  private func missing(_ name: String, _ wanted: String) -> FormatError {
    let found = value[name].map { ", found \($0.kind)" } ?? ", found none"
    return FormatError(file, at: place, "expected \(wanted) in '\(kind).\(name)'\(found)")
  }
}
