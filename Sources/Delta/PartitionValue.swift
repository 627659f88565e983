package import Columns
package import Files
import TextFormats

/// Partition values as the log spells them.
///
/// The format has one spelling for NULL and for the empty text, so that an empty text becomes NULL.
///
/// Source: Delta PROTOCOL.md, "Partition Value Serialization".
package enum PartitionValue {
  /// The text of a value; nil for NULL and for what the format cannot tell from NULL.
  package static func text(_ value: Value, _ type: DataType) -> String? {
    switch (value, type) {
    case (.null, _): return nil
    case (.boolean(let value), _): return value ? "true" : "false"
    case (.int64(let days), .date):
      return CivilTimeText.text(date: days)
    case (.int64(let microseconds), .timestamp):
      return CivilTimeText.text(timestamp: microseconds, fraction: .sixWhereNeeded)
    case (.int64(let value), _): return String(value)
    case (.double(let value), _): return written { NumberText.append(value, to: &$0) }
    case (.decimal(let value), .decimal(_, let scale)):
      return written { NumberText.append(value, scale: scale, to: &$0) }
    case (.decimal(let value), _): return String(value)
    case (.bytes(let bytes), _):
      return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    case (.array, _), (.map, _), (.row, _): return nil
    }
  }

  /// Whether a table may be partitioned by columns of a type.
  package static func isPossible(_ type: DataType) -> Bool {
    switch type {
    case .boolean, .integer, .bigint, .double, .decimal, .varchar, .date, .timestamp: true
    case .null, .varbinary, .json, .intervalYearToMonth, .intervalDayToSecond, .tinyint, .smallint,
      .real, .time, .timestampWithZone, .array, .map, .row, .char, .opaque:
      false
    }
  }

  /// The value that a text of the log spells.
  ///
  /// - Throws: `FormatError` when the text is not of the column's type.
  package static func value(
    of text: String?, as type: DataType, column: String, file: String
  ) throws(FormatError) -> Value {
    guard let text, !text.isEmpty else { return .null }
    let bytes = Array(text.utf8)
    let value: Value? =
      switch type {
      case .varchar, .char, .json, .opaque: .bytes(bytes)
      case .varbinary: .bytes(escapedBytes(bytes) ?? bytes)
      case .boolean: boolean(text)
      case .integer, .bigint, .tinyint, .smallint: NumberText.int64(bytes).map(Value.int64)
      case .double: double(text).map(Value.double)
      case .decimal(let precision, let scale):
        NumberText.decimal(bytes.span, 0, bytes.count, precision: precision, scale: scale)
          .map(Value.decimal)
      case .date: CivilTimeText.date(bytes).map(Value.int64)
      case .timestamp: CivilTimeText.timestamp(bytes).map(Value.int64)
      case .null, .intervalYearToMonth, .intervalDayToSecond, .real, .time, .timestampWithZone,
        .array,
        .map, .row:
        nil
      }
    guard let value else {
      throw FormatError(
        file, at: "partition column '\(column)'", "expected \(type), found '\(text.prefix(40))'")
    }
    return value
  }

  private static func boolean(_ text: String) -> Value? {
    switch text.lowercased() {
    case "true": .boolean(true)
    case "false": .boolean(false)
    default: nil
    }
  }

  /// The bytes of `\u0061\u00FF`, which is how some programs write bytes; others write them as text.
  private static func escapedBytes(_ text: [UInt8]) -> [UInt8]? {
    guard text.count.isMultiple(of: 6) else { return nil }
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: text.count, by: 6) {
      let escape = String(decoding: text[start..<start + 6], as: UTF8.self)
      guard escape.hasPrefix("\\u00"), let byte = UInt8(escape.dropFirst(4), radix: 16) else {
        return nil
      }
      bytes.append(byte)
    }
    return bytes
  }

  private static func double(_ text: String) -> Double? {
    switch text {
    case "NaN": .nan
    case "Infinity": .infinity
    case "-Infinity": -.infinity
    default: NumberText.double(Array(text.utf8))
    }
  }

  private static func written(_ body: (inout [UInt8]) -> Void) -> String {
    var out: [UInt8] = []
    body(&out)
    return String(decoding: out, as: UTF8.self)
  }
}

/// Times of commits in messages.
enum LogTime {
  static func text(milliseconds: Int64) -> String {
    let (microseconds, overflow) = milliseconds.multipliedReportingOverflow(by: 1000)
    if overflow { return "\(milliseconds) ms" }
    return CivilTimeText.text(timestamp: microseconds)
  }
}
