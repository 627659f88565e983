import Columns
import Kernels

extension Rule {
  /// Asks conditions on columns that are constant in each file, such as partition columns, of the
  /// values that the files have: `concat(year, '-', month) = '2026-09'` becomes `year IN ('2026') AND
  /// month IN ('09')` beside itself, by which files are skipped.
  static let derivePartitions = Rule("DerivePartitions") { plan, context in
    derive(plan, context)
  }

  /// Values are tried one by one.
  private static let mostValues = 512

  private static func derive(_ plan: LogicalPlan, _ context: RuleContext) -> LogicalPlan {
    guard case .scan(var scan) = plan else { return plan.mapInputs { derive($0, context) } }
    let positions = Dictionary(
      scan.columns.map { ($0.reference, $0.position) }, uniquingKeysWith: { first, _ in first })
    var derived: [Expression] = []
    for filter in scan.filters where filter.isDeterministic && !saysEnough(filter) {
      let columns = filter.columns.sorted { $0.id < $1.id }
      guard (1...4).contains(columns.count), columns.allSatisfy({ !$0.type.isNested }),
        let values = scan.table.fileValues(of: columns.compactMap { positions[$0] }),
        values.count <= mostValues
      else { continue }
      derived += lists(of: filter, columns, values, context)
    }
    let known = Set(scan.filters)
    scan.filters += derived.filter { !known.contains($0) }
    return .scan(scan)
  }

  /// Whether files are skipped by the filter as it is.
  private static func saysEnough(_ filter: Expression) -> Bool {
    filter.columnConstraints.contains { $0.test != .isNotNull }
  }

  /// For each column the values that occur where the filter may hold, if that leaves some out.
  private static func lists(
    of filter: Expression, _ columns: [ColumnReference], _ values: [[Value]],
    _ context: RuleContext
  ) -> [Expression] {
    let kept = values.filter { row in
      let names = Dictionary(
        zip(columns, row).map { ($0, Expression.literal($1, $0.type)) },
        uniquingKeysWith: { first, _ in first })
      // What cannot be computed is left to the run, which may not get there.
      guard let result = try? context.evaluate(filter.replacingColumns { names[$0] }) else {
        return true
      }
      return result == .boolean(true)
    }
    guard kept.count < values.count else { return [] }
    return columns.indices.compactMap { place in
      let wanted = Set(kept.map { $0[place] })
      guard wanted.count < Set(values.map { $0[place] }).count, !wanted.contains(.null) else {
        return nil
      }
      let list = values.map { $0[place] }
      var seen: Set<Value> = []
      let ordered = list.filter { wanted.contains($0) && seen.insert($0).inserted }
      return ordered.isEmpty
        ? .false : .inValues(.column(columns[place]), ordered, containsNull: false)
    }
  }
}
