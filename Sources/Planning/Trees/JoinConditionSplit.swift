import Columns
import SQL

/// The conditions of a join, told apart: equalities of an expression over the left side and one over
/// the right, and the rest.
struct JoinConditionSplit {
  var equalities: [Join.Equality] = []
  var rest: [Expression] = []

  init(_ conjuncts: [Expression], left: Set<ColumnReference>, right: Set<ColumnReference>) {
    for conjunct in conjuncts {
      guard let equality = Join.Equality(conjunct), equality.left.isDeterministic,
        equality.right.isDeterministic
      else {
        rest.append(conjunct)
        continue
      }
      let (columnsOfA, columnsOfB) = (equality.left.columns, equality.right.columns)
      if columnsOfA.isEmpty || columnsOfB.isEmpty {
        rest.append(conjunct)
      } else if columnsOfA.isSubset(of: left), columnsOfB.isSubset(of: right) {
        equalities.append(equality)
      } else if columnsOfB.isSubset(of: left), columnsOfA.isSubset(of: right) {
        equalities.append(equality.swapped)
      } else {
        rest.append(conjunct)
      }
    }
  }
}

extension Join.Equality {
  /// The equality that a condition is, if it is one.
  init?(_ condition: Expression) {
    switch condition {
    case .compare(.equal, let left, let right): self.init(left: left, right: right)
    case .not(.isDistinct(let left, let right)):
      self.init(left: left, right: right, isNullSafe: true)
    default: return nil
    }
  }
}
