import Columns

/// Functions that call a lambda: once for all entries of a batch, not once an entry.
enum LambdaFunctions {
  private static let array = ParameterType.array(.variable("T"))
  private static let map = ParameterType.map(.variable("K"), .variable("V"))
  private static let predicate = ParameterType.lambda([.variable("T")], .exactly(.boolean))

  static let all: [ScalarFunction] = [
    ScalarFunction(
      "transform", summary: "The array of a lambda's results over the elements.",
      overloads: [
        FunctionOverload(
          [array, .lambda([.variable("T")], .variable("U"))], result: { .array($0[1]) }
        ) { arguments, _ in
          let list = ArrayRows(arguments[0])
          let results = try arguments[1].call([list.elements], list.rows.outerRows)
          return Column(
            .array(results.type), .array(ListVector(offsets: list.rows.offsets, elements: results)),
            list.rows.validity)
        }
      ]),
    ScalarFunction(
      "filter", summary: "The elements for which a lambda is true.",
      overloads: [
        FunctionOverload([array, predicate], result: { $0[0] }) { arguments, _ in
          let list = ArrayRows(arguments[0])
          let keep = try arguments[1].call([list.elements], list.rows.outerRows)
          let (offsets, entries) = list.rows.filtered(keep)
          return Column(
            arguments[0].columnOrEmpty.type,
            .array(ListVector(offsets: offsets, elements: list.elements.selected(entries))),
            list.rows.validity)
        }
      ]),
    match(
      "any_match", "Whether a lambda is true for any element.", decisive: true, isNegated: false),
    match(
      "all_match", "Whether a lambda is true for every element.", decisive: false, isNegated: false),
    match(
      "none_match", "Whether a lambda is true for no element.", decisive: true, isNegated: true),
    ScalarFunction(
      "reduce", summary: "A state carried over the elements by a lambda, finished by another.",
      overloads: [
        FunctionOverload(
          [
            array, .variable("S"), .lambda([.variable("S"), .variable("T")], .variable("S")),
            .lambda([.variable("S")], .variable("R")),
          ], result: { $0[3] }, body: reduce)
      ]),
    ScalarFunction(
      "array_sort", summary: "The elements in order, NULL last, or by a comparing lambda.",
      overloads: [
        .values([.array(.orderable("T"))], result: { $0[0] }) { arguments, _ in
          .array(
            try arguments[0].elements.sorted {
              try NestedOrder.check($0, $1)
              return Ordering.compare($0, $1) < 0
            })
        },
        FunctionOverload(
          [array, .lambda([.variable("T"), .variable("T")], .exactly(.bigint))], result: { $0[0] },
          body: sortByLambda),
      ]),
    ScalarFunction(
      "zip_with", summary: "The array of a lambda's results over two arrays' elements.",
      overloads: [
        FunctionOverload(
          [
            array, .array(.variable("U")),
            .lambda([.variable("T"), .variable("U")], .variable("R")),
          ],
          result: { .array($0[2]) }, body: zipWith)
      ]),
    ScalarFunction(
      "map_filter", summary: "The entries for which a lambda is true.",
      overloads: [
        FunctionOverload(
          [map, .lambda([.variable("K"), .variable("V")], .exactly(.boolean))], result: { $0[0] }
        ) { arguments, _ in
          let entries = MapRows(arguments[0])
          let keep = try arguments[1].call([entries.keys, entries.values], entries.rows.outerRows)
          let (offsets, selection) = entries.rows.filtered(keep)
          return Column(
            arguments[0].columnOrEmpty.type,
            .map(
              MapVector(
                offsets: offsets, keys: entries.keys.selected(selection),
                values: entries.values.selected(selection))), entries.rows.validity)
        }
      ]),
    ScalarFunction(
      "transform_values", summary: "The map with a lambda's results as values.",
      overloads: [
        FunctionOverload(
          [map, .lambda([.variable("K"), .variable("V")], .variable("U"))],
          result: { .map(key: $0[0].keyType, value: $0[1]) }
        ) { arguments, _ in
          let entries = MapRows(arguments[0])
          let results = try arguments[1].call(
            [entries.keys, entries.values], entries.rows.outerRows)
          return Column(
            .map(key: arguments[0].columnOrEmpty.type.keyType, value: results.type),
            .map(MapVector(offsets: entries.rows.offsets, keys: entries.keys, values: results)),
            entries.rows.validity)
        }
      ]),
    ScalarFunction(
      "transform_keys", summary: "The map with a lambda's results as keys.",
      overloads: [
        FunctionOverload(
          [map, .lambda([.variable("K"), .variable("V")], .variable("U"))],
          result: { .map(key: $0[1], value: $0[0].valueType) }
        ) { arguments, _ in
          let entries = MapRows(arguments[0])
          let keys = try arguments[1].call([entries.keys, entries.values], entries.rows.outerRows)
          for row in 0..<entries.rows.count {
            _ = try MapFunctions.checked(
              entries.rows.range(row).map { MapEntry(key: keys.value($0), value: .null) }, keys.type
            )
          }
          return Column(
            .map(key: keys.type, value: arguments[0].columnOrEmpty.type.valueType),
            .map(MapVector(offsets: entries.rows.offsets, keys: keys, values: entries.values)),
            entries.rows.validity)
        }
      ]),
    ScalarFunction(
      "map_zip_with", summary: "A lambda's results over the keys of two maps and both values.",
      overloads: [
        FunctionOverload(
          [
            map, .map(.variable("K"), .variable("W")),
            .lambda([.variable("K"), .variable("V"), .variable("W")], .variable("R")),
          ], result: { .map(key: $0[0].keyType, value: $0[2]) }, body: mapZipWith)
      ]),
  ]

  /// Three-valued: one decisive answer settles it, a NULL leaves it open.
  private static func match(_ name: String, _ summary: String, decisive: Bool, isNegated: Bool)
    -> ScalarFunction
  {
    ScalarFunction(
      name, summary: summary,
      overloads: [
        FunctionOverload([array, predicate], result: { _ in .boolean }) { arguments, _ in
          let list = ArrayRows(arguments[0])
          let answers = try arguments[1].call([list.elements], list.rows.outerRows)
          let results = (0..<list.rows.count).map { row -> Value in
            guard list.rows.validity.isPresent(row) else { return .null }
            let found = list.rows.range(row).map { answers.value($0).boolean }
            if found.contains(decisive) { return .boolean(decisive != isNegated) }
            return found.contains(nil) ? .null : .boolean(decisive == isNegated)
          }
          return Column(.boolean, values: results)
        }
      ])
  }

  /// All rows take their first step together, then those that have a second element, and so on.
  @Sendable
  private static func reduce(_ arguments: [Argument], _ context: EvaluationContext) throws
    -> Column
  {
    let list = ArrayRows(arguments[0])
    var state = arguments[1].columnOrEmpty
    let type = state.type
    var step = 0
    while true {
      let rows = (0..<list.rows.count).filter { list.rows.range($0).count > step }
      if rows.isEmpty { break }
      let selection = Selection(rows.map(UInt32.init))
      let elements = list.elements.selected(
        Selection(rows.map { UInt32(list.rows.range($0).lowerBound + step) }))
      let next = try arguments[2].call([state.selected(selection), elements], selection.rows)
      var sources = (0..<UInt32(list.rows.count)).map { $0 }
      for (position, row) in rows.enumerated() {
        sources[row] = UInt32(list.rows.count + position)
      }
      state = Column.concatenated([state.flattened(), next.flattened()], type: type)
        .selected(Selection(sources))
      step += 1
    }
    let results = try arguments[3].call([state], Array(0..<UInt32(list.rows.count)))
    return results.selected(
      orNull: (0..<Int32(list.rows.count)).map { list.rows.validity.isPresent(Int($0)) ? $0 : -1 })
  }

  /// Merge sort, one call of the lambda per comparison.
  @Sendable
  private static func sortByLambda(_ arguments: [Argument], _ context: EvaluationContext) throws
    -> Column
  {
    let list = ArrayRows(arguments[0])
    var order: [UInt32] = []
    for row in 0..<list.rows.count {
      var entries = list.rows.range(row).map(UInt32.init)
      var failure: (any Error)?
      entries.sort { a, b in
        guard failure == nil else { return false }
        do {
          let pair = [Selection([a]), Selection([b])].map { list.elements.selected($0) }
          let order = try arguments[1].call(pair, [UInt32(row)]).value(0).int64
          guard let order, (-1...1).contains(order) else {
            let found = order.map(String.init) ?? "NULL"
            throw EvaluationError("expected -1, 0 or 1 of the comparing lambda, found \(found)")
          }
          return order < 0
        } catch {
          failure = error
          return false
        }
      }
      if let failure { throw failure }
      order += entries
    }
    return Column(
      arguments[0].columnOrEmpty.type,
      .array(
        ListVector(
          offsets: list.rows.offsets, elements: list.elements.selected(Selection(order)))),
      list.rows.validity)
  }

  @Sendable
  private static func zipWith(_ arguments: [Argument], _ context: EvaluationContext) throws
    -> Column
  {
    let left = ArrayRows(arguments[0])
    let right = ArrayRows(arguments[1])
    let validity = left.rows.validity.intersection(right.rows.validity)
    var offsets: [Int32] = [0]
    var outerRows: [UInt32] = []
    var first: [Int32] = []
    var second: [Int32] = []
    for row in 0..<left.rows.count {
      if validity.isPresent(row) {
        let a = left.rows.range(row)
        let b = right.rows.range(row)
        for position in 0..<max(a.count, b.count) {
          outerRows.append(UInt32(row))
          first.append(position < a.count ? Int32(a.lowerBound + position) : -1)
          second.append(position < b.count ? Int32(b.lowerBound + position) : -1)
        }
      }
      offsets.append(Int32(outerRows.count))
    }
    let results = try arguments[2].call(
      [left.elements.selected(orNull: first), right.elements.selected(orNull: second)], outerRows)
    return Column(
      .array(results.type), .array(ListVector(offsets: offsets, elements: results)), validity)
  }

  @Sendable
  private static func mapZipWith(_ arguments: [Argument], _ context: EvaluationContext) throws
    -> Column
  {
    let types = arguments.prefix(2).map(\.columnOrEmpty.type)
    let maps = arguments.prefix(2).map { CallReader<Value>($0) }
    var offsets: [Int32] = [0]
    var outerRows: [UInt32] = []
    var keys = ColumnBuilder(types[0].keyType)
    var values = [ColumnBuilder(types[0].valueType), ColumnBuilder(types[1].valueType)]
    var mask: [Bool] = []
    for row in 0..<context.rowCount {
      mask.append(maps.allSatisfy { $0.isPresent(row) })
      if mask[row] {
        let entries = maps.map { map in
          Dictionary(
            map[row].entries.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        }
        let all = ArrayFunctions.distinct(maps.flatMap { $0[row].entries.map(\.key) })
        for key in all {
          keys.append(key)
          for side in 0..<2 { values[side].append(entries[side][key] ?? .null) }
          outerRows.append(UInt32(row))
        }
      }
      offsets.append(Int32(outerRows.count))
    }
    let keyColumn = keys.finish()
    let results = try arguments[2].call(
      [keyColumn, values[0].finish(), values[1].finish()], outerRows)
    return Column(
      .map(key: keyColumn.type, value: results.type),
      .map(MapVector(offsets: offsets, keys: keyColumn, values: results)), Validity(checking: mask))
  }
}

extension Argument {
  /// Calls the lambda.
  ///
  /// - Throws: what the lambda throws.
  func call(_ parameters: [Column], _ outerRows: [UInt32]) throws -> Column {
    switch self {
    case .lambda(let body): try body.evaluate(parameters, outerRows)
    case .column(let column): column.selected(Selection(outerRows))
    }
  }
}
