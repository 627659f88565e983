import Columns
import Execution
import Kernels
import Planning
import SQL

/// `"table$partitions"`: a row of the partition columns for each partition of a table, as Athena lists
/// them; in their order.
enum PartitionTable {
  private static let suffix = "$partitions"

  /// The table that a name asks for the partitions of; nil for any other name.
  static func owner(of name: QualifiedName) -> QualifiedName? {
    let last = name.last
    guard last.text.count > suffix.count, last.text.lowercased().hasSuffix(suffix) else {
      return nil
    }
    let table = Identifier(
      String(last.text.dropLast(suffix.count)), isQuoted: last.isQuoted, range: last.range)
    return QualifiedName(name.parts.dropLast() + [table])
  }

  /// - Returns: nil where the table is not partitioned.
  static func table(of table: any PlannedTable, named name: String) -> MemoryTable? {
    let positions = table.partitionColumns.sorted()
    guard !positions.isEmpty else { return nil }
    var rows: Set<[Value]> = []
    switch table {
    case let table as any FileTableSource:
      for file in table.files { rows.insert(positions.map { file.value(of: $0) ?? .null }) }
    case let table as MemoryTable:
      for part in table.parts { rows.formUnion(combinations(positions.map { part.columns[$0] })) }
    default: return nil
    }
    let schema = Schema(positions.map { table.schema[$0] })
    let ordered = rows.sorted { Ordering.compare(.row($0), .row($1)) < 0 }
    return MemoryTable(
      name: name, schema: schema, parts: [SmallResult.batch(schema, ordered)], identity: nil)
  }

  /// The rows that some columns have, each once; of a file's columns that are all constant, just one.
  private static func combinations(_ columns: [Column]) -> Set<[Value]> {
    let count = columns.first?.count ?? 0
    let isConstant = columns.allSatisfy { column in
      if case .constant = column.form { true } else { false }
    }
    return Set(
      (0..<(isConstant ? min(count, 1) : count)).map { row in
        columns.map { $0.value(row) }
      })
  }
}
