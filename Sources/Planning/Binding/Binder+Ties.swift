import Columns
import SQL

extension Binder {
  /// FETCH FIRST n ROWS WITH TIES: the rows whose rank in the order is at most n.
  func withTies(_ plan: LogicalPlan, offset: Int, count: Int, at range: SourceRange) throws
    -> LogicalPlan
  {
    guard case .sort(let input, let keys) = plan else {
      throw SQLError("WITH TIES needs ORDER BY before it", at: range)
    }
    let rest = offset > 0 ? .limit(plan, offset: offset, count: nil) : input
    let rank = newColumn("rank", .bigint)
    let ranked = LogicalPlan.window(
      rest,
      [
        WindowComputation(
          output: rank, function: .rank, arguments: [], partitionBy: [], orderBy: keys,
          frame: WindowFrame(unit: .range, start: .unboundedPreceding, end: .currentRow))
      ])
    let kept = LogicalPlan.filter(
      ranked,
      .compare(.lessOrEqual, .column(rank), .literal(.int64(Int64(count)), .bigint)))
    return .sort(kept, keys)
  }
}
