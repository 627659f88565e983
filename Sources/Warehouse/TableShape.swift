import Columns
import Delta
import Files

/// The schema a table gets by a write, and how the written batches fit into it.
struct TableShape {
  /// The table's columns after the write.
  let schema: Schema
  let partitionColumns: [String]
  /// For each column of the written batches, its position in `schema`.
  let targets: [Int]
  /// The types of those columns.
  private let targetTypes: [DataType]

  /// - Parameter existing: the table's schema and partition columns, nil for a new table.
  /// - Throws: `FormatError` naming the column that does not fit.
  init(
    table: String, existing: (schema: Schema, partitionColumns: [String])?,
    written: Schema, partitionColumns wanted: [String]
  ) throws(FormatError) {
    var fields = existing?.schema.fields ?? []
    var positions: [String: Int] = [:]
    for (position, field) in fields.enumerated() { positions[field.name.lowercased()] = position }
    let partitions = existing?.partitionColumns ?? wanted
    if let existing, !wanted.isEmpty,
      wanted.map({ $0.lowercased() }) != existing.partitionColumns.map({ $0.lowercased() })
    {
      throw FormatError(
        table,
        "the table is partitioned by \(TableShape.list(existing.partitionColumns)), not by "
          + TableShape.list(wanted))
    }
    let partitionNames = Set(partitions.map { $0.lowercased() })
    var seen: Set<String> = []
    var targets: [Int] = []
    for field in written.fields {
      let name = field.name.lowercased()
      guard seen.insert(name).inserted else {
        throw FormatError(table, "column '\(field.name)' occurs twice")
      }
      guard let position = positions[name] else {
        positions[name] = fields.count
        targets.append(fields.count)
        let type = field.type == .null ? .varchar : SchemaWidening.exported(field.type)
        fields.append(Field(field.name, type))
        continue
      }
      targets.append(position)
      let old = fields[position]
      if partitionNames.contains(name) { continue }
      guard let type = SchemaWidening.common(old.type, field.type) else {
        throw FormatError(
          table, at: "column '\(old.name)'",
          "the table has \(old.type), the new rows have \(field.type), and neither holds both")
      }
      fields[position] = Field(old.name, type, isNullable: old.isNullable)
    }
    for name in partitions {
      guard let position = positions[name.lowercased()] else {
        throw FormatError(table, "there is no column '\(name)' to partition by")
      }
      guard PartitionValue.isPossible(fields[position].type) else {
        throw FormatError(
          table, at: "column '\(name)'",
          "a table cannot be partitioned by values of \(fields[position].type)")
      }
    }
    guard fields.contains(where: { !partitionNames.contains($0.name.lowercased()) }) else {
      throw FormatError(table, "a table needs a column that it is not partitioned by")
    }
    schema = Schema(fields)
    self.partitionColumns = partitions
    self.targets = targets
    targetTypes = targets.map { fields[$0].type }
  }

  /// The batch with the table's types; columns stay in the order written.
  func fitted(_ batch: Batch, table: String) throws -> Batch {
    if zip(batch.columns, targetTypes).allSatisfy({ $0.type == $1 }) { return batch }
    var columns: [Column] = []
    for (column, target) in zip(batch.columns, targets) {
      do {
        columns.append(try SchemaWidening.widened(column, to: schema[target].type))
      } catch let error as UnfitType {
        throw FormatError(
          table, at: "column '\(schema[target].name)'",
          "expected \(error.wanted), found \(error.found) that does not convert")
      }
    }
    return Batch(columns, count: batch.count)
  }

  private static func list(_ names: [String]) -> String {
    names.isEmpty ? "nothing" : names.map { "'\($0)'" }.joined(separator: ", ")
  }
}
