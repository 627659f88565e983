import Kernels

extension Rule {
  /// `min` and `max` of whole columns need no more of a table than what its files say of their values.
  ///
  /// Filters may stand on what is the same throughout a file: it is then wanted as a whole or not at all.
  static let readExtremes = Rule("ReadExtremes") { plan, _ in mark(plan) }

  private static func mark(_ plan: LogicalPlan) -> LogicalPlan {
    guard case .aggregate(.scan(var scan), let aggregation) = plan,
      let extremes = extremes(of: aggregation)
    else { return plan.mapInputs(mark) }
    let constant = Set(
      scan.columns.filter { scan.table.partitionColumns.contains($0.position) }.map(\.reference))
    let tested = scan.filters.reduce(into: Set<ColumnReference>()) { $0.formUnion($1.columns) }
    guard tested.isSubset(of: constant) else { return plan }
    scan.extremes = Extremes(
      least: extremes.least.subtracting(tested), greatest: extremes.greatest.subtracting(tested))
    return .aggregate(.scan(scan), aggregation)
  }

  /// The columns that an aggregation takes no more of than their least and greatest values.
  private static func extremes(of aggregation: Aggregation) -> Extremes<ColumnReference>? {
    guard aggregation.keys.isEmpty, aggregation.groupingSets == nil,
      !aggregation.aggregates.isEmpty
    else { return nil }
    var least: Set<ColumnReference> = []
    var greatest: Set<ColumnReference> = []
    for aggregate in aggregation.aggregates {
      guard aggregate.filter == nil, aggregate.arguments.count == 1,
        case .column(let column) = aggregate.arguments[0]
      else { return nil }
      switch aggregate.function.name {
      case "min": least.insert(column)
      case "max": greatest.insert(column)
      default: return nil
      }
    }
    return Extremes(least: least, greatest: greatest)
  }
}
