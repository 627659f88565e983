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
}
