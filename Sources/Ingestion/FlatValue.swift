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

  var hasNullTokens: Bool { !nullTokens.isEmpty }

  init(_ kind: ReportKind) {
    nullTokens = Set(kind.nullTokens)
    keepsEmptyText = kind.keepsEmptyText
  }

  func value(_ json: JSONValue?, _ rule: FlatColumns.Rule) throws(FlatFault) -> Value {
    var json = json
    if let conversion = rule.conversion {
      do {
        json = try conversion.apply(json)
      } catch {
        throw FlatFault(reason: error.sentence)
      }
    }
    guard let json, !json.isNull else { return .null }
    if let text = json.string { return try value(text, rule) }
    let value: Value?
    do {
      value = try self.value(of: json, rule)
    } catch {
      throw error.place.isEmpty ? fault(json, rule) : FlatFault(reason: error.sentence)
    }
    guard let value, !value.isNull else { throw fault(json, rule) }
    return value
  }

  /// Nil where the value is of another kind.
  private func value(
    of json: JSONValue, _ rule: FlatColumns.Rule
  ) throws(Misplaced) -> Value? {
    switch (rule.type, json) {
    case (.timestamp, .number(let digits)), (.date, .number(let digits)):
      // A pattern of its own decides what a number means.
      if let reading = rule.reading { return reading.value(Array(digits.utf8)) }
    case (.decimal, .number(let digits)): return TextValue.value(Array(digits.utf8), rule.type)
    case (.integer, .number):
      let value = try JSONConversion.value(of: json, as: rule.type)
      return value.int64.flatMap { Int32(exactly: $0) } == nil ? nil : value
    case (.decimal, _), (.integer, _): return nil
    case (.double, .number), (.bigint, .number), (.boolean, .boolean): break
    case (.double, _), (.bigint, _), (.boolean, _): return nil
    default: break
    }
    return try JSONConversion.value(of: json, as: rule.type)
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
