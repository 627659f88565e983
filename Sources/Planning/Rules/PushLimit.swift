extension Rule {
  /// Moves LIMIT below what keeps the number of rows, so that a sort sees it and only the wanted rows
  /// are computed.
  static let pushLimit = Rule("PushLimit") { plan, _ in push(plan) }

  private static func push(_ plan: LogicalPlan) -> LogicalPlan {
    guard case .limit(let input, let offset, let count) = plan else { return plan.mapInputs(push) }
    switch input {
    case .project(let inner, let projections):
      return .project(push(.limit(inner, offset: offset, count: count)), projections)
    case .limit(let inner, let innerOffset, let innerCount):
      let remaining = innerCount.map { max(0, $0 - offset) }
      let (total, overflow) = innerOffset.addingReportingOverflow(offset)
      guard !overflow else { return plan.mapInputs(push) }
      let least = [remaining, count].compactMap { $0 }.min()
      return push(.limit(inner, offset: total, count: least))
    case .unionAll(let inputs, let outputs, let columns):
      guard let count else { return plan.mapInputs(push) }
      let (needed, overflow) = count.addingReportingOverflow(offset)
      guard !overflow else { return plan.mapInputs(push) }
      let limited = inputs.map { input -> LogicalPlan in
        if case .limit = input { return push(input) }
        return push(.limit(input, offset: 0, count: needed))
      }
      return .limit(
        .unionAll(limited, outputs: outputs, inputs: columns), offset: offset, count: count)
    default: return plan.mapInputs(push)
    }
  }
}
