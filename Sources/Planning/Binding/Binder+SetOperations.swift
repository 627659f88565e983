import Columns
import SQL

extension Binder {
  /// UNION, INTERSECT, EXCEPT. A chain of UNIONs becomes one operator.
  func bindSetOperation(_ body: QueryBody, _ environment: Environment, outer: Scope?) throws
    -> BoundRelation
  {
    guard case .setOperation(let operation, let isAll, let left, let right, let range) = body else {
      return try bindOperand(body, environment, outer: outer)
    }
    guard operation == .union else {
      return try bindIntersection(
        operation == .intersect ? .intersect : .except, isAll: isAll,
        try bindOperand(left, environment, outer: outer),
        try bindOperand(right, environment, outer: outer), at: range)
    }
    let relations = try Self.operands(of: left, right, isAll: isAll).map {
      try bindOperand($0, environment, outer: outer)
    }
    let all = try unionAll(relations, at: range)
    return isAll ? all : distinct(all)
  }

  /// The operands of nested UNIONs as a list, so that a thousand do not nest a thousand deep: a
  /// distinct union absorbs every union inside it, UNION ALL only others like it.
  private static func operands(of left: QueryBody, _ right: QueryBody, isAll: Bool) -> [QueryBody] {
    var pending = [right, left]
    var result: [QueryBody] = []
    while let body = pending.popLast() {
      guard case .setOperation(.union, let innerAll, let left, let right, _) = body,
        innerAll || !isAll
      else {
        result.append(body)
        continue
      }
      pending.append(right)
      pending.append(left)
    }
    return result
  }

  /// UNION ALL of relations with equally many columns of fitting types; names are the first one's.
  func unionAll(_ relations: [BoundRelation], at range: SourceRange) throws -> BoundRelation {
    let types = try commonTypes(of: relations, operation: "UNION", at: range)
    let converted = relations.map { coerce($0, to: types) }
    let outputs = zip(relations[0].columns, types).map { newColumn($0.name, $1.type) }
    return BoundRelation(
      plan: .unionAll(
        converted.map(\.plan), outputs: outputs,
        inputs: converted.map { $0.columns.map(\.reference) }),
      columns: zip(relations[0].columns, outputs).map {
        ResultColumn(name: $0.name, reference: $1)
      })
  }

  private func bindIntersection(
    _ kind: SetOperation.Kind, isAll: Bool, _ left: BoundRelation, _ right: BoundRelation,
    at range: SourceRange
  ) throws -> BoundRelation {
    let name = kind == .intersect ? "INTERSECT" : "EXCEPT"
    let types = try commonTypes(of: [left, right], operation: name, at: range)
    let sides = [left, right].map { coerce($0, to: types) }
    let outputs = zip(left.columns, types).map { newColumn($0.name, $1.type) }
    return BoundRelation(
      plan: .setOperation(
        SetOperation(
          kind: kind, isAll: isAll, left: sides[0].plan, right: sides[1].plan, outputs: outputs,
          leftInputs: sides[0].columns.map(\.reference),
          rightInputs: sides[1].columns.map(\.reference))),
      columns: zip(left.columns, outputs).map { ResultColumn(name: $0.name, reference: $1) })
  }

  /// Each distinct row once.
  func distinct(_ relation: BoundRelation) -> BoundRelation {
    var seen: Set<ColumnReference> = []
    let keys = relation.columns.map(\.reference).filter { seen.insert($0).inserted }
    return BoundRelation(
      plan: .aggregate(
        relation.plan,
        Aggregation(
          keys: keys.map { Projection(output: $0, expression: .column($0)) }, aggregates: [])),
      columns: relation.columns)
  }

  private func commonTypes(
    of relations: [BoundRelation], operation: String, at range: SourceRange
  ) throws -> [FixedLengths.Common] {
    let count = relations[0].columns.count
    if let other = relations.first(where: { $0.columns.count != count }) {
      throw SQLError(
        "\(operation) needs equally many columns on both sides: found \(count) and "
          + "\(other.columns.count)", at: range)
    }
    return try (0..<count).map { position in
      do throws(FixedLengths.Misfit) {
        return try FixedLengths.commonResult(of: relations.map { $0.expression(position) })
      } catch {
        let other = relations[error.position].columns[position].reference.type
        throw SQLError(
          "column \(position + 1) of \(operation) is \(error.type) on one side and \(other) on the "
            + "other; write a CAST", at: range)
      }
    }
  }

  /// The relation with its columns converted.
  func coerce(_ relation: BoundRelation, to types: [DataType]) -> BoundRelation {
    coerce(relation, to: types.map { FixedLengths.Common(type: $0) })
  }

  private func coerce(_ relation: BoundRelation, to types: [FixedLengths.Common])
    -> BoundRelation
  {
    guard
      zip(relation.columns, types).contains(where: { $0.reference.type != $1.type || $1.isTrimmed })
    else { return relation }
    var projections: [Projection] = []
    var seen: Set<ColumnReference> = []
    let columns = zip(relation.columns, types).map { column, common -> ResultColumn in
      let source = Expression.column(column.reference)
      guard column.reference.type != common.type || common.isTrimmed else {
        if seen.insert(column.reference).inserted {
          projections.append(Projection(output: column.reference, expression: source))
        }
        return column
      }
      let output = newColumn(column.name, common.type)
      projections.append(Projection(output: output, expression: common.converted(source)))
      return ResultColumn(name: column.name, reference: output)
    }
    return BoundRelation(plan: .project(relation.plan, projections), columns: columns)
  }
}

extension BoundRelation {
  /// What a column is: the constant that it was selected as, or itself.
  fileprivate func expression(_ position: Int) -> Expression {
    let reference = columns[position].reference
    if case .project(_, let projections) = plan,
      let found = projections.first(where: { $0.output == reference }),
      case .literal(_, .varchar) = found.expression
    {
      return found.expression
    }
    return .column(reference)
  }
}
