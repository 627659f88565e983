import Columns
import Files

/// One entry of a table's log: a fact about the table that a commit adds.
///
/// Source: Delta Transaction Log Protocol (PROTOCOL.md), "Actions".
package enum Action: Sendable {
  case protocolVersions(ProtocolVersions)
  case metadata(TableMetadata)
  case add(AddFile)
  case remove(RemoveFile)
  case transaction(SetTransaction)
  case commitInfo(CommitInfo)
}

/// What a reader or writer of the table must be able to do.
package struct ProtocolVersions: Sendable, Hashable {
  package var minReaderVersion: Int
  package var minWriterVersion: Int
  /// Named features, from reader version 3 and writer version 7 on.
  package var readerFeatures: [String]
  package var writerFeatures: [String]

  package init(
    minReaderVersion: Int, minWriterVersion: Int, readerFeatures: [String] = [],
    writerFeatures: [String] = []
  ) {
    self.minReaderVersion = minReaderVersion
    self.minWriterVersion = minWriterVersion
    self.readerFeatures = readerFeatures
    self.writerFeatures = writerFeatures
  }

  /// What this program writes.
  package static let written = ProtocolVersions(minReaderVersion: 1, minWriterVersion: 2)
}

/// A table's schema, partitioning and settings.
package struct TableMetadata: Sendable {
  package var id: String
  package var name: String?
  package var description: String?
  package var schema: TableSchema
  package var partitionColumns: [String]
  package var configuration: [String: String]
  /// Milliseconds since the epoch.
  package var createdTime: Int64?

  package init(
    id: String, name: String? = nil, description: String? = nil, schema: TableSchema,
    partitionColumns: [String], configuration: [String: String] = [:], createdTime: Int64?
  ) {
    self.id = id
    self.name = name
    self.description = description
    self.schema = schema
    self.partitionColumns = partitionColumns
    self.configuration = configuration
    self.createdTime = createdTime
  }
}

extension TableMetadata {
  /// - Throws: `FormatError` for partition columns that the schema lacks or that stand there twice.
  func checkPartitioning(entry: String, place: String) throws(FormatError) {
    var seen: Set<String> = []
    for name in partitionColumns {
      guard schema.schema.position(of: name) != nil else {
        throw FormatError(entry, at: place, "partition column '\(name)' is not in the schema")
      }
      guard seen.insert(name.lowercased()).inserted else {
        throw FormatError(entry, at: place, "partition column '\(name)' stands there twice")
      }
    }
  }
}

/// A data file that belongs to the table.
package struct AddFile: Sendable, Hashable {
  /// As in the log: a URI, most often relative to the table; see ``FileKey``.
  package var path: String
  /// Serialised as the protocol says; nil is NULL.
  package var partitionValues: [String: String?]
  /// Bytes.
  package var size: Int64
  /// Milliseconds since the epoch.
  package var modificationTime: Int64
  package var dataChange: Bool
  /// The statistics' JSON text as logged; see ``FileStatistics``.
  package var stats: String?
  package var tags: [String: String]
  /// Rows of the file that do not count.
  package var deletionVector: DeletionVector?

  package init(
    path: String, partitionValues: [String: String?], size: Int64, modificationTime: Int64,
    dataChange: Bool = true, stats: String? = nil, tags: [String: String] = [:],
    deletionVector: DeletionVector? = nil
  ) {
    self.path = path
    self.partitionValues = partitionValues
    self.size = size
    self.modificationTime = modificationTime
    self.dataChange = dataChange
    self.stats = stats
    self.tags = tags
    self.deletionVector = deletionVector
  }

  /// The entry that takes the file out of the table.
  package func removed(at milliseconds: Int64, dataChange: Bool = true) -> RemoveFile {
    RemoveFile(
      path: path, deletionTimestamp: milliseconds, dataChange: dataChange,
      partitionValues: partitionValues, size: size, deletionVector: deletionVector)
  }
}

/// A data file that no longer belongs to the table; kept in the log until readers of older versions
/// are gone.
package struct RemoveFile: Sendable, Hashable {
  package var path: String
  /// Milliseconds since the epoch.
  package var deletionTimestamp: Int64?
  package var dataChange: Bool
  package var partitionValues: [String: String?]?
  package var size: Int64?
  /// The vector that the file had when it was taken out.
  package var deletionVector: DeletionVector?

  package init(
    path: String, deletionTimestamp: Int64?, dataChange: Bool = true,
    partitionValues: [String: String?]? = nil, size: Int64? = nil,
    deletionVector: DeletionVector? = nil
  ) {
    self.path = path
    self.deletionTimestamp = deletionTimestamp
    self.dataChange = dataChange
    self.partitionValues = partitionValues
    self.size = size
    self.deletionVector = deletionVector
  }
}

/// How far an application has come with its writes to the table, so that it does none twice.
package struct SetTransaction: Sendable, Hashable {
  package var application: String
  package var version: Int64
  /// Milliseconds since the epoch.
  package var lastUpdated: Int64?

  package init(application: String, version: Int64, lastUpdated: Int64?) {
    self.application = application
    self.version = version
    self.lastUpdated = lastUpdated
  }
}

/// Who made a commit, when and how; for people.
package struct CommitInfo: Sendable {
  /// Milliseconds since the epoch.
  package var timestamp: Int64?
  /// The commit's time where the table keeps them in its log, for good; milliseconds since the epoch.
  package var inCommitTimestamp: Int64?
  package var operation: String
  package var operationParameters: [String: String]
  package var operationMetrics: [String: String]
  package var readVersion: Int64?
  package var isBlindAppend: Bool?
  package var engineInfo: String?

  package init(
    timestamp: Int64?, operation: String, operationParameters: [String: String] = [:],
    operationMetrics: [String: String] = [:], readVersion: Int64? = nil,
    isBlindAppend: Bool? = nil, engineInfo: String? = nil, inCommitTimestamp: Int64? = nil
  ) {
    self.timestamp = timestamp
    self.inCommitTimestamp = inCommitTimestamp
    self.operation = operation
    self.operationParameters = operationParameters
    self.operationMetrics = operationMetrics
    self.readVersion = readVersion
    self.isBlindAppend = isBlindAppend
    self.engineInfo = engineInfo
  }
}
