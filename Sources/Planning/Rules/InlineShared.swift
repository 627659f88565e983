import Columns

extension Rule {
  /// Puts a WITH table or view where it is named, if it is named once or costs no more than reading:
  /// filters and column lists of its reader then reach its tables.
  static let inlineShared = Rule("InlineShared") { query, context in
    var result = query
    var uses: [Int: Int] = [:]
    var definitions: [LogicalPlan] = [query.plan]
    definitions += SharedPlans.inOrder(of: query.plan).map(\.plan)
    for plan in definitions { countUses(plan, &uses) }
    result.plan = inline(query.plan, uses, context)
    return result
  }

  private static func countUses(_ plan: LogicalPlan, _ uses: inout [Int: Int]) {
    if case .shared(let shared, _) = plan { uses[shared.id, default: 0] += 1 }
    // The step of a recursion runs many times: what it names should be kept.
    if case .recursive(let recursion) = plan {
      countUses(recursion.base, &uses)
      countUses(recursion.step, &uses)
      countUses(recursion.step, &uses)
      return
    }
    for input in plan.inputs { countUses(input, &uses) }
  }

  private static func inline(_ plan: LogicalPlan, _ uses: [Int: Int], _ context: RuleContext)
    -> LogicalPlan
  {
    var done: [Int: SharedPlan] = [:]
    func visit(_ plan: LogicalPlan) -> LogicalPlan {
      guard case .shared(let shared, let outputs) = plan else { return plan.mapInputs(visit) }
      let inner: SharedPlan
      if let known = done[shared.id] {
        inner = known
      } else {
        inner = SharedPlan(
          id: shared.id, name: shared.name, plan: visit(shared.plan), columns: shared.columns)
        done[shared.id] = inner
      }
      let isSingle = uses[shared.id] == 1
      guard isSingle || isCheap(inner) else { return .shared(inner, outputs: outputs) }
      guard !isSingle else { return renamed(inner.plan, inner.columns, outputs) }
      var renumbering = Renumbering(context.numbering)
      let copy = renumbering.copy(inner.plan)
      return renamed(copy, inner.columns.map { renumbering.column($0) }, outputs)
    }
    /// Copies of copies double with every level, so that only small plans are copied.
    func isCheap(_ shared: SharedPlan) -> Bool {
      guard shared.plan.isStreaming else { return false }
      var left = copiedSize / max(1, uses[shared.id] ?? 1)
      return shared.plan.isSmaller(than: &left)
    }
    return visit(plan)
  }

  /// Operators and expressions that all copies of a plan may have together.
  private static let copiedSize = 20_000

  private static func renamed(
    _ plan: LogicalPlan, _ columns: [ColumnReference], _ outputs: [ColumnReference]
  ) -> LogicalPlan {
    .project(
      plan, zip(outputs, columns).map { Projection(output: $0, expression: .column($1)) })
  }
}

extension LogicalPlan {
  /// Whether it has less operators and expressions than are left, which are counted down.
  fileprivate func isSmaller(than left: inout Int) -> Bool {
    left -= 1
    forEachExpression { $0.count(down: &left) }
    for input in inputs where left > 0 { _ = input.isSmaller(than: &left) }
    return left > 0
  }

  /// Whether it only reads, filters and computes row by row, so that doing it twice costs no memory.
  fileprivate var isStreaming: Bool {
    switch self {
    case .scan: true
    case .values(_, let rows): rows.count <= 1000
    case .filter(let input, let condition): condition.isDeterministic && input.isStreaming
    case .project(let input, let projections):
      input.isStreaming && projections.allSatisfy { $0.expression.isDeterministic }
    case .unionAll(let inputs, _, _): inputs.allSatisfy(\.isStreaming)
    case .aggregate, .join, .window, .sort, .limit, .setOperation, .unnest, .singleRow, .shared,
      .recursive, .recursiveReference, .sample:
      false
    }
  }
}

extension Expression {
  fileprivate func count(down left: inout Int) {
    left -= 1
    guard left > 0 else { return }
    forEachChild { $0.count(down: &left) }
  }
}

/// Copies a streaming plan with column numbers of its own.
private struct Renumbering {
  private let numbering: Numbering
  private var known: [ColumnReference: ColumnReference] = [:]

  init(_ numbering: Numbering) {
    self.numbering = numbering
  }

  mutating func column(_ column: ColumnReference) -> ColumnReference {
    if let copy = known[column] { return copy }
    let copy = ColumnReference(id: numbering.next(), name: column.name, type: column.type)
    known[column] = copy
    return copy
  }

  mutating func expression(_ expression: Expression) -> Expression {
    if case .column(let reference) = expression { return .column(column(reference)) }
    guard case .call(let call) = expression else {
      return expression.mapChildren { self.expression($0) }
    }
    let arguments = call.arguments.map { argument -> BoundArgument in
      switch argument {
      case .expression(let inner): .expression(self.expression(inner))
      case .lambda(let parameters, let body):
        .lambda(parameters: parameters.map { column($0) }, body: self.expression(body))
      }
    }
    return .call(
      FunctionCall(
        function: call.function, overload: call.overload, arguments: arguments, type: call.type))
  }

  mutating func copy(_ plan: LogicalPlan) -> LogicalPlan {
    switch plan {
    case .scan(let scan):
      return .scan(
        Scan(
          table: scan.table,
          columns: scan.columns.map {
            ScanColumn(reference: column($0.reference), position: $0.position)
          }, filters: scan.filters.map { expression($0) }))
    case .values(let columns, let rows):
      return .values(
        columns.map { column($0) }, rows: rows.map { row in row.map { expression($0) } })
    case .filter(let input, let condition): return .filter(copy(input), expression(condition))
    case .project(let input, let projections):
      return .project(
        copy(input),
        projections.map {
          Projection(output: column($0.output), expression: expression($0.expression))
        })
    case .unionAll(let inputs, let outputs, let columns):
      return .unionAll(
        inputs.map { copy($0) }, outputs: outputs.map { column($0) },
        inputs: columns.map { list in list.map { column($0) } })
    case .aggregate, .join, .window, .sort, .limit, .setOperation, .unnest, .singleRow, .shared,
      .recursive, .recursiveReference, .sample:
      preconditionFailure("only streaming plans are copied")
    }
  }
}
