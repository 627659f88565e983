package import Columns
import TextFormats

/// What the log knows of a data file's rows without opening it.
///
/// Bounds are inclusive and may be wider than the values: a wrong bound would lose rows silently, a
/// wide one only costs time.
///
/// Source: Delta PROTOCOL.md, "Per-file Statistics".
package struct FileStatistics: Sendable {
  package var rowCount: Int?
  /// By position in the table's schema.
  package var columns: [Int: Bounds]

  package struct Bounds: Sendable, Hashable {
    package var min: Value?
    package var max: Value?
    package var nullCount: Int?

    package init(min: Value? = nil, max: Value? = nil, nullCount: Int? = nil) {
      self.min = min
      self.max = max
      self.nullCount = nullCount
    }
  }

  package init(rowCount: Int?, columns: [Int: Bounds]) {
    self.rowCount = rowCount
    self.columns = columns
  }

  /// Columns of which statistics are written, at most: enough for those that reports begin with.
  package static let columnLimit = 48
  /// Characters of a text that bounds keep.
  private static let textLimit = 32

  /// The text that the log keeps.
  package func text(_ schema: Schema) -> String {
    var mins = JSONObject()
    var maxs = JSONObject()
    var nulls = JSONObject()
    for position in columns.keys.sorted() {
      guard let bounds = columns[position] else { continue }
      let field = schema[position]
      if let count = bounds.nullCount { nulls[field.name] = .int(count) }
      guard let low = bounds.min, let high = bounds.max,
        let min = FileStatistics.json(low, field.type, isUpper: false),
        let max = FileStatistics.json(high, field.type, isUpper: true)
      else { continue }
      mins[field.name] = min
      maxs[field.name] = max
    }
    var members = JSONObject()
    members["numRecords"] = rowCount.map(JSONValue.int)
    members["minValues"] = .object(mins)
    members["maxValues"] = .object(maxs)
    members["nullCount"] = .object(nulls)
    return JSONValue.object(members).description
  }

  /// Reads what any program may have written; nil where it is no statistics at all. Bounds that make no
  /// sense for their column are taken as unknown.
  package init?(parsing text: String, schema: Schema) {
    guard let document = try? JSONValue.parse(text), document.object != nil else { return nil }
    rowCount = document["numRecords"]?.int.flatMap { $0 >= 0 ? $0 : nil }
    columns = [:]
    for member in document["nullCount"]?.object?.members ?? [] {
      guard let position = schema.position(of: member.key), let count = member.value.int else {
        continue
      }
      columns[position, default: Bounds()].nullCount = count
    }
    for member in document["minValues"]?.object?.members ?? [] {
      guard let position = schema.position(of: member.key) else { continue }
      columns[position, default: Bounds()].min = FileStatistics.value(
        member.value, schema[position].type, isUpper: false)
    }
    for member in document["maxValues"]?.object?.members ?? [] {
      guard let position = schema.position(of: member.key) else { continue }
      columns[position, default: Bounds()].max = FileStatistics.value(
        member.value, schema[position].type, isUpper: true)
    }
  }

  /// The rows of a file that count, where its statistics tell.
  package static func rowCount(in file: AddFile) -> Int? {
    guard let stored = storedRowCount(in: file) else { return nil }
    guard let vector = file.deletionVector else { return stored }
    let left = stored.subtractingReportingOverflow(Int(clamping: vector.cardinality))
    return left.overflow || left.partialValue < 0 || left.partialValue > stored
      ? nil : left.partialValue
  }

  /// The rows that a file has, also those taken out, where its statistics tell.
  package static func storedRowCount(in file: AddFile) -> Int? {
    guard let text = file.stats else { return nil }
    // Statistics of every known writer begin with the count; looking for it saves parsing the rest.
    let head = "{\"numRecords\":"
    if text.hasPrefix(head),
      let count = Int(text.dropFirst(head.count).prefix { ("0"..."9").contains($0) })
    {
      return count
    }
    return FileStatistics(parsing: text, schema: Schema([]))?.rowCount
  }

  private static func json(_ value: Value, _ type: DataType, isUpper: Bool) -> JSONValue? {
    var out: [UInt8] = []
    switch (value, type) {
    case (.int64(let days), .date): CivilTimeText.append(date: days, to: &out)
    case (.int64(let microseconds), .timestamp):
      // The log keeps milliseconds: down for a lower bound, up for an upper.
      let down = microseconds.floorDivided(by: 1000)
      let isWhole = down * 1000 == microseconds
      return .string(timestamp(isUpper && !isWhole ? down + 1 : down))
    case (.int64(let value), .integer), (.int64(let value), .bigint): return .number(String(value))
    case (.double(let value), .double): return value.isFinite ? .double(value) : nil
    case (.decimal(let value), .decimal(_, let scale)):
      NumberText.append(value, scale: scale, to: &out)
      return .number(String(decoding: out, as: UTF8.self))
    case (.bytes(let bytes), .varchar): return text(bytes, isUpper: isUpper).map(JSONValue.string)
    default: return nil
    }
    return .string(String(decoding: out, as: UTF8.self))
  }

  /// A text no longer than needed that is not after (not before, for an upper bound) the one given.
  private static func text(_ bytes: [UInt8], isUpper: Bool) -> String? {
    let scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    guard scalars.count > textLimit else { return String(decoding: bytes, as: UTF8.self) }
    var kept = String.UnicodeScalarView(scalars.prefix(textLimit))
    guard isUpper else { return String(kept) }
    // Greater than any continuation but itself, which no text can pass.
    guard scalars[textLimit] != "\u{10FFFF}" else { return nil }
    kept.append("\u{10FFFF}")
    return String(kept)
  }

  /// `2026-09-01T00:00:00.000Z`.
  private static func timestamp(_ milliseconds: Int64) -> String {
    let (microseconds, overflow) = milliseconds.multipliedReportingOverflow(by: 1000)
    return CivilTimeText.text(timestamp: overflow ? .max : microseconds, separator: "T") + "Z"
  }

  private static func value(_ json: JSONValue, _ type: DataType, isUpper: Bool) -> Value? {
    switch (json, type) {
    case (.number, .integer), (.number, .bigint): return json.int64.map(Value.int64)
    case (.number, .double): return json.double.map(Value.double)
    case (.number(let text), .decimal(let precision, let scale)):
      let bytes = Array(text.utf8)
      return NumberText.decimal(bytes.span, 0, bytes.count, precision: precision, scale: scale)
        .map(Value.decimal)
    case (.string(let text), .varchar): return .text(text)
    case (.string(let text), .date): return CivilTimeText.date(Array(text.utf8)).map(Value.int64)
    case (.string(let text), .timestamp):
      // Others cut upper bounds down to the millisecond as well.
      return CivilTimeText.timestamp(Array(text.utf8)).map {
        .int64(isUpper ? $0 &+ 999 : $0)
      }
    default: return nil
    }
  }
}
