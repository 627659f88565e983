import Columns
import Kernels

/// A value's type that a column cannot take without loss.
struct UnfitType: Error {
  let found: DataType
  let wanted: DataType
}

/// How a table's types grow when a delivery brings other ones.
enum SchemaWidening {
  /// The type that holds all values of a table's column and of new rows, nil if there is none.
  ///
  /// Integers widen to decimals and doubles, dates to timestamps, and any plain type to text.
  static func common(_ old: DataType, _ new: DataType) -> DataType? {
    if old == new || new == .null { return old }
    if old == .null { return new }
    switch (old, new) {
    case (.tinyint, _), (.smallint, _), (.real, _), (.timestampWithZone, _), (.time, _):
      return common(stored(old), new)
    case (_, .tinyint), (_, .smallint), (_, .real), (_, .timestampWithZone), (_, .time):
      return common(old, stored(new))
    case (.integer, .bigint), (.bigint, .integer): return .bigint
    case (.integer, .double), (.bigint, .double), (.double, .integer), (.double, .bigint),
      (.double, .decimal):
      return .double
    case (.integer, .decimal(let precision, let scale)),
      (.decimal(let precision, let scale), .integer):
      return decimal(integerDigits: max(10, precision - scale), scale: scale)
    case (.bigint, .decimal(let precision, let scale)),
      (.decimal(let precision, let scale), .bigint):
      return decimal(integerDigits: max(19, precision - scale), scale: scale)
    case (.decimal(let p1, let s1), .decimal(let p2, let s2)):
      return decimal(integerDigits: max(p1 - s1, p2 - s2), scale: max(s1, s2))
    case (.date, .timestamp), (.timestamp, .date): return .timestamp
    case (.json, .varchar), (.varchar, .json): return .varchar
    case (.varchar, _) where isPlain(new), (_, .varchar) where isPlain(old): return .varchar
    case (.array(let a), .array(let b)): return common(a, b).map(DataType.array)
    case (.map(let k1, let v1), .map(let k2, let v2)):
      guard let key = common(k1, k2), let value = common(v1, v2) else { return nil }
      return .map(key: key, value: value)
    case (.row(let a), .row(let b)): return commonRow(a, b).map(DataType.row)
    default: return nil
    }
  }

  private static func decimal(integerDigits: Int, scale: Int) -> DataType? {
    integerDigits + scale <= 38 ? .decimal(precision: integerDigits + scale, scale: scale) : nil
  }

  private static func isPlain(_ type: DataType) -> Bool {
    switch type {
    case .boolean, .tinyint, .smallint, .integer, .bigint, .real, .double, .decimal, .date,
      .timestamp, .varchar:
      true
    case .null, .varbinary, .json, .time, .timestampWithZone, .intervalYearToMonth,
      .intervalDayToSecond, .array, .map, .row, .char, .opaque:
      false
    }
  }

  private static func commonRow(_ a: [RowField], _ b: [RowField]) -> [RowField]? {
    var fields = a
    for (index, new) in b.enumerated() {
      let wanted = name(new, index)
      guard let position = fields.indices.first(where: { name(fields[$0], $0) == wanted }) else {
        fields.append(new)
        continue
      }
      guard let type = common(fields[position].type, new.type) else { return nil }
      fields[position] = RowField(name: fields[position].name, type: type)
    }
    return fields
  }

  /// The name by which a field is found again; fields without one have the name that files give them.
  private static func name(_ field: RowField, _ position: Int) -> String {
    field.name?.lowercased() ?? "field\(position)"
  }

  /// The type under which files keep a column: those that only SQL knows are stored as what they are
  /// made of, because other readers go by the table's schema.
  static func stored(_ type: DataType) -> DataType {
    switch type {
    case .json, .null, .time, .char, .opaque(.ipAddress): .varchar
    case .opaque: .varbinary
    case .tinyint, .smallint: .integer
    case .real: .double
    case .timestampWithZone: .timestamp
    case .intervalYearToMonth, .intervalDayToSecond: .bigint
    case .array(let element): .array(stored(element))
    case .map(let key, let value): .map(key: stored(key), value: stored(value))
    case .row(let fields):
      .row(
        fields.enumerated().map { position, field in
          RowField(name: field.name ?? "field\(position)", type: stored(field.type))
        })
    case .boolean, .integer, .bigint, .double, .decimal, .varchar, .varbinary, .date, .timestamp:
      type
    }
  }

  /// The type that a result has in a Parquet file, which knows no zones, times and small numbers of
  /// ours.
  static func exported(_ type: DataType) -> DataType {
    switch type {
    case .tinyint, .smallint, .real, .time, .timestampWithZone, .char, .opaque: stored(type)
    case .array(let element): .array(exported(element))
    case .map(let key, let value): .map(key: exported(key), value: exported(value))
    case .row(let fields): .row(fields.map { RowField(name: $0.name, type: exported($0.type)) })
    case .null, .boolean, .integer, .bigint, .double, .decimal, .varchar, .varbinary, .json, .date,
      .timestamp, .intervalYearToMonth, .intervalDayToSecond:
      type
    }
  }

  static func exported(_ schema: Schema) -> Schema {
    Schema(schema.fields.map { Field($0.name, exported($0.type)) })
  }

  /// - Throws: ``UnfitType``, which no column of a result is.
  static func exported(_ batch: Batch) throws -> Batch {
    Batch(
      try batch.columns.map { try widened($0, to: exported($0.type)) }, count: batch.count)
  }

  /// The column in a type that ``common(_:_:)`` found for it.
  ///
  /// - Throws: ``UnfitType`` when the type does not take the column's.
  static func widened(_ column: Column, to type: DataType) throws -> Column {
    if column.type == type { return column }
    if column.type == .null { return Column(type, constant: .null, count: column.count) }
    if case .constant(let value) = column.form, value.isNull {
      return Column(type, constant: .null, count: column.count)
    }
    switch (column.type, type) {
    case (.varchar, .json), (.json, .varchar), (.integer, .bigint),
      (.bigint, .intervalYearToMonth), (.bigint, .intervalDayToSecond),
      (.intervalYearToMonth, .bigint), (.intervalDayToSecond, .bigint):
      return column.relabelled(type)
    case (.timestampWithZone, .timestamp): return try ZonedTimes.instants(column)
    case (.array(let source), .array(let target)):
      guard case .flat(.array(let list), let validity) = column.flattened().form, source != target
      else { break }
      let elements = try widened(list.elements, to: target)
      return Column(
        type, .array(ListVector(offsets: list.offsets, elements: elements.flattened())), validity)
    case (.map, .map(let keyType, let valueType)):
      guard case .flat(.map(let map), let validity) = column.flattened().form else { break }
      return Column(
        type,
        .map(
          MapVector(
            offsets: map.offsets, keys: try widened(map.keys, to: keyType).flattened(),
            values: try widened(map.values, to: valueType).flattened())), validity)
    case (.row(let source), .row(let target)):
      guard case .flat(.row(let fields, let count), let validity) = column.flattened().form else {
        break
      }
      let names = source.indices.map { name(source[$0], $0) }
      let widenedFields = try target.enumerated().map { index, wanted in
        guard let position = names.firstIndex(of: name(wanted, index)) else {
          return Column(wanted.type, constant: .null, count: count).flattened()
        }
        return try widened(fields[position], to: wanted.type).flattened()
      }
      return Column(type, .row(widenedFields, count: count), validity)
    // Texts that their writer did not mark as such; bytes that are none are found out.
    case (.varbinary, .varchar) where column.isText: return column.relabelled(type)
    case (.varchar, .varbinary): return column.relabelled(type)
    default: break
    }
    guard !column.type.isNested, !type.isNested else {
      throw UnfitType(found: column.type, wanted: type)
    }
    do {
      return try Cast.cast(column, to: type, isTry: false)
    } catch is EvaluationError {
      throw UnfitType(found: column.type, wanted: type)
    }
  }
}

extension Column {
  /// Whether all bytes are UTF-8.
  fileprivate var isText: Bool {
    guard case .flat(.text(let texts), _) = flattened().form else { return false }
    return String(validating: texts.bytes, as: UTF8.self) != nil
      && texts.offsets.dropLast().allSatisfy { offset in
        Int(offset) >= texts.bytes.count || texts.bytes[Int(offset)] & 0xC0 != 0x80
      }
  }
}
