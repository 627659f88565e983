import Columns

/// One entry of an array or map.
enum SubscriptFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "subscript",
      summary: "a[n]: the n-th element from 1, an error outside; m[k]: NULL for a missing key.",
      overloads: [
        FunctionOverload(
          [.array(.variable("T")), .exactly(.bigint)], result: { $0[0].elementType }
        ) { arguments, context in
          try element(arguments, context) { position, count in
            guard position != 0 else { throw EvaluationError("array subscripts start at 1") }
            guard position > 0 else {
              throw EvaluationError("array subscript is negative: \(position)")
            }
            guard position <= count else {
              throw EvaluationError(
                "array subscript out of bounds: \(position) of \(count) elements")
            }
            return position - 1
          }
        },
        mapOverload,
      ]),
    ScalarFunction(
      "element_at",
      summary: "The n-th element, from the end if negative, or the value of a key; else NULL.",
      overloads: [
        FunctionOverload(
          [.array(.variable("T")), .exactly(.bigint)], result: { $0[0].elementType }
        ) { arguments, context in
          try element(arguments, context) { position, count in
            guard position != 0 else { throw EvaluationError("array subscripts start at 1") }
            guard position.magnitude <= UInt64(count) else { return nil }
            return position > 0 ? position - 1 : Int64(count) + position
          }
        },
        mapOverload,
      ]),
  ]

  private static let mapOverload = FunctionOverload(
    [.map(.variable("K"), .variable("V")), .variable("K")], result: { $0[0].valueType }
  ) { arguments, context in
    let map = arguments[0].columnOrEmpty
    let type = map.type.valueType
    let flat = map.flattened()
    guard case .flat(.map(let entries), let validity) = flat.form else {
      return Column(type, constant: .null, count: context.rowCount)
    }
    let positions = MapLookup.positions(entries, validity, arguments[1].columnOrEmpty)
    return entries.values.selected(orNull: positions)
  }

  private static func element(
    _ arguments: [Argument], _ context: EvaluationContext,
    _ position: (Int64, Int) throws -> Int64?
  ) throws -> Column {
    let array = arguments[0].columnOrEmpty.flattened()
    guard case .flat(.array(let list), let validity) = array.form else {
      return Column(array.type.elementType, constant: .null, count: context.rowCount)
    }
    let wanted = CallReader<Int64>(arguments[1])
    let positions = try (0..<context.rowCount).map { row -> Int32 in
      guard validity.isPresent(row), wanted.isPresent(row) else { return -1 }
      let range = list.range(row)
      guard let offset = try position(wanted[row], range.count) else { return -1 }
      return Int32(range.lowerBound) + Int32(offset)
    }
    return list.elements.selected(orNull: positions)
  }
}

/// Finds the entry of a key in each row's map.
enum MapLookup {
  /// Positions in the map's entries, −1 where there is none.
  static func positions(_ map: MapVector, _ validity: Validity, _ key: Column) -> [Int32] {
    switch (key.form, map.keys.form) {
    case (.constant(.null), _): return [Int32](repeating: -1, count: map.count)
    case (.constant(let wanted), .dictionary(let codes, let dictionary)):
      let entries = dictionary.values
      let matches = (0..<entries.count).map { Ordering.compare(entries.value($0), wanted) == 0 }
      guard matches.contains(true) else { return [Int32](repeating: -1, count: map.count) }
      return find(map, validity) { entry, _ in matches[Int(codes[entry])] }
    case (.constant(.bytes(let wanted)), .flat(.text(let keys), _)):
      let bytes = keys.bytes.span
      let text = wanted.span
      return find(map, validity) { entry, _ in
        let range = keys.range(entry)
        guard range.count == text.count else { return false }
        for offset in text.indices where bytes[range.lowerBound + offset] != text[offset] {
          return false
        }
        return true
      }
    default:
      let key = key.flattened()
      return find(map, validity) { entry, row in
        !key.isNull(row) && Ordering.compare(map.keys, entry, key, row) == 0
      }
    }
  }

  @inline(__always)
  private static func find(
    _ map: MapVector, _ validity: Validity, _ matches: (Int, Int) -> Bool
  ) -> [Int32] {
    var positions = [Int32](repeating: -1, count: map.count)
    for row in 0..<map.count where validity.isPresent(row) {
      for entry in map.range(row) where matches(entry, row) {
        positions[row] = Int32(entry)
        break
      }
    }
    return positions
  }
}

extension DataType {
  /// The element type of an ARRAY; unknown for other types.
  var elementType: DataType {
    if case .array(let element) = self { element } else { .null }
  }

  /// The key type of a MAP; unknown for other types.
  var keyType: DataType {
    if case .map(let key, _) = self { key } else { .null }
  }

  /// The value type of a MAP; unknown for other types.
  var valueType: DataType {
    if case .map(_, let value) = self { value } else { .null }
  }
}
