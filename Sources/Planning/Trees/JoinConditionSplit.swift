import Columns
import SQL

/// The conditions of a join, told apart: equalities of an expression over the left side and one over
/// the right, and the rest.
struct JoinConditionSplit {
  var equalities: [Join.Equality] = []
  var rest: [Expression] = []

  init(_ conjuncts: [Expression], left: Set<ColumnReference>, right: Set<ColumnReference>) {
    for conjunct in conjuncts {
      guard case .compare(.equal, let a, let b) = conjunct, a.isDeterministic, b.isDeterministic
      else {
        rest.append(conjunct)
        continue
      }
      let (columnsOfA, columnsOfB) = (a.columns, b.columns)
      if columnsOfA.isEmpty || columnsOfB.isEmpty {
        rest.append(conjunct)
      } else if columnsOfA.isSubset(of: left), columnsOfB.isSubset(of: right) {
        equalities.append(Join.Equality(left: a, right: b))
      } else if columnsOfB.isSubset(of: left), columnsOfA.isSubset(of: right) {
        equalities.append(Join.Equality(left: b, right: a))
      } else {
        rest.append(conjunct)
      }
    }
  }
}
