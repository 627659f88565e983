package import Columns
package import Files

/// A table as of one version: what its files are and what they hold.
///
/// - Invariant: `files` is sorted by path, each path once with the same deletion vector.
package struct Snapshot: Sendable {
  /// The table's directory.
  package let table: String
  package let version: Int64
  package let protocolVersions: ProtocolVersions
  package let metadata: TableMetadata
  package let files: [AddFile]
  /// Files taken out whose removal the log still remembers.
  package let removed: [RemoveFile]
  /// The newest version of each application.
  package let transactions: [String: SetTransaction]
  package let columnMapping: ColumnMapping
  /// The columns under the names by which the log speaks of them in statistics and partition values.
  package let loggedSchema: Schema

  init(
    table: String, version: Int64, protocolVersions: ProtocolVersions, metadata: TableMetadata,
    files: [AddFile], removed: [RemoveFile], transactions: [String: SetTransaction]
  ) {
    self.table = table
    self.version = version
    self.protocolVersions = protocolVersions
    self.metadata = metadata
    self.files = files
    self.removed = removed
    self.transactions = transactions
    let mapping = ColumnMapping(protocolVersions, metadata.configuration)
    columnMapping = mapping
    loggedSchema =
      mapping == .none
      ? metadata.schema.schema
      : Schema(
        zip(metadata.schema.schema.fields, metadata.schema.storedFields).map { field, stored in
          Field(stored.physicalName, field.type, isNullable: field.isNullable)
        })
  }

  package var schema: Schema { metadata.schema.schema }

  /// Positions in `schema` of the partition columns, in partitioning order.
  package var partitionPositions: [Int] {
    metadata.partitionColumns.compactMap { schema.position(of: $0) }
  }

  /// Rows in all files, nil when one of them does not tell.
  package func rowCount() -> Int? {
    var total = 0
    for file in files {
      guard let count = FileStatistics.rowCount(in: file) else { return nil }
      total = total.addingReportingOverflow(count).partialValue
    }
    return total < 0 ? nil : total
  }

  package var byteCount: Int {
    files.reduce(0) { total, file in
      let (sum, overflow) = total.addingReportingOverflow(Int(clamping: max(0, file.size)))
      return overflow ? .max : sum
    }
  }

  /// The value of a partition column in all rows of a file.
  ///
  /// - Throws: `FormatError` when the log spells no value of the column's type.
  package func partitionValue(
    of file: AddFile, at position: Int
  ) throws(FormatError) -> Value {
    let field = loggedSchema[position]
    let value = try PartitionValue.value(
      of: file.partitionValues[field.name] ?? nil, as: field.type,
      column: schema[position].name, file: Path.join(table, file.path))
    // FLOAT is told from DOUBLE by this set alone, and its values are those nearest to the text.
    guard case .double(let number) = value, metadata.schema.inexactBounds.contains(position) else {
      return value
    }
    return .double(Double(Float(number)))
  }
}
