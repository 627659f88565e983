import Columns
import Execution
import Planning

/// What the files of a table tell the planner: how many a filter leaves, and between which bounds values lie.
enum FilePruning {
  static func count(
    _ files: [DataFile], of table: any PlannedTable, _ columns: [ScanColumn],
    _ filters: [Expression]
  ) -> (kept: Int, total: Int) {
    (matching(files, of: table, columns, filters).count, files.count)
  }

  /// Rows of the files that a filter leaves; nil where some file does not say how many it has.
  static func rowCount(
    _ files: [DataFile], of table: any PlannedTable, _ columns: [ScanColumn],
    _ filters: [Expression]
  ) -> Int? {
    var total = 0
    for file in matching(files, of: table, columns, filters) {
      guard let count = file.rowCount else { return nil }
      total = Int(clamping: Int128(total) + Int128(count))
    }
    return total
  }

  /// The bounds of a column over all files; nil where one of many files would have to be looked into.
  static func spread(_ files: [DataFile], of position: Int, _ type: DataType) -> ColumnSpread? {
    guard files.count <= filesLookedInto else { return nil }
    var spread = ColumnSpread()
    var constants: Set<Value>? = []
    for file in files {
      let known =
        file.constants[position].map { ColumnBounds(constant: $0) }
        ?? file.logged?.bounds[position]
      guard let known else { return nil }
      if file.constants[position] == nil { constants = nil }
      if known.isAllNull { continue }
      guard let lower = known.min, let upper = known.max else { return nil }
      constants?.insert(lower)
      if spread.lower.map({ lower.isSurelyLess(than: $0) }) ?? true { spread.lower = lower }
      if spread.upper.map({ $0.isSurelyLess(than: upper) }) ?? true { spread.upper = upper }
    }
    spread.distinctCount = constants?.count ?? (type == .boolean ? 2 : nil)
    return spread
  }

  /// The combinations of values that columns have, where each file has one value of each.
  static func values(_ files: [DataFile], of positions: [Int]) -> [[Value]]? {
    guard !files.isEmpty, files.count <= filesLookedInto * 16 else { return nil }
    var seen: Set<[Value]> = []
    var combinations: [[Value]] = []
    for file in files {
      var combination: [Value] = []
      for position in positions {
        guard let value = file.value(of: position) else { return nil }
        combination.append(value)
      }
      if seen.insert(combination).inserted { combinations.append(combination) }
    }
    return combinations
  }

  /// Bounds are parsed file by file, which a short query should not wait for.
  private static let filesLookedInto = 256

  private static func matching(
    _ files: [DataFile], of table: any PlannedTable, _ columns: [ScanColumn],
    _ filters: [Expression]
  ) -> [DataFile] {
    let positions = Dictionary(
      columns.map { ($0.reference, $0.position) }, uniquingKeysWith: { first, _ in first })
    let conditions = Scan(table: table, columns: columns, filters: filters).constraints
      .compactMap { constraint in
        positions[constraint.column].map { ScanCondition(column: $0, test: test(constraint.test)) }
      }
    return files.filter { $0.mayMatch(conditions, table.schema) }
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
