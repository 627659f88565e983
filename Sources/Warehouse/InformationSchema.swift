import Columns
import Execution

/// The tables of `information_schema`, made from what the lake has.
enum InformationSchema {
  static let name = "information_schema"
  static let tableNames = ["columns", "schemata", "tables", "views"]
  private static let catalog = Value.text("awsdatacatalog")

  /// A table or view with its columns, where these are known.
  struct Relation {
    let database: String
    let name: String
    let isView: Bool
    let schema: Schema?
    let text: String?
  }

  static func tables(_ relations: [Relation]) -> MemoryTable {
    table(
      "tables", ["table_catalog", "table_schema", "table_name", "table_type"],
      relations.map {
        [catalog, .text($0.database), .text($0.name), .text($0.isView ? "VIEW" : "BASE TABLE")]
      })
  }

  static func views(_ relations: [Relation]) -> MemoryTable {
    table(
      "views", ["table_catalog", "table_schema", "table_name", "view_definition"],
      relations.filter(\.isView).map {
        [catalog, .text($0.database), .text($0.name), $0.text.map(Value.text) ?? .null]
      })
  }

  static func schemata(_ databases: [String]) -> MemoryTable {
    table(
      "schemata", ["catalog_name", "schema_name"],
      (databases + [name]).map { [catalog, .text($0)] })
  }

  static func columns(_ relations: [Relation]) -> MemoryTable {
    let schema = Schema([
      Field("table_catalog", .varchar), Field("table_schema", .varchar),
      Field("table_name", .varchar), Field("column_name", .varchar),
      Field("ordinal_position", .bigint), Field("column_default", .varchar),
      Field("is_nullable", .varchar), Field("data_type", .varchar),
    ])
    var rows: [[Value]] = []
    for relation in relations {
      for (position, field) in (relation.schema?.fields ?? []).enumerated() {
        rows.append([
          catalog, .text(relation.database), .text(relation.name), .text(field.name),
          .int64(Int64(position + 1)), .null, .text("YES"), .text("\(field.type)"),
        ])
      }
    }
    return table("columns", schema, rows)
  }

  private static func table(_ name: String, _ columns: [String], _ rows: [[Value]]) -> MemoryTable {
    table(name, Schema(columns.map { Field($0, .varchar) }), rows)
  }

  private static func table(_ name: String, _ schema: Schema, _ rows: [[Value]]) -> MemoryTable {
    let name = "\(InformationSchema.name).\(name)"
    return MemoryTable(
      name: name, schema: schema, parts: [SmallResult.batch(schema, rows)], identity: name)
  }
}

/// Results of a few rows, made value by value.
enum SmallResult {
  static func batch(_ schema: Schema, _ rows: [[Value]]) -> Batch {
    Batch(
      schema.fields.indices.map { position in
        Column(schema[position].type, values: rows.map { $0[position] })
      }, count: rows.count)
  }

  static func result(
    _ columns: [(String, DataType)], _ rows: [[Value]], message: String? = nil
  ) -> QueryResult {
    let schema = Schema(columns.map { Field($0.0, $0.1) })
    return QueryResult(
      schema: schema, batches: rows.isEmpty ? [] : [batch(schema, rows)], message: message)
  }
}
