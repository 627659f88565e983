package import Columns

/// The one place where values become text.
package enum ValueText {
  /// Appends a value as results show it: `5.0`, `2026-09-01`, `1.50`; ARRAY, MAP and ROW as JSON, VARBINARY
  /// in hexadecimal; nothing for NULL.
  package static func append(_ value: Value, _ type: DataType, to out: inout [UInt8]) {
    switch (value, type) {
    case (.null, _): break
    case (.boolean(let value), _): out += (value ? "true" : "false").utf8
    case (.int64(let value), .date): CivilTimeText.append(date: value, to: &out)
    case (.int64(let value), .timestamp): CivilTimeText.append(timestamp: value, to: &out)
    case (.int64(let value), .intervalYearToMonth): CivilTimeText.append(months: value, to: &out)
    case (.int64(let value), .intervalDayToSecond): CivilTimeText.append(interval: value, to: &out)
    case (.int64(let value), .time): CivilTimeText.append(time: value, to: &out)
    case (.int64(let value), .timestampWithZone): ZonedTime.append(value, to: &out)
    case (.int64(let value), _): NumberText.append(value, to: &out)
    case (.double(let value), .real): NumberText.append(real: value, to: &out)
    case (.double(let value), _): NumberText.append(value, to: &out)
    case (.decimal(let value), .decimal(_, let scale)):
      NumberText.append(value, scale: scale, to: &out)
    case (.decimal(let value), _): NumberText.append(value, scale: 0, to: &out)
    case (.bytes(let bytes), .opaque(.ipAddress)): IPAddressText.append(bytes, to: &out)
    case (.bytes(let bytes), .varbinary), (.bytes(let bytes), .opaque):
      append(hexadecimal: bytes, to: &out)
    case (.bytes(let bytes), _): out += bytes
    case (.array, _), (.map, _), (.row, _): appendJSON(value, type, to: &out)
    }
  }

  /// A value as results show it; `NULL` for NULL.
  package static func string(_ value: Value, _ type: DataType) -> String {
    if value.isNull { return "NULL" }
    var out: [UInt8] = []
    append(value, type, to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  /// Appends a value as JSON: numbers and booleans bare, dates as strings, JSON as it is, but as a string
  /// where it is none, as what json_array_get makes of a string; MAP and ROW as objects; NaN and the infinities, for which JSON has no numbers, as the strings `"NaN"`,
  /// `"Infinity"` and `"-Infinity"`.
  package static func appendJSON(_ value: Value, _ type: DataType, to out: inout [UInt8]) {
    switch (value, type) {
    case (.null, _): out += "null".utf8
    case (.double(let double), _) where !double.isFinite:
      out.append(UInt8(ascii: "\""))
      append(value, type, to: &out)
      out.append(UInt8(ascii: "\""))
    case (.boolean, _), (.double, _), (.decimal, _), (.int64, .tinyint), (.int64, .smallint),
      (.int64, .integer), (.int64, .bigint):
      append(value, type, to: &out)
    case (.int64, _):
      var text: [UInt8] = []
      append(value, type, to: &text)
      JSONText.append(string: text, to: &out)
    case (.bytes(let bytes), .json) where bytes.isEmpty || JSONCheck.isValue(bytes):
      appendOneLine(bytes, to: &out)
    case (.bytes, .varbinary), (.bytes, .opaque):
      var text: [UInt8] = []
      append(value, type, to: &text)
      JSONText.append(string: text, to: &out)
    case (.bytes(let bytes), _): JSONText.append(string: bytes, to: &out)
    case (.array(let elements), _):
      let element: DataType = if case .array(let element) = type { element } else { .varchar }
      out.append(UInt8(ascii: "["))
      for (position, value) in elements.enumerated() {
        if position > 0 { out.append(UInt8(ascii: ",")) }
        appendJSON(value, element, to: &out)
      }
      out.append(UInt8(ascii: "]"))
    case (.map(let entries), _): append(map: entries, type, to: &out)
    case (.row(let values), _): append(row: values, type, to: &out)
    }
  }

  private static func append(map entries: [MapEntry], _ type: DataType, to out: inout [UInt8]) {
    var keyType = DataType.varchar
    var valueType = DataType.varchar
    if case .map(let key, let value) = type { (keyType, valueType) = (key, value) }
    out.append(UInt8(ascii: "{"))
    for (position, entry) in entries.enumerated() {
      if position > 0 { out.append(UInt8(ascii: ",")) }
      var key: [UInt8] = []
      append(entry.key, keyType, to: &key)
      JSONText.append(string: key, to: &out)
      out.append(UInt8(ascii: ":"))
      appendJSON(entry.value, valueType, to: &out)
    }
    out.append(UInt8(ascii: "}"))
  }

  private static func append(row values: [Value], _ type: DataType, to out: inout [UInt8]) {
    var fields: [RowField] = []
    if case .row(let known) = type { fields = known }
    out.append(UInt8(ascii: "{"))
    for (position, value) in values.enumerated() {
      if position > 0 { out.append(UInt8(ascii: ",")) }
      let field = position < fields.count ? fields[position] : RowField(name: nil, type: .varchar)
      JSONText.append(string: (field.name ?? "field\(position)").utf8, to: &out)
      out.append(UInt8(ascii: ":"))
      appendJSON(value, field.type, to: &out)
    }
    out.append(UInt8(ascii: "}"))
  }

  /// JSON text without line breaks, which would break JSON lines; outside of strings they mean nothing, and
  /// within strings JSON has none.
  private static func appendOneLine(_ json: [UInt8], to out: inout [UInt8]) {
    if json.isEmpty { out += "null".utf8 }
    for byte in json { out.append(byte == 0x0A || byte == 0x0D ? 0x20 : byte) }
  }

  private static func append(hexadecimal bytes: [UInt8], to out: inout [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    for byte in bytes {
      out.append(digits[Int(byte >> 4)])
      out.append(digits[Int(byte & 15)])
    }
  }
}
