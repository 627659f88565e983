import Columns
import TextFormats

/// Brings columns of Parquet files to the types that their table has in general.
enum ParquetColumns {
  /// The column with type `type`, or as it is where there is no lossless way.
  ///
  /// Decimals and integers become doubles (costs of exports that keep exact amounts), numbers and
  /// booleans become text (account ids stored as numbers), text becomes numbers, dates and maps.
  static func converted(_ column: Column, to type: DataType) -> Column {
    if column.type == type { return column }
    if column.type.physical == type.physical && type.physical == .int64
      && sameScale(column.type, type)
    {
      return column.relabelled(type)
    }
    if case .dictionary(let codes, let dictionary) = column.form {
      return Column(codes: codes, ColumnDictionary(converted(dictionary.values, to: type)))
    }
    var builder = ColumnBuilder(type)
    for row in 0..<column.count {
      let value = column.value(row)
      builder.append(value.isNull ? .null : converted(value, column.type, type))
    }
    return builder.finish()
  }

  private static func sameScale(_ a: DataType, _ b: DataType) -> Bool { a.isInteger && b.isInteger }

  private static func converted(_ value: Value, _ from: DataType, _ to: DataType) -> Value {
    switch (value, to) {
    case (.int64(let days), .timestamp) where from == .date:
      return .int64(days &* Microseconds.day)
    case (.int64(let number), .double): return .double(Double(number))
    case (.decimal(let unscaled), .double): return .double(double(unscaled, from))
    case (.bytes(let text), .varchar): return .bytes(text)
    case (.bytes(let text), _):
      let json = JSONValue.string(String(decoding: text, as: UTF8.self))
      return (try? JSONConversion.value(of: json, as: to)) ?? .null
    case (.array, .varchar), (.map, .varchar), (.row, .varchar):
      return .bytes(json(value, from).serialized())
    case (_, .varchar): return .bytes(text(value, from))
    case (.array(let elements), .map(let key, let element)):
      return map(elements, from, key, element)
    case (.row(let values), .map(_, let element)):
      guard case .row(let fields) = from else { return .null }
      return .map(
        zip(fields, values).filter { !$1.isNull }.map { field, value in
          MapEntry(key: .text(field.name ?? ""), value: same(value, field.type, element))
        })
    case (.map(let entries), .map(let key, let value)):
      guard case .map(let fromKey, let fromValue) = from else { return .null }
      return .map(
        entries.map { entry in
          MapEntry(
            key: entry.key.isNull ? .null : same(entry.key, fromKey, key),
            value: entry.value.isNull ? .null : same(entry.value, fromValue, value))
        })
    default: return .null
    }
  }

  /// Rows whose value was lost since there is no way to the type; empty text is no value.
  static func lost(_ column: Column, _ converted: Column) -> [Int] {
    if column.type == converted.type || converted.type == .varchar { return [] }
    if case .dictionary(let codes, let dictionary) = column.form,
      case .dictionary(_, let new) = converted.form
    {
      let bad = Set(lost(dictionary.values, new.values).map { UInt32($0) })
      return bad.isEmpty ? [] : codes.indices.filter { bad.contains(codes[$0]) }
    }
    return (0..<column.count).filter { row in
      converted.isNull(row) && !column.isNull(row) && column.value(row) != .bytes([])
    }
  }

  /// Rows whose value is none that a report may have: a number that is not finite or does not fit, bytes
  /// that are no text.
  static func unreadable(_ column: Column, _ converted: Column) -> [Int] {
    if converted.type == .integer && column.type == .bigint {
      return (0..<column.count).filter { row in
        column.value(row).int64.map { Int32(exactly: $0) == nil } ?? false
      }
    }
    if converted.type == .double {
      if case .flat(.double(let values), let validity) = converted.form {
        return values.indices.filter { !values[$0].isFinite && validity.isPresent($0) }
      }
    } else if column.type != .varbinary || converted.type != .varchar {
      return []
    }
    if case .dictionary(let codes, let dictionary) = converted.form {
      let source =
        if case .dictionary(_, let old) = column.form { old.values } else { dictionary.values }
      let bad = Set(unreadable(source, dictionary.values).map { UInt32($0) })
      return bad.isEmpty ? [] : codes.indices.filter { bad.contains(codes[$0]) }
    }
    return (0..<converted.count).filter { row in
      switch converted.value(row) {
      case .double(let number): !number.isFinite
      case .bytes(let text): String(validating: text, as: UTF8.self) == nil
      default: false
      }
    }
  }

  /// BigQuery's maps, lists of records with a key and a value; the last of equal keys counts.
  private static func map(
    _ elements: [Value], _ from: DataType, _ key: DataType, _ element: DataType
  ) -> Value {
    guard case .array(.row(let fields)) = from,
      let keyPlace = fields.firstIndex(where: { $0.name?.lowercased() == "key" }),
      let valuePlace = fields.firstIndex(where: { $0.name?.lowercased() == "value" })
    else { return .null }
    var entries: [MapEntry] = []
    var places: [Value: Int] = [:]
    for case .row(let values) in elements where !values[keyPlace].isNull {
      let name = same(values[keyPlace], fields[keyPlace].type, key)
      let value = values[valuePlace]
      let entry = MapEntry(
        key: name,
        value: value.isNull ? .null : same(value, fields[valuePlace].type, element))
      if let place = places[name] {
        entries[place] = entry
      } else {
        places[name] = entries.count
        entries.append(entry)
      }
    }
    return .map(entries)
  }

  /// A nested value as JSON.
  private static func json(_ value: Value, _ type: DataType) -> JSONValue {
    switch (value, type) {
    case (.null, _): return .null
    case (.boolean(let flag), _): return .boolean(flag)
    case (.array(let elements), .array(let element)):
      return .array(elements.map { json($0, element) })
    case (.map(let entries), .map(let key, let element)):
      return .object(
        JSONObject(
          entries.map {
            (String(decoding: text($0.key, key), as: UTF8.self), json($0.value, element))
          }))
    case (.row(let values), .row(let fields)):
      return .object(
        JSONObject(zip(fields, values).map { ($0.name ?? "", json($1, $0.type)) }))
    case (.int64, .integer), (.int64, .bigint), (.double, _), (.decimal, _):
      return .number(String(decoding: text(value, type), as: UTF8.self))
    default: return .string(String(decoding: text(value, type), as: UTF8.self))
    }
  }

  /// What a number is called in a sentence.
  static func shown(_ value: Value) -> String {
    value.double.map { "\($0)" } ?? value.int64.map { "\($0)" } ?? "bytes that are no text"
  }

  private static func same(_ value: Value, _ from: DataType, _ to: DataType) -> Value {
    from == to ? value : converted(value, from, to)
  }

  private static func double(_ unscaled: Int128, _ type: DataType) -> Double {
    guard case .decimal(_, let scale) = type else { return Double(unscaled) }
    var text: [UInt8] = []
    NumberText.append(unscaled, scale: scale, to: &text)
    return NumberText.double(text) ?? 0
  }

  private static func text(_ value: Value, _ type: DataType) -> [UInt8] {
    var out: [UInt8] = []
    switch value {
    case .boolean(let flag): out = Array((flag ? "true" : "false").utf8)
    case .int64(let number) where type == .date: CivilTimeText.append(date: number, to: &out)
    case .int64(let number) where type == .timestamp:
      CivilTimeText.append(timestamp: number, to: &out)
    case .int64(let number): NumberText.append(number, to: &out)
    case .double(let number): NumberText.append(number, to: &out)
    case .decimal(let unscaled):
      guard case .decimal(_, let scale) = type else { break }
      NumberText.append(unscaled, scale: scale, to: &out)
    case .bytes(let bytes): out = bytes
    case .null, .array, .map, .row: break
    }
    return out
  }
}
