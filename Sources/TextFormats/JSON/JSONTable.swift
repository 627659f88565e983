package import Columns
package import Files

/// Tables out of JSON documents: the schema they agree on, and their rows as columns.
package struct JSONTable: Sendable {
  package let schema: Schema

  /// The narrowest schema that holds all rows: objects become ROW, arrays ARRAY, whole numbers BIGINT,
  /// others DOUBLE, texts that are all dates or timestamps DATE or TIMESTAMP, and what differs in shape
  /// JSON. Names that differ only by case are one column.
  package init(inferring rows: some Sequence<JSONValue>) {
    preconditionFailure("not yet")
  }

  /// A table of a known schema.
  package init(_ schema: Schema) { self.schema = schema }

  /// The rows as columns; members that the schema lacks are left out, missing ones are NULL.
  ///
  /// - Throws: `FormatError` with the row (from `firstRow`) and column of a value that does not fit.
  package func batch(_ rows: [JSONValue], file: String, firstRow: Int = 1) throws(FormatError)
    -> Batch
  {
    preconditionFailure("not yet")
  }

  /// A JSON value as a value of a type, nil where it does not fit.
  package static func value(_ json: JSONValue, as type: DataType) -> Value? {
    preconditionFailure("not yet")
  }
}
