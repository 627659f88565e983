import Columns
import Planning
import SQL
import Synchronization

/// Chooses an operator for each node of a logical plan.
final class PhysicalPlanner {
  private let context: ExecutionContext
  private var shared: [Int: SharedOperator] = [:]
  /// The rows that references to recursions read, by the recursion's id.
  private let recursions: [Int: StoredRows]

  init(_ context: ExecutionContext, recursions: [Int: StoredRows] = [:]) {
    self.context = context
    self.recursions = recursions
  }

  func plan(_ logical: LogicalPlan) throws -> PhysicalOperator {
    let made = try step(logical)
    if made.logical == nil { made.logical = logical }
    return made
  }

  private func step(_ logical: LogicalPlan) throws -> PhysicalOperator {
    switch logical {
    case .scan(let scan): return try ScanOperator(scan, context)
    case .values(let columns, let rows): return ValuesOperator(columns, rows, context)
    case .filter(let input, let condition):
      return FilterOperator(try plan(input), condition, context)
    case .project(let input, let projections):
      return ProjectOperator(try plan(input), projections, context)
    case .aggregate(let input, let aggregation):
      return AggregateOperator(try plan(input), aggregation, context)
    case .join(let join):
      return JoinOperator(
        join, left: try plan(join.left), right: try plan(join.right), outputs: logical.outputs,
        context)
    case .window(let input, let computations):
      return WindowOperator(try plan(input), computations, context)
    case .sort(let input, let keys): return SortOperator(try plan(input), keys, context)
    case .limit(let input, let offset, let count):
      return try planLimit(input, offset: offset, count: count)
    case .unionAll(let inputs, let outputs, let columns):
      return try UnionOperator(try inputs.map(plan), outputs: outputs, columns: columns)
    case .setOperation(let operation):
      return try SetOperator(
        operation, left: try plan(operation.left), right: try plan(operation.right), context)
    case .unnest(let input, let unnest):
      return UnnestOperator(try plan(input), unnest, outputs: logical.outputs, context)
    case .singleRow(let input): return SingleRowOperator(try plan(input), context)
    case .shared(let plan, let outputs):
      return try RenameOperator(
        try sharedOperator(plan), outputs: outputs, columns: plan.columns)
    case .recursive(let recursion):
      return RecursiveOperator(
        recursion, base: try plan(recursion.base), context, recursions: recursions)
    case .recursiveReference(let id, let outputs):
      guard let rows = recursions[id] else {
        throw ExecutionError("a recursive query is referred to outside of itself")
      }
      return StoredRowsOperator(outputs, rows, context)
    case .sample(let input, let percent):
      return SampleOperator(try plan(input), percent: percent)
    }
  }

  /// LIMIT over a sort, also through projections between the two, keeps only the top rows.
  private func planLimit(_ input: LogicalPlan, offset: Int, count: Int?) throws -> PhysicalOperator
  {
    if let count, offset <= Int.max / 8 - count, offset + count <= 1_000_000 {
      switch input {
      case .sort(let sorted, let keys):
        return TopRowsOperator(try plan(sorted), keys, offset: offset, count: count, context)
      case .project(.sort(let sorted, let keys), let projections):
        let top = TopRowsOperator(try plan(sorted), keys, offset: offset, count: count, context)
        top.logical = .limit(.sort(sorted, keys), offset: offset, count: count)
        let projected = ProjectOperator(top, projections, context)
        projected.logical = .project(input, projections)
        return projected
      default: break
      }
    }
    return LimitOperator(try plan(input), offset: offset, count: count)
  }

  private func sharedOperator(_ plan: SharedPlan) throws -> SharedOperator {
    if let known = shared[plan.id] { return known }
    let made = SharedOperator(try self.plan(plan.plan), name: plan.name, context)
    shared[plan.id] = made
    return made
  }
}
