import Columns
import SQL

/// The functions that need OVER.
enum WindowFunctions {
  static let names = [
    "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead",
    "first_value", "last_value", "nth_value",
  ]

  static func named(_ name: String) -> WindowFunction? {
    switch name {
    case "row_number": .rowNumber
    case "rank": .rank
    case "dense_rank": .denseRank
    case "percent_rank": .percentRank
    case "cume_dist": .cumeDist
    case "ntile": .ntile
    case "lag": .lag
    case "lead": .lead
    case "first_value": .firstValue
    case "last_value": .lastValue
    case "nth_value": .nthValue
    default: nil
    }
  }
}

extension ExpressionBinder {
  func bindWindow(
    _ call: FunctionCallSyntax, _ name: String, _ over: WindowReference, at range: SourceRange
  ) throws -> Expression {
    guard let windows else {
      throw SQLError(
        clause == .window
          ? "window functions cannot be nested; use a query around this one"
          : "\(clause.rawValue) cannot contain a window function; filter in a query around this one",
        at: range)
    }
    guard call.orderBy.isEmpty else {
      throw SQLError(
        "ORDER BY inside a window function is not supported; write it in OVER (…)", at: range)
    }
    // Inside, aggregates of the grouped rows are allowed: sum(sum(x)) OVER ().
    let inner = ExpressionBinder(
      binder, scope, clause: .window, aggregates: aggregates, subqueries: subqueries)
    inner.outputs = outputs
    let window = try windows.resolve(over)
    let partitionBy = try window.partitionBy.map { try inner.bind($0) }
    var orderBy = try window.orderBy.map { try binder.sortKey(try inner.bind($0.expression), $0) }
    let (function, arguments, type) = try inner.windowFunction(call, name, at: range)
    switch function {
    case .lag, .lead:
      guard !orderBy.isEmpty else {
        throw SQLError(
          "'\(name)' needs ORDER BY in OVER (…), which says what is before a row", at: range)
      }
    case .aggregate where call.ignoresNulls: throw Self.treatsNulls(name, at: range)
    default: break
    }
    var offsets: [Expression] = []
    let frame = try inner.frame(window.frame, &orderBy, &offsets, at: range)
    var computation = WindowComputation(
      output: binder.newColumn(name, type), function: function, arguments: arguments + offsets,
      partitionBy: partitionBy, orderBy: orderBy, frame: frame, ignoresNulls: call.ignoresNulls,
      filter: try call.filter.map { try inner.bindCondition($0) })
    if call.isDistinct {
      guard case .aggregate = function, case .unboundedPreceding = frame.start else {
        throw SQLError(
          "DISTINCT in a window is for aggregates over frames that begin with the partition",
          at: range)
      }
      computation.isDistinct = true
    }
    windows.computations.append(computation)
    return .column(computation.output)
  }

  /// IGNORE NULLS behind what is no window function.
  static func treatsNulls(_ name: String, at range: SourceRange) -> SQLError {
    SQLError(
      "IGNORE NULLS goes with lag, lead, first_value, last_value and nth_value, not with '\(name)'; "
        + "write FILTER (WHERE … IS NOT NULL)", at: range)
  }

  private func windowFunction(
    _ call: FunctionCallSyntax, _ name: String, at range: SourceRange
  ) throws -> (WindowFunction, [Expression], DataType) {
    guard let function = WindowFunctions.named(name) else {
      guard let aggregate = functions.aggregate(name) else {
        throw SQLError(
          "no window function or aggregate named '\(name)'"
            + Spelling.hint(for: name, among: WindowFunctions.names + functions.aggregateNames),
          at: call.name.range)
      }
      let resolved = try resolveAggregate(aggregate, call, at: range)
      return (.aggregate(aggregate, overload: resolved.overload), resolved.arguments, resolved.type)
    }
    let arguments = try call.arguments.map { try bind($0) }
    func expect(_ counts: ClosedRange<Int>, _ form: String) throws {
      guard counts.contains(arguments.count) else {
        throw SQLError("expected \(form), found \(arguments.count) arguments", at: range)
      }
    }
    func count(_ position: Int) throws -> Expression {
      guard TypeCoercion.canCoerce(arguments[position].type, to: .bigint) else {
        throw SQLError(
          "expected a whole number, found \(arguments[position].type)",
          at: call.arguments[position].range)
      }
      return arguments[position].coerced(to: .bigint)
    }
    switch function {
    case .rowNumber, .rank, .denseRank:
      try expect(0...0, "\(name)()")
      return (function, [], .bigint)
    case .percentRank, .cumeDist:
      try expect(0...0, "\(name)()")
      return (function, [], .double)
    case .ntile:
      try expect(1...1, "ntile(buckets)")
      return (function, [try count(0)], .bigint)
    case .firstValue, .lastValue:
      try expect(1...1, "\(name)(value)")
      return (function, arguments, arguments[0].type)
    case .nthValue:
      try expect(2...2, "nth_value(value, position)")
      return (function, [arguments[0], try count(1)], arguments[0].type)
    case .lag, .lead:
      try expect(1...3, "\(name)(value, offset, default)")
      let offset = arguments.count > 1 ? try count(1) : .literal(.int64(1), .bigint)
      guard arguments.count > 2 else {
        return (
          function, [arguments[0], offset, .literal(.null, arguments[0].type)], arguments[0].type
        )
      }
      let values = try unified(
        [arguments[0], arguments[2]], [call.arguments[0], call.arguments[2]],
        what: "the value and the default of \(name)")
      return (function, [values[0], offset, values[1]], values[0].type)
    case .aggregate: preconditionFailure("aggregates are resolved by name")
    }
  }

  private func frame(
    _ syntax: FrameSyntax?, _ orderBy: inout [SortKey], _ offsets: inout [Expression],
    at range: SourceRange
  ) throws -> WindowFrame {
    guard let syntax else {
      return WindowFrame(
        unit: .range, start: .unboundedPreceding,
        end: orderBy.isEmpty ? .unboundedFollowing : .currentRow)
    }
    let unit: WindowFrame.Unit =
      switch syntax.unit {
      case .rows: .rows
      case .range: .range
      case .groups: .groups
      }
    let distances = try [syntax.start, syntax.end].map { bound -> Expression? in
      switch bound {
      case .preceding(let distance), .following(let distance): try bind(distance)
      case .unboundedPreceding, .currentRow, .unboundedFollowing: nil
      }
    }
    if unit == .range { orderBy = Self.widened(orderBy, for: distances) }
    let start = try bound(syntax.start, distances[0], unit, orderBy, &offsets)
    let end = try bound(syntax.end, distances[1], unit, orderBy, &offsets)
    if case .unboundedFollowing = start {
      throw SQLError("a window frame cannot start at UNBOUNDED FOLLOWING", at: range)
    }
    if case .unboundedPreceding = end {
      throw SQLError("a window frame cannot end at UNBOUNDED PRECEDING", at: range)
    }
    switch (start, end) {
    case (.following, .preceding), (.following, .precedingBy), (.following, .currentRow),
      (.followingBy, .preceding), (.followingBy, .precedingBy), (.followingBy, .currentRow),
      (.currentRow, .preceding), (.currentRow, .precedingBy):
      throw SQLError("a window frame cannot end before it starts", at: range)
    default: return WindowFrame(unit: unit, start: start, end: end)
    }
  }

  /// The key of RANGE as a number of the type that holds its sums with the offsets: over whole numbers,
  /// 0.5 must not become 1.
  private static func widened(_ orderBy: [SortKey], for distances: [Expression?]) -> [SortKey] {
    guard orderBy.count == 1, let key = orderBy.first, key.expression.type.isNumeric else {
      return orderBy
    }
    let types = distances.compactMap { $0?.type }.filter(\.isNumeric)
    let type = types.reduce(key.expression.type) { TypeCoercion.common($0, $1) ?? $0 }
    return [key.mapExpression { $0.coerced(to: type) }]
  }

  private func bound(
    _ syntax: FrameBoundSyntax, _ distance: Expression?, _ unit: WindowFrame.Unit,
    _ orderBy: [SortKey], _ offsets: inout [Expression]
  ) throws -> WindowFrame.Bound {
    guard let distance else {
      switch syntax {
      case .unboundedPreceding: return .unboundedPreceding
      case .unboundedFollowing: return .unboundedFollowing
      case .currentRow, .preceding, .following: return .currentRow
      }
    }
    let isPreceding: Bool
    let range: SourceRange
    switch syntax {
    case .preceding(let written): (isPreceding, range) = (true, written.range)
    case .following(let written): (isPreceding, range) = (false, written.range)
    case .unboundedPreceding, .currentRow, .unboundedFollowing: return .currentRow
    }
    let offset = try frameOffset(distance, unit, orderBy, at: range)
    if let constant = try constant(offset, at: range) {
      return isPreceding ? .preceding(constant, offset.type) : .following(constant, offset.type)
    }
    offsets.append(offset)
    return isPreceding ? .precedingBy(offset.type) : .followingBy(offset.type)
  }

  /// The value of an offset that is the same for all rows.
  ///
  /// - Throws: `SQLError` for one that no frame can have.
  private func constant(_ offset: Expression, at range: SourceRange) throws -> Value? {
    guard offset.columns.isEmpty, offset.isDeterministic else { return nil }
    let value = try binder.value(of: offset, at: range)
    guard !value.isNull else {
      throw SQLError("the offset of a window frame must not be NULL", at: range)
    }
    return value
  }

  /// An offset, of the type that the frame adds to places or to the key.
  private func frameOffset(
    _ offset: Expression, _ unit: WindowFrame.Unit, _ orderBy: [SortKey], at range: SourceRange
  ) throws -> Expression {
    guard unit == .range else {
      let isNegative =
        if case .literal(.int64(let count), _) = offset { count < 0 } else { false }
      guard offset.type.isInteger, !isNegative else {
        throw SQLError("a frame of rows takes a whole number of zero or more", at: range)
      }
      return offset.coerced(to: .bigint)
    }
    guard orderBy.count == 1, let key = orderBy.first?.expression.type else {
      throw SQLError("RANGE with an offset needs exactly one ORDER BY key", at: range)
    }
    switch key {
    case .date, .timestamp:
      guard offset.type.isInterval else {
        throw SQLError(
          "RANGE over \(key) takes an interval such as INTERVAL '7' DAY", at: range)
      }
      return offset
    default:
      guard key.isNumeric, offset.type.isNumeric else {
        throw SQLError("RANGE over \(key) cannot take \(offset.type)", at: range)
      }
      return offset.coerced(to: key)
    }
  }
}
