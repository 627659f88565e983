import Columns
import Kernels

extension Rule {
  /// Computes what has no columns once, before the query runs.
  ///
  /// What cannot be computed stays: it may stand in a branch that no row takes.
  static let foldConstants = Rule("FoldConstants") { plan, context in
    fold(plan, context)
  }

  private static func fold(_ plan: LogicalPlan, _ context: RuleContext) -> LogicalPlan {
    plan.mapInputs { fold($0, context) }.mapExpressions { expression in
      let (folded, isConstant) = visit(expression, context)
      return isConstant ? evaluated(folded, context) : folded
    }
  }

  /// - Returns: the expression with its largest constant parts computed, and whether it is constant
  ///   as a whole, which is then left to the caller.
  private static func visit(_ expression: Expression, _ context: RuleContext) -> (Expression, Bool)
  {
    switch expression {
    case .literal: return (expression, true)
    case .column: return (expression, false)
    default: break
    }
    var parts: [(Expression, Bool)] = []
    var isConstant = true
    expression.forEachChild { child in
      let part = visit(child, context)
      isConstant = isConstant && part.1
      parts.append(part)
    }
    if case .call(let call) = expression {
      isConstant = isConstant && call.function.isDeterministic
      for case .lambda in call.arguments { isConstant = false }
    }
    var next = 0
    let result = expression.mapChildren { _ in
      defer { next += 1 }
      let (part, partIsConstant) = parts[next]
      return partIsConstant && !isConstant ? evaluated(part, context) : part
    }
    return (result, isConstant)
  }

  private static func evaluated(_ expression: Expression, _ context: RuleContext) -> Expression {
    if case .literal = expression { return expression }
    guard let value = try? context.evaluate(expression) else { return expression }
    return .literal(value, expression.type)
  }
}
