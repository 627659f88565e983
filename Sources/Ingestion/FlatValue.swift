import Columns
import Reports
import TextFormats

/// A JSON value that is none of its column's type.
struct FlatFault: Error {
  /// What was expected and what was found.
  let reason: String
}

/// JSON values as values of columns, or a fault: nothing becomes NULL because it was not understood.
struct FlatValue: Sendable {
  let nullTokens: Set<String>
  let keepsEmptyText: Bool

  init(_ kind: ReportKind) {
    nullTokens = Set(kind.nullTokens)
    keepsEmptyText = kind.keepsEmptyText
  }

  func value(_ json: JSONValue?, _ rule: FlatColumns.Rule) throws(FlatFault) -> Value {
    let json = rule.conversion.map { $0.apply(json) } ?? json
    guard let json, !json.isNull else { return .null }
    if let text = json.string { return try value(text, rule) }
    let value: Value
    switch rule.type {
    case .timestamp, .date:
      // A pattern of its own decides what a number means.
      if let reading = rule.reading, case .number(let digits) = json {
        value = reading.value(Array(digits.utf8)) ?? .null
      } else {
        value = JSONConversion.value(of: json, as: rule.type)
      }
    case .decimal:
      guard case .number(let digits) = json else { throw fault(json, rule) }
      value = TextValue.value(Array(digits.utf8), rule.type) ?? .null
    case .double, .integer, .bigint:
      guard case .number = json else { throw fault(json, rule) }
      value = JSONConversion.value(of: json, as: rule.type)
      if rule.type == .integer, let number = value.int64, Int32(exactly: number) == nil {
        throw fault(json, rule)
      }
    case .boolean:
      guard case .boolean = json else { throw fault(json, rule) }
      value = JSONConversion.value(of: json, as: rule.type)
    case .null, .varchar, .json, .varbinary, .intervalYearToMonth, .intervalDayToSecond, .tinyint,
      .smallint, .real, .time, .timestampWithZone, .array,
      .map, .row:
      value = JSONConversion.value(of: json, as: rule.type)
    }
    if value.isNull { throw fault(json, rule) }
    return value
  }

  private func value(_ text: String, _ rule: FlatColumns.Rule) throws(FlatFault) -> Value {
    if nullTokens.contains(text) { return .null }
    let isText = rule.type == .varchar
    if text.isEmpty { return isText && keepsEmptyText ? .bytes([]) : .null }
    let bytes = Array(text.utf8)
    if let reading = rule.reading {
      if let value = reading.value(bytes) { return value }
    } else if let value = TextValue.value(bytes, rule.type) {
      return value
    } else if rule.type == .date, let moment = CivilTimeText.timestamp(bytes) {
      return .int64(moment.floorDivided(by: Microseconds.day))
    }
    throw fault(.string(text), rule)
  }

  private func fault(_ json: JSONValue, _ rule: FlatColumns.Rule) -> FlatFault {
    let found = String(decoding: JSONConversion.text(json), as: UTF8.self)
    let cut = found.prefix(40)
    return FlatFault(
      reason: "expected \(rule.reading?.expectation ?? TextValue.expectation(rule.type)), found "
        + "'\(cut)\(cut.endIndex < found.endIndex ? "…" : "")'")
  }
}
