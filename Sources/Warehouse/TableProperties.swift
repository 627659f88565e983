import Columns
import Planning
import SQL

/// What WITH (…) of CREATE TABLE AS and UNLOAD says.
struct TableProperties {
  struct Name {
    let name: String
    let range: SourceRange
  }

  private(set) var partitionedBy: [Name] = []
  /// Lower case; nil if not said.
  private(set) var format: String?
  private(set) var compression: String?
  private(set) var delimiter: String?

  /// Properties of Athena's that say how and where Athena stores a table; here they change nothing.
  private static let ignored: Set<String> = [
    "external_location", "table_type", "is_external", "location", "bucketed_by", "bucket_count",
    "compression_level", "vacuum_min_snapshots_to_keep", "vacuum_max_snapshot_age_seconds",
    "optimize_rewrite_delete_file_threshold", "write_target_data_file_size_bytes",
  ]
  private static let known = [
    "format", "partitioned_by", "partitioning", "compression", "write_compression",
    "parquet_compression", "field_delimiter",
  ]

  /// - Throws: `SQLError` for a property that is not known or has a value of the wrong kind.
  init(_ properties: [Property], _ planner: Planner) throws {
    for property in properties {
      let name = property.name.text.lowercased()
      switch name {
      case "partitioned_by", "partitioning": partitionedBy = try names(property, planner)
      case "format": format = try text(property, planner).lowercased()
      case "compression", "write_compression", "parquet_compression":
        compression = try text(property, planner).lowercased()
      case "field_delimiter": delimiter = try text(property, planner)
      case _ where TableProperties.ignored.contains(name): break
      default:
        throw SQLError(
          "no table property named '\(property.name.text)'"
            + Spelling.hint(
              for: name, among: TableProperties.known + TableProperties.ignored.sorted()),
          at: property.name.range)
      }
    }
  }

  private func text(_ property: Property, _ planner: Planner) throws -> String {
    guard let text = try planner.constant(property.value).value.string else {
      throw SQLError("expected a text for '\(property.name.text)'", at: property.value.range)
    }
    return text
  }

  private func names(_ property: Property, _ planner: Planner) throws -> [Name] {
    guard case .array(let values) = try planner.constant(property.value).value else {
      throw SQLError(
        "expected an array of column names for '\(property.name.text)': ARRAY['month']",
        at: property.value.range)
    }
    return try values.map { value in
      guard let name = value.string else {
        throw SQLError("expected the name of a column, found NULL", at: property.value.range)
      }
      return Name(name: name, range: property.value.range)
    }
  }
}
