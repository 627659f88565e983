import Columns
import SQL

extension Rule {
  /// Makes conditions flat and plain: constants drop out, NOT moves inward, equalities on one value
  /// become a list, what all branches of an OR share stands before it.
  static let simplifyBoolean = Rule("SimplifyBoolean") { plan, _ in
    simplify(plan)
  }

  private static func simplify(_ plan: LogicalPlan) -> LogicalPlan {
    let result = plan.mapInputs(simplify).mapExpressions(BooleanSimplifier.simplify)
    switch result {
    case .filter(let input, .literal(.boolean(true), _)): return input
    case .scan(var scan) where !scan.filters.isEmpty:
      scan.filters = scan.filters.flatMap(\.conjuncts).filter { $0 != .true }
      return .scan(scan)
    default: return result
    }
  }
}

enum BooleanSimplifier {
  static func simplify(_ expression: Expression) -> Expression {
    switch expression {
    case .column, .literal: return expression
    case .and(let operands): return and(operands.map(simplify))
    case .or(let operands): return or(operands.map(simplify))
    case .not(let operand): return not(simplify(operand))
    case .caseWhen(let branches, let otherwise, let type):
      return cases(branches, otherwise, type)
    default: return expression.mapChildren(simplify)
    }
  }

  private static func and(_ operands: [Expression]) -> Expression {
    var kept: [Expression] = []
    var seen: Set<Expression> = []
    for operand in operands.flatMap(\.conjuncts) {
      switch operand.constantBoolean {
      case .some(.some(true)): continue
      case .some(.some(false)): return .false
      default: if seen.insert(operand).inserted { kept.append(operand) }
      }
    }
    return .conjunction(kept) ?? .true
  }

  private static func or(_ operands: [Expression]) -> Expression {
    var kept: [Expression] = []
    var seen: Set<Expression> = []
    for operand in operands.flatMap(disjuncts) {
      switch operand.constantBoolean {
      case .some(.some(true)): return .true
      case .some(.some(false)): continue
      default: if seen.insert(operand).inserted { kept.append(operand) }
      }
    }
    return commonFirst(merged(kept))
  }

  private static func disjuncts(_ expression: Expression) -> [Expression] {
    guard case .or(let operands) = expression else { return [expression] }
    return operands.flatMap(disjuncts)
  }

  /// `x = 1 OR x = 2 OR x IN (3, 4)` as one list.
  private static func merged(_ operands: [Expression]) -> [Expression] {
    var lists: [Expression: [Value]] = [:]
    var nulls: Set<Expression> = []
    var places: [Expression: Int] = [:]
    var counts: [Expression: Int] = [:]
    var result: [Expression?] = []
    for operand in operands {
      guard let (subject, values, containsNull) = membership(operand) else {
        result.append(operand)
        continue
      }
      counts[subject, default: 0] += 1
      lists[subject, default: []] += values
      if containsNull { nulls.insert(subject) }
      if places[subject] == nil {
        places[subject] = result.count
        result.append(operand)
      }
    }
    for (subject, place) in places where counts[subject] ?? 0 > 1 {
      var seen: Set<Value> = []
      let values = (lists[subject] ?? []).filter { seen.insert($0).inserted }
      result[place] = .inValues(subject, values, containsNull: nulls.contains(subject))
    }
    return result.compactMap { $0 }
  }

  private static func membership(_ expression: Expression) -> (Expression, [Value], Bool)? {
    switch expression {
    case .inValues(let subject, let values, let containsNull):
      return (subject, values, containsNull)
    case .compare(.equal, let subject, .literal(let value, _)),
      .compare(.equal, .literal(let value, _), let subject):
      // Floating-point equality is not list membership for NaN.
      if case .double = value { return nil }
      guard !value.isNull, subject.isDeterministic else { return nil }
      return (subject, [value], false)
    default: return nil
    }
  }

  /// `(a AND b) OR (a AND c)` as `a AND (b OR c)`.
  private static func commonFirst(_ operands: [Expression]) -> Expression {
    guard operands.count > 1 else { return operands.first ?? .false }
    let branches = operands.map(\.conjuncts)
    var common = Set(branches[0])
    for branch in branches.dropFirst() {
      common.formIntersection(branch)
      if common.isEmpty { return .or(operands) }
    }
    let shared = branches[0].filter(common.contains)
    var rests: [Expression] = []
    for branch in branches {
      guard let rest = Expression.conjunction(branch.filter { !common.contains($0) }) else {
        return .conjunction(shared) ?? .true
      }
      rests.append(rest)
    }
    return .and(shared + or(rests).conjuncts)
  }

  private static func not(_ operand: Expression) -> Expression {
    switch operand {
    case .not(let inner): return inner
    case .literal(.boolean(let truth), _): return truth ? .false : .true
    case .literal(.null, _): return operand
    case .compare(let operation, let left, let right):
      // NOT (x < NaN) is not x >= NaN.
      if left.type == .double, operation != .equal, operation != .notEqual { return .not(operand) }
      return .compare(operation.opposite, left, right)
    case .or(let operands): return and(operands.map(not))
    case .and(let operands): return or(operands.map(not))
    default: return .not(operand)
    }
  }

  private static func cases(
    _ branches: [Expression.Branch], _ otherwise: Expression, _ type: DataType
  ) -> Expression {
    var kept: [Expression.Branch] = []
    for branch in branches {
      let condition = simplify(branch.condition)
      switch condition.constantBoolean {
      case .some(.some(true)):
        let last = simplify(branch.result)
        return kept.isEmpty ? last : .caseWhen(kept, otherwise: last, type)
      case .some(.some(false)), .some(.none): continue
      case .none:
        kept.append(Expression.Branch(condition: condition, result: simplify(branch.result)))
      }
    }
    let last = simplify(otherwise)
    return kept.isEmpty ? last : .caseWhen(kept, otherwise: last, type)
  }
}

extension ComparisonOperator {
  /// The operator that holds where this one does not.
  var opposite: ComparisonOperator {
    switch self {
    case .equal: .notEqual
    case .notEqual: .equal
    case .less: .greaterOrEqual
    case .lessOrEqual: .greater
    case .greater: .lessOrEqual
    case .greaterOrEqual: .less
    }
  }

  /// The operator with its sides swapped.
  var mirrored: ComparisonOperator {
    switch self {
    case .equal, .notEqual: self
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    }
  }
}
