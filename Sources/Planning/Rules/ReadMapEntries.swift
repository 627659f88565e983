import Columns
import Kernels

extension Rule {
  /// Reads the one value that is asked of a map made in the query, instead of making the map.
  ///
  /// `MAP(ARRAY['a', 'b'], ARRAY[x, y])['b']` is `y`, and of `map_filter(MAP(…), f)['b']` it is `y`
  /// where `f('b', y)` holds. So are the tags of `costs` made: one column per tag becomes one map, of
  /// which most queries want one entry.
  static let readMapEntries = Rule("ReadMapEntries") { plan, _ in read(plan) }

  private static func read(_ plan: LogicalPlan) -> LogicalPlan {
    plan.mapInputs(read).mapExpressions(read)
  }

  private static func read(_ expression: Expression) -> Expression {
    let result = expression.mapChildren(read)
    guard case .call(let call) = result, ["subscript", "element_at"].contains(call.function.name),
      call.arguments.count == 2, case .expression(let map) = call.arguments[0],
      case .expression(.literal(let key, .varchar)) = call.arguments[1], !key.isNull
    else { return result }
    return entry(key, of: map, call.type) ?? result
  }

  /// What a map has under a key; nil where that cannot be told from how it is made.
  private static func entry(_ key: Value, of map: Expression, _ type: DataType) -> Expression? {
    guard case .call(let call) = map else { return nil }
    switch (call.function.name, call.arguments) {
    case ("map", let arguments) where arguments.count == 2:
      guard case .expression(let keys) = arguments[0], let position = position(of: key, in: keys),
        case .expression(.array(let values, _)) = arguments[1],
        values.count == position.count, values.allSatisfy(\.isPlain)
      else { return nil }
      guard let place = position.place else { return .literal(.null, type) }
      return values[place].type == type ? values[place] : nil
    case ("map_filter", let arguments) where arguments.count == 2:
      guard case .expression(let inner) = arguments[0],
        case .lambda(let parameters, let condition) = arguments[1], parameters.count == 2,
        let value = entry(key, of: inner, type)
      else { return nil }
      let isKept = condition.replacingColumns { column in
        if column == parameters[0] { return .literal(key, parameters[0].type) }
        return column == parameters[1] ? value : nil
      }
      return .caseWhen(
        [Expression.Branch(condition: isKept, result: value)], otherwise: .literal(.null, type),
        type)
    default: return nil
    }
  }

  /// Where a key is among constant ones, each of which is there once as making the map demands.
  private static func position(
    of key: Value, in keys: Expression
  ) -> (place: Int?, count: Int)? {
    var values: [Value] = []
    switch keys {
    case .literal(.array(let elements), _): values = elements
    case .array(let elements, _):
      for element in elements {
        guard case .literal(let value, _) = element else { return nil }
        values.append(value)
      }
    default: return nil
    }
    guard Set(values).count == values.count, !values.contains(where: \.isNull) else { return nil }
    return (values.firstIndex(of: key), values.count)
  }
}

extension Expression {
  /// Whether it can be left out or computed twice without anybody noticing.
  fileprivate var isPlain: Bool {
    switch self {
    case .column, .literal: true
    default: false
    }
  }
}
