import Columns

/// Functions over arrays; elements are the same when GROUP BY would put them in one group, so that
/// NULL counts as an element among others in sets.
enum ArrayFunctions {
  private static let array = ParameterType.array(.variable("T"))

  static let all: [ScalarFunction] = [
    ScalarFunction(
      "cardinality", summary: "How many elements an array, or entries a map, has.",
      overloads: [
        FunctionOverload([array], result: { _ in .bigint }) { arguments, context in
          let column = arguments[0].columnOrEmpty.flattened()
          guard case .flat(.array(let list), _) = column.form, column.count == context.rowCount
          else { return Column(.bigint, constant: .null, count: context.rowCount) }
          return counts(list.offsets, column)
        },
        FunctionOverload([.map(.variable("K"), .variable("V"))], result: { _ in .bigint }) {
          arguments, context in
          let column = arguments[0].columnOrEmpty.flattened()
          guard case .flat(.map(let map), _) = column.form, column.count == context.rowCount else {
            return Column(.bigint, constant: .null, count: context.rowCount)
          }
          return counts(map.offsets, column)
        },
      ] + SketchFunctions.cardinalities),
    ScalarFunction(
      "contains",
      summary:
        "Whether an array holds a value, NULL if only a NULL could be it; or a network an address.",
      overloads: [
        FunctionOverload([array, .variable("T")], result: { _ in .boolean }, body: contains),
        NetworkFunctions.contains,
      ]
    ),
    ScalarFunction(
      "array_position", summary: "The position, from 1, of the first equal element, or 0.",
      overloads: [
        .values([array, .variable("T")], result: { _ in .bigint }) { arguments, _ in
          let position = try arguments[0].elements.firstIndex { try same($0, arguments[1]) }
          return .int64(Int64(position.map { $0 + 1 } ?? 0))
        }
      ]),
    ScalarFunction(
      "array_remove", summary: "The array without the elements equal to a value.",
      overloads: [
        .values([array, .variable("T")], result: { $0[0] }) { arguments, _ in
          .array(try arguments[0].elements.filter { try !same($0, arguments[1]) })
        }
      ]),
    ScalarFunction(
      "array_distinct", summary: "The array without repeated elements.",
      overloads: [
        .values([array], result: { $0[0] }) { arguments, _ in
          .array(distinct(arguments[0].elements))
        }
      ]),
    sets("array_union", "The distinct elements of two arrays.") { a, b in distinct(a + b) },
    sets("array_intersect", "The distinct elements that two arrays share.") { a, b in
      let other = Set(b.map(SetKey.init))
      return distinct(a).filter { other.contains(SetKey($0)) }
    },
    sets("array_except", "The distinct elements of the first array that the second lacks.") {
      a, b in
      let other = Set(b.map(SetKey.init))
      return distinct(a).filter { !other.contains(SetKey($0)) }
    },
    ScalarFunction(
      "arrays_overlap", summary: "Whether two arrays share an element; NULL if a NULL could be it.",
      overloads: [
        .values([array, array], result: { _ in .boolean }) { arguments, _ in
          let left = arguments[0].elements
          let right = arguments[1].elements
          let other = Set(right.filter { !$0.isNull }.map(SetKey.init))
          if left.contains(where: { !$0.isNull && other.contains(SetKey($0)) }) {
            return .boolean(true)
          }
          let isOpen =
            (left.contains(.null) && !right.isEmpty) || (right.contains(.null) && !left.isEmpty)
          return isOpen ? .null : .boolean(false)
        }
      ]),
    extreme("array_max", "The largest element; NULL if any is NULL.") { $0 > 0 },
    extreme("array_min", "The smallest element; NULL if any is NULL.") { $0 < 0 },
    ScalarFunction(
      "array_join", summary: "Elements as text between delimiters, NULL ones left out or replaced.",
      overloads: [
        joined([array, .exactly(.varchar)]),
        joined([array, .exactly(.varchar), .exactly(.varchar)]),
      ]),
    ScalarFunction(
      "flatten", summary: "An array of arrays as one array.",
      overloads: [
        .values([.array(array)], result: { $0[0].elementType }) { arguments, _ in
          .array(arguments[0].elements.flatMap(\.elements))
        }
      ]),
    ScalarFunction(
      "slice", summary: "Elements from a position (negative: from the end), of a length.",
      overloads: [
        .values([array, .exactly(.bigint), .exactly(.bigint)], result: { $0[0] }) { arguments, _ in
          let elements = arguments[0].elements
          let start = arguments[1].int64 ?? 0
          let length = arguments[2].int64 ?? 0
          guard start != 0 else { throw EvaluationError("array subscripts start at 1") }
          guard length >= 0 else {
            throw EvaluationError("expected a length of 0 or more, found \(length)")
          }
          let first = start > 0 ? start - 1 : Int64(elements.count) + max(start, -Int64.max)
          guard first >= 0, first < Int64(elements.count) else { return .array([]) }
          return .array(Array(elements[Int(first)...].prefix(Int(clamping: length))))
        }
      ]),
    ScalarFunction(
      "trim_array", summary: "The array without its last elements, so many of them.",
      overloads: [
        .values([array, .exactly(.bigint)], result: { $0[0] }) { arguments, _ in
          let elements = arguments[0].elements
          let count = arguments[1].int64 ?? 0
          guard (0...Int64(elements.count)).contains(count) else {
            throw EvaluationError("cannot drop \(count) of \(elements.count) elements")
          }
          return .array(elements.dropLast(Int(count)))
        }
      ]),
    ScalarFunction(
      "repeat", summary: "An array of one value so many times.",
      overloads: [
        FunctionOverload([.variable("T"), .exactly(.bigint)], result: { .array($0[0]) }) {
          arguments, context in
          let values = arguments[0].columnOrEmpty
          let times = CallReader<Int64>(arguments[1])
          let rows = CallRows([times.presence, .rows(.allPresent)], context)
          return try rows.values(.array(values.type)) { row in
            let count = times[row]
            guard count <= CallLimits.arrayEntries else { throw tooMany }
            guard count >= 0 else {
              throw EvaluationError("cannot repeat \(count) times: expected 0 or more")
            }
            return .array(Array(repeating: values.value(row), count: Int(count)))
          }
        }
      ]),
    ScalarFunction(
      "zip", summary: "Rows of the elements at the same positions, short arrays filled with NULL.",
      overloads: [
        .values(
          [.array(.any), .array(.any)], isVariadic: true,
          result: { .array(.row($0.map { RowField(name: nil, type: $0.elementType) })) }
        ) { arguments, _ in
          let lists = arguments.map(\.elements)
          return .array(
            (0..<(lists.map(\.count).max() ?? 0)).map { position in
              .row(lists.map { position < $0.count ? $0[position] : .null })
            })
        }
      ]),
  ]

  static let tooMany = EvaluationError(
    "the array would have more than \(CallLimits.arrayEntries) elements")

  /// Whether two elements are equal; NULL equals nothing.
  ///
  /// - Throws: `EvaluationError` where a NULL inside an array, map or row leaves it open.
  static func same(_ a: Value, _ b: Value) throws -> Bool {
    if a.isNull || b.isNull { return false }
    guard let isSame = SQLEquality.equal(a, b) else {
      throw EvaluationError("cannot tell whether elements that hold NULL are equal")
    }
    return isSame
  }

  /// Values by the equality of GROUP BY: NULL is NULL, NaN is NaN.
  struct SetKey: Hashable {
    let value: Value

    init(_ value: Value) { self.value = value }

    static func == (a: SetKey, b: SetKey) -> Bool { Ordering.compare(a.value, b.value) == 0 }

    func hash(into hasher: inout Hasher) {
      if let double = value.double, double.isNaN {
        hasher.combine(0)
      } else {
        hasher.combine(value)
      }
    }
  }

  static func distinct(_ elements: [Value]) -> [Value] {
    var seen: Set<SetKey> = []
    return elements.filter { seen.insert(SetKey($0)).inserted }
  }

  private static func counts(_ offsets: [Int32], _ column: Column) -> Column {
    guard case .flat(_, let validity) = column.form else { return column }
    return Column(
      .bigint, .int64((0..<column.count).map { Int64(offsets[$0 + 1] - offsets[$0]) }), validity)
  }

  private static func sets(
    _ name: String, _ summary: String, _ body: @escaping @Sendable ([Value], [Value]) -> [Value]
  ) -> ScalarFunction {
    ScalarFunction(
      name, summary: summary,
      overloads: [
        .values([array, array], result: { $0[0] }) { arguments, _ in
          .array(body(arguments[0].elements, arguments[1].elements))
        }
      ])
  }

  private static func extreme(
    _ name: String, _ summary: String, _ wins: @escaping @Sendable (Int) -> Bool
  ) -> ScalarFunction {
    ScalarFunction(
      name, summary: summary,
      overloads: [
        .values([.array(.orderable("T"))], result: { $0[0].elementType }) { arguments, _ in
          let elements = arguments[0].elements
          guard let first = elements.first, !elements.contains(.null) else { return .null }
          return try elements.dropFirst().reduce(first) { best, element in
            try NestedOrder.check(element, best)
            return Ordering.isBetter(element, than: best, wins) ? element : best
          }
        }
      ])
  }

  /// Elements are joined as their casts to VARCHAR: a JSON null is NULL and a double has its exponent.
  private static func joined(_ parameters: [ParameterType]) -> FunctionOverload {
    FunctionOverload(parameters, result: { _ in .varchar }) { arguments, context in
      let column = arguments[0].columnOrEmpty
      guard !column.type.elementType.isNested else {
        throw EvaluationError("array_join does not take elements of \(column.type.elementType)")
      }
      let lists = CallReader<Value>(
        .column(try Cast.cast(column, to: .array(.varchar), isTry: false)))
      let texts = arguments.dropFirst().map { CallReader<Text>($0) }
      let presences = [lists.presence] + texts.map(\.presence)
      return try CallRows(presences, context).text(.varchar) { row, out in
        var isFirst = true
        for element in lists[row].elements where !element.isNull || texts.count > 1 {
          if !isFirst { out += texts[0][row] }
          isFirst = false
          if case .bytes(let text) = element { out += text } else { out += texts[1][row] }
        }
        return true
      }
    }
  }

  @Sendable
  private static func contains(_ arguments: [Argument], _ context: EvaluationContext) throws
    -> Column
  {
    let column = arguments[0].columnOrEmpty.flattened()
    let wanted = arguments[1].columnOrEmpty
    guard case .flat(.array(let list), let validity) = column.form else {
      return Column(.boolean, constant: .null, count: context.rowCount)
    }
    let isNested = wanted.type.isNested
    var values = [Bool](repeating: false, count: context.rowCount)
    var mask = [Bool](repeating: true, count: context.rowCount)
    for row in 0..<context.rowCount {
      guard validity.isPresent(row), !wanted.isNull(row) else {
        mask[row] = false
        continue
      }
      var hasNull = false
      for entry in list.range(row) {
        if list.elements.isNull(entry) {
          hasNull = true
        } else if isNested
          ? try same(list.elements.value(entry), wanted.value(row))
          : Ordering.compare(list.elements, entry, wanted, row) == 0
        {
          values[row] = true
          break
        }
      }
      mask[row] = values[row] || !hasNull
    }
    return Column(.boolean, .boolean(values), Validity(checking: mask))
  }
}
