import Columns
import Kernels

extension Rule {
  /// Reads the one value that is asked of a map made in the query, instead of making the map.
  ///
  /// `MAP(ARRAY['a', 'b'], ARRAY[x, y])['b']` is `y`, and of `map_filter(MAP(…), f)['b']` it is `y`
  /// where `f('b', y)` holds. So are the tags of `costs` made: one column per tag becomes one map, of
  /// which most queries want one entry. Where the keys of a stored map lose a prefix by
  /// `transform_keys`, the entries that may come to have the key are asked for instead.
  static let readMapEntries = Rule("ReadMapEntries") { plan, context in
    MapEntryReader(context).read(plan)
  }
}

private struct MapEntryReader {
  private let context: RuleContext

  init(_ context: RuleContext) {
    self.context = context
  }

  func read(_ plan: LogicalPlan) -> LogicalPlan {
    plan.mapInputs(read).mapExpressions(read)
  }

  private func read(_ expression: Expression) -> Expression {
    let result = expression.mapChildren(read)
    guard case .call(let call) = result, call.isMapEntry,
      case .expression(let map) = call.arguments[0],
      case .expression(.literal(let key, _)) = call.arguments[1]
    else { return result }
    return entry(key, of: map, call) ?? result
  }

  /// What a map has under a key; nil where that cannot be told from how it is made.
  ///
  /// - Parameter access: the call that asks for an entry.
  private func entry(_ key: Value, of map: Expression, _ access: FunctionCall) -> Expression? {
    guard case .call(let call) = map else { return nil }
    let type = access.type
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
        let value = entry(key, of: inner, access)
      else { return nil }
      let isKept = condition.replacingColumns { column in
        if column == parameters[0] { return .literal(key, parameters[0].type) }
        return column == parameters[1] ? value : nil
      }
      return .caseWhen(
        [Expression.Branch(condition: isKept, result: value)], otherwise: .literal(.null, type),
        type)
    case ("transform_keys", let arguments) where arguments.count == 2:
      guard case .expression(let inner) = arguments[0],
        case .lambda(let parameters, let body) = arguments[1], let name = parameters.first,
        let keys = keys(before: key, name, body), !keys.isEmpty
      else { return nil }
      let entries = keys.map { key -> Expression in
        entry(key, of: inner, access)
          ?? .call(
            FunctionCall(
              function: access.function, overload: access.overload,
              arguments: [.expression(inner), .expression(.literal(key, .varchar))], type: type))
      }
      return entries.count == 1 ? entries[0] : .coalesce(entries, type)
    default: return nil
    }
  }

  /// The keys that become a key where `k -> regexp_replace(k, '^(a|b)', '')` takes a prefix away.
  private func keys(before key: Value, _ name: ColumnReference, _ body: Expression) -> [Value]? {
    guard case .call(let call) = body, call.function.name == "regexp_replace",
      call.arguments.count == 3, call.arguments[0] == .expression(.column(name)),
      case .expression(.literal(let patternValue, _)) = call.arguments[1],
      case .expression(.literal(.bytes([]), _)) = call.arguments[2],
      let pattern = patternValue.string, pattern.hasPrefix("^("), pattern.hasSuffix(")"),
      let wanted = key.string
    else { return nil }
    let prefixes = pattern.dropFirst(2).dropLast().split(
      separator: "|", omittingEmptySubsequences: false)
    let isPlain = prefixes.allSatisfy { prefix in
      !prefix.isEmpty
        && prefix.utf8.allSatisfy { byte in
          switch byte {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ":"),
            UInt8(ascii: "/"), UInt8(ascii: "-"):
            true
          default: false
          }
        }
    }
    guard isPlain else { return nil }
    // A prefix may hide another one, so each candidate is tried.
    return (prefixes.map { Value.text($0 + wanted) } + [key]).filter { candidate in
      let literal = Expression.literal(candidate, .varchar)
      let result = try? context.evaluate(
        body.replacingColumns { $0 == name ? literal : nil })
      return result == key
    }
  }

  /// Where a key is among constant ones, each of which is there once as making the map demands.
  private func position(
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
