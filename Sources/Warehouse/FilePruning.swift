import Columns
import Execution
import Planning

/// How many files of a table a filter leaves, for EXPLAIN.
enum FilePruning {
  static func count(
    _ files: [DataFile], of table: any PlannedTable, _ columns: [ScanColumn],
    _ filters: [Expression]
  ) -> (kept: Int, total: Int) {
    let positions = Dictionary(
      columns.map { ($0.reference, $0.position) }, uniquingKeysWith: { first, _ in first })
    let conditions = Scan(table: table, columns: columns, filters: filters).constraints
      .compactMap { constraint in
        positions[constraint.column].map { ScanCondition(column: $0, test: test(constraint.test)) }
      }
    return (files.count { $0.mayMatch(conditions, table.schema) }, files.count)
  }

  private static func test(_ test: ColumnConstraint.Test) -> ScanCondition.Test {
    switch test {
    case .range(let lower, let upper): .range(lower: lower, upper: upper)
    case .oneOf(let values): .oneOf(values)
    case .isNull: .isNull
    case .isNotNull: .isNotNull
    }
  }
}
