import Columns
import Files

/// One action of a checkpoint, its fields by name.
struct CheckpointRecord {
  let kind: CheckpointKind
  let file: String
  let place: String
  let row: Int
  let positions: [String: Int]
  let columns: [Column]

  subscript(name: String) -> Value {
    positions[name].map { columns[$0].value(row) } ?? .null
  }

  /// - Throws: `FormatError` when a field is missing that the action needs.
  func action() throws(FormatError) -> Action {
    switch kind {
    case .add: .add(try addFile())
    case .remove:
      .remove(
        RemoveFile(
          path: try text("path"), deletionTimestamp: self["deletionTimestamp"].int64,
          dataChange: false, partitionValues: map("partitionValues"), size: self["size"].int64,
          deletionVector: try deletionVector()))
    case .transaction:
      .transaction(
        SetTransaction(
          application: try text("appId"), version: try number("version"),
          lastUpdated: self["lastUpdated"].int64))
    case .metadata: .metadata(try metadata())
    case .protocolVersions:
      .protocolVersions(
        ProtocolVersions(
          minReaderVersion: Int(clamping: try number("minReaderVersion")),
          minWriterVersion: Int(clamping: try number("minWriterVersion")),
          readerFeatures: list("readerFeatures"), writerFeatures: list("writerFeatures")))
    case .sidecar: throw FormatError(file, at: place, "a sidecar is no action")
    }
  }

  private func addFile() throws(FormatError) -> AddFile {
    AddFile(
      path: try text("path"), partitionValues: map("partitionValues") ?? [:],
      size: try number("size"), modificationTime: self["modificationTime"].int64 ?? 0,
      dataChange: false, stats: self["stats"].string ?? parsedRowCount(),
      tags: (map("tags") ?? [:]).compactMapValues { $0 }, deletionVector: try deletionVector())
  }

  /// What is taken over of statistics that stand in columns of their own: the number of rows.
  private func parsedRowCount() -> String? {
    guard let position = positions["stats_parsed"],
      case .row(let fields) = columns[position].type,
      let member = fields.firstIndex(where: { $0.name == "numRecords" }),
      case .row(let values) = columns[position].value(row), let count = values[member].int64
    else { return nil }
    return "{\"numRecords\":\(count)}"
  }

  private func metadata() throws(FormatError) -> TableMetadata {
    let metadata = TableMetadata(
      id: try text("id"), name: self["name"].string, description: self["description"].string,
      schema: try TableSchema(logged: self["schemaString"].string, entry: file, place: place),
      partitionColumns: list("partitionColumns"),
      configuration: (map("configuration") ?? [:]).compactMapValues { $0 },
      createdTime: self["createdTime"].int64)
    try metadata.checkPartitioning(entry: file, place: place)
    return metadata
  }

  private func deletionVector() throws(FormatError) -> DeletionVector? {
    guard let position = positions["deletionVector"],
      case .row(let fields) = columns[position].type,
      case .row(let values) = columns[position].value(row)
    else { return nil }
    var members: [String: Value] = [:]
    for (field, value) in zip(fields, values) { members[field.name ?? ""] = value }
    // Some programs write a structure of NULLs for none.
    guard let storageType = members["storageType"]?.string else { return nil }
    guard let path = members["pathOrInlineDv"]?.string,
      let byteCount = members["sizeInBytes"]?.int64, let count = members["cardinality"]?.int64
    else { throw FormatError(file, at: place, "expected a whole deletion vector") }
    return DeletionVector(
      storageType: storageType, pathOrInline: path, offset: members["offset"]?.int64,
      byteCount: byteCount, cardinality: count)
  }

  func text(_ name: String) throws(FormatError) -> String {
    guard let text = self[name].string else {
      throw FormatError(file, at: place, "expected a text in '\(name)', found none")
    }
    return text
  }

  private func number(_ name: String) throws(FormatError) -> Int64 {
    guard let number = self[name].int64 else {
      throw FormatError(file, at: place, "expected a number in '\(name)', found none")
    }
    return number
  }

  private func list(_ name: String) -> [String] {
    guard case .array(let values) = self[name] else { return [] }
    return values.compactMap(\.string)
  }

  private func map(_ name: String) -> [String: String?]? {
    guard case .map(let entries) = self[name] else { return nil }
    return Dictionary(
      entries.compactMap { entry in entry.key.string.map { ($0, entry.value.string) } },
      uniquingKeysWith: { first, _ in first })
  }
}
