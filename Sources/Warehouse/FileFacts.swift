import Columns

/// What hidden columns tell of the file that a row is from; `SELECT *` and DESCRIBE leave them out.
///
/// Source: Trino documentation, "Hive connector", Special columns, which Athena has too.
enum FileFacts {
  static let columns = Schema([
    Field("$path", .varchar), Field("$file_size", .bigint),
    Field("$file_modified_time", .timestampWithZone),
  ])

  /// The values of ``columns`` in a file.
  ///
  /// - Parameter modified: microseconds since 1970, nil where that is not known.
  static func values(path: String, size: Int, modified: Int64?) -> [Value] {
    let time = modified.flatMap { ZonedTime.packed(microseconds: $0, zone: 0) }
    return [.text(path), .int64(Int64(size)), time.map { .int64($0) } ?? .null]
  }
}

extension Schema {
  /// The columns of a table and behind them those of its files.
  var withFileFacts: Schema { Schema(fields + FileFacts.columns.fields) }
}
