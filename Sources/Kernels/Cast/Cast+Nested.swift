import Columns

/// Casts of arrays, maps and rows, entry by entry.
extension Cast {
  static func fromNested(_ values: Values, _ validity: Validity, _ target: CastTarget) throws
    -> Column
  {
    switch (values, target.type) {
    case (.array(let list), .array(let element)):
      let elements = try cast(list.elements, to: element, isTry: target.isTry)
      return Column(
        target.type, .array(ListVector(offsets: list.offsets, elements: elements)), validity)
    case (.map(let map), .map(let key, let value)):
      let keys = try cast(map.keys, to: key, isTry: target.isTry)
      try checkKeys(keys, map.offsets, map.keys.type, target)
      let entries = try cast(map.values, to: value, isTry: target.isTry)
      return Column(
        target.type, .map(MapVector(offsets: map.offsets, keys: keys, values: entries)), validity)
    case (.row(let fields, let count), .row(let wanted)) where fields.count == wanted.count:
      let converted = try zip(fields, wanted).map {
        try cast($0, to: $1.type, isTry: target.isTry)
      }
      return Column(target.type, .row(converted, count: count), validity)
    default: throw target.impossible(from: "a nested value")
    }
  }

  /// Keys that differ may be the same once they are cast, such as 1.0 and 1.1 as integers.
  private static func checkKeys(
    _ keys: Column, _ offsets: [Int32], _ source: DataType, _ target: CastTarget
  ) throws {
    guard keys.type != source, keys.type != .varchar else { return }
    for map in 0..<max(0, offsets.count - 1) {
      let range = Int(offsets[map])..<Int(offsets[map + 1])
      guard range.count > 1 else { continue }
      var seen: Set<ArrayFunctions.SetKey> = []
      for entry in range where !seen.insert(ArrayFunctions.SetKey(keys.value(entry))).inserted {
        throw EvaluationError("cannot cast a map to \(target.type): two keys become the same")
      }
    }
  }
}
