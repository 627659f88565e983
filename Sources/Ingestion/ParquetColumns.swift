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
      return JSONConversion.value(of: .string(String(decoding: text, as: UTF8.self)), as: to)
    case (_, .varchar): return .bytes(text(value, from))
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
