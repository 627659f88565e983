import Columns

/// Functions over maps.
enum MapFunctions {
  private static let map = ParameterType.map(.variable("K"), .variable("V"))

  static let all: [ScalarFunction] = [
    ScalarFunction(
      "map", summary: "The map of an array of keys and one of values.",
      overloads: [
        FunctionOverload([], result: { _ in .map(key: .null, value: .null) }) { _, context in
          Column(.map(key: .null, value: .null), constant: .map([]), count: context.rowCount)
        },
        .values(
          [.array(.variable("K")), .array(.variable("V"))],
          result: { .map(key: $0[0].elementType, value: $0[1].elementType) }
        ) { arguments, types in
          let keys = arguments[0].elements
          let values = arguments[1].elements
          guard keys.count == values.count else {
            throw EvaluationError("\(keys.count) keys but \(values.count) values")
          }
          return try checked(
            zip(keys, values).map { MapEntry(key: $0, value: $1) }, types[0].elementType)
        },
      ]),
    ScalarFunction(
      "map_keys", summary: "The keys of a map.",
      overloads: [parts(result: \.keyType) { $0.keys }]),
    ScalarFunction(
      "map_values", summary: "The values of a map.",
      overloads: [parts(result: \.valueType) { $0.values }]),
    ScalarFunction(
      "map_entries", summary: "The entries of a map as an array of rows.",
      overloads: [
        .values(
          [map],
          result: {
            .array(
              .row([
                RowField(name: nil, type: $0[0].keyType),
                RowField(name: nil, type: $0[0].valueType),
              ]))
          }
        ) { arguments, _ in
          .array(arguments[0].entries.map { .row([$0.key, $0.value]) })
        }
      ]),
    ScalarFunction(
      "map_from_entries", summary: "The map of an array of rows of a key and a value.",
      overloads: [
        .values([.array(.variable("R"))], result: { mapOfEntries($0[0]) }) { arguments, types in
          let entries = try arguments[0].elements.map { entry -> MapEntry in
            guard entry.elements.count == 2 else {
              throw EvaluationError("expected rows of a key and a value")
            }
            return MapEntry(key: entry.elements[0], value: entry.elements[1])
          }
          return try checked(entries, mapOfEntries(types[0]).keyType)
        }
      ]),
    ScalarFunction(
      "multimap_from_entries", summary: "The map of rows of a key and a value to all its values.",
      overloads: [
        .values(
          [.array(.variable("R"))],
          result: {
            let map = mapOfEntries($0[0])
            return .map(key: map.keyType, value: .array(map.valueType))
          }
        ) { arguments, _ in
          var positions: [Value: Int] = [:]
          var entries: [(key: Value, values: [Value])] = []
          for entry in arguments[0].elements {
            guard entry.elements.count == 2 else {
              throw EvaluationError("expected rows of a key and a value")
            }
            let key = entry.elements[0]
            guard !key.isNull else { throw EvaluationError("a map key is NULL") }
            let position = positions[key] ?? entries.count
            if position == entries.count {
              positions[key] = position
              entries.append((key, []))
            }
            entries[position].values.append(entry.elements[1])
          }
          return .map(entries.map { MapEntry(key: $0.key, value: .array($0.values)) })
        }
      ]),
    ScalarFunction(
      "map_concat", summary: "All maps in one; the last has its way.",
      overloads: [
        .values([map, map], isVariadic: true, result: { $0[0] }) { arguments, _ in
          var positions: [Value: Int] = [:]
          var entries: [MapEntry] = []
          for entry in arguments.flatMap(\.entries) {
            if let known = positions[entry.key] {
              entries[known] = entry
            } else {
              positions[entry.key] = entries.count
              entries.append(entry)
            }
          }
          return .map(entries)
        }
      ]),
  ]

  /// Maps have no NULL and no repeated keys.
  static func checked(_ entries: [MapEntry], _ keyType: DataType) throws -> Value {
    var seen: Set<Value> = []
    for entry in entries {
      guard !entry.key.isNull else { throw EvaluationError("a map key is NULL") }
      guard !keyType.isNested || SQLEquality.equal(entry.key, entry.key) != nil else {
        throw EvaluationError("a map key holds NULL")
      }
      guard seen.insert(entry.key).inserted else {
        let key = String(decoding: JSONCast.keyText(entry.key, keyType), as: UTF8.self)
        throw EvaluationError("the map key '\(key)' occurs twice")
      }
    }
    return .map(entries)
  }

  private static func mapOfEntries(_ type: DataType) -> DataType {
    guard case .array(.row(let fields)) = type, fields.count == 2 else {
      return .map(key: .null, value: .null)
    }
    return .map(key: fields[0].type, value: fields[1].type)
  }

  /// Keys or values as an array: the map's own columns, nothing is copied.
  private static func parts(
    result: @escaping @Sendable (DataType) -> DataType,
    _ part: @escaping @Sendable (MapVector) -> Column
  ) -> FunctionOverload {
    FunctionOverload([map], result: { .array(result($0[0])) }) { arguments, context in
      let column = arguments[0].columnOrEmpty.flattened()
      guard case .flat(.map(let entries), let validity) = column.form else {
        return Column(.array(result(column.type)), constant: .null, count: context.rowCount)
      }
      return Column(
        .array(result(column.type)),
        .array(ListVector(offsets: entries.offsets, elements: part(entries))), validity)
    }
  }
}
