import Columns

/// Casts between JSON and SQL values.
enum JSONCast {
  static func canRead(_ target: DataType) -> Bool {
    switch target {
    case .null, .varbinary, .time, .timestampWithZone, .intervalYearToMonth, .intervalDayToSecond,
      .char, .opaque:
      false
    case .boolean, .tinyint, .smallint, .integer, .bigint, .real, .double, .decimal, .varchar,
      .json, .date, .timestamp:
      true
    case .array(let element): canRead(element)
    case .map(let key, let value): !key.isNested && key != .json && canRead(key) && canRead(value)
    case .row(let fields): fields.allSatisfy { canRead($0.type) }
    }
  }

  static func canWrite(_ source: DataType) -> Bool {
    switch source {
    case .varbinary, .time, .timestampWithZone, .intervalYearToMonth, .intervalDayToSecond, .char,
      .opaque:
      false
    case .null, .boolean, .tinyint, .smallint, .integer, .bigint, .real, .double, .decimal,
      .varchar, .json, .date, .timestamp:
      true
    case .array(let element): canWrite(element)
    case .map(let key, let value): !key.isNested && canWrite(key) && canWrite(value)
    case .row(let fields): fields.allSatisfy { canWrite($0.type) }
    }
  }

  // MARK: JSON to SQL

  static func read(_ values: Values, _ validity: Validity, _ target: CastTarget) throws -> Column {
    guard case .text(let texts) = values else { throw target.impossible(from: "json") }
    var builder = ColumnBuilder(target.type)
    for row in 0..<texts.count {
      guard validity.isPresent(row) else {
        builder.appendNull()
        continue
      }
      let text = texts.bytes[texts.range(row)]
      do {
        guard let node = JSONNode.parse(text) else { throw target.failure(text.string) }
        builder.append(try value(node, target.type))
      } catch let error as EvaluationError {
        if !target.isTry { throw error }
        builder.appendNull()
      }
    }
    return builder.finish()
  }

  static func value(_ node: JSONNode, _ type: DataType) throws -> Value {
    if type == .json { return .bytes(node.text) }
    switch (node, type) {
    case (.null, _): return .null
    case (.array(let elements), .array(let element)):
      return .array(try elements.map { try value($0, element) })
    case (.object(let members), .map(let key, let entry)):
      return try MapFunctions.checked(
        try members.map { member in
          MapEntry(
            key: try scalar(member.name, from: .varchar, to: key),
            value: try value(member.value, entry))
        }, key)
    case (.object(let members), .row(let fields)):
      return .row(
        try fields.map { field in
          guard let name = field.name?.lowercased(),
            let member = members.first(where: { $0.name[...].string.lowercased() == name })
          else { return .null }
          return try value(member.value, field.type)
        })
    case (.array(let elements), .row(let fields)) where elements.count == fields.count:
      return .row(try zip(elements, fields).map { try value($0, $1.type) })
    case (.string(let text), _) where !type.isNested:
      return try scalar(text, from: .varchar, to: type)
    case (.boolean(let value), _) where !type.isNested:
      return try single(.boolean(value), from: .boolean, to: type)
    case (.number(let digits), _) where !type.isNested: return try number(digits, to: type)
    default: throw CastTarget(type: type, isTry: false).failure(node.text[...].string)
    }
  }

  private static func number(_ digits: [UInt8], to type: DataType) throws -> Value {
    switch type {
    case .varchar: return .bytes(text(ofNumber: digits))
    case .boolean, .tinyint, .smallint, .integer, .bigint:
      if let value = NumberText.int64(digits[...]) {
        return try single(.int64(value), from: .bigint, to: type)
      }
      guard !isWhole(digits) else {
        throw CastTarget(type: type, isTry: false).failure(digits[...].string)
      }
      return try single(
        .double(NumberText.double(casting: digits[...]) ?? .nan), from: .double, to: type)
    case .real, .double, .decimal: return try scalar(digits, from: .varchar, to: type)
    default:
      throw CastTarget(type: type, isTry: false).failure(digits[...].string)
    }
  }

  private static func isWhole(_ digits: [UInt8]) -> Bool {
    digits.allSatisfy { $0 &- 0x30 < 10 || $0 == UInt8(ascii: "-") }
  }

  /// A JSON number as text: whole numbers as they are written, the others as doubles print.
  private static func text(ofNumber digits: [UInt8]) -> [UInt8] {
    guard !isWhole(digits), let value = NumberText.double(casting: digits[...]) else {
      return digits
    }
    var out: [UInt8] = []
    NumberText.append(scientific: value, isReal: false, to: &out)
    return out
  }

  private static func scalar(_ text: [UInt8], from source: DataType, to type: DataType) throws
    -> Value
  {
    try single(.bytes(text), from: source, to: type)
  }

  private static func single(_ value: Value, from source: DataType, to type: DataType) throws
    -> Value
  {
    if source == type { return value }
    guard Cast.isPossible(from: source, to: type) else {
      throw EvaluationError("cannot cast a JSON \(source) to \(type)")
    }
    return try Cast.cast(Column(source, values: [value]), to: type, isTry: false).value(0)
  }

  // MARK: SQL to JSON

  static func write(_ column: Column, _ target: CastTarget) throws -> Column {
    var texts = TextVector()
    var mask: [Bool] = []
    for row in 0..<column.count {
      let value = column.value(row)
      mask.append(!value.isNull)
      var out: [UInt8] = []
      if !value.isNull { append(value, column.type, to: &out) }
      texts.append(out)
    }
    return Column(.json, .text(texts), Validity(checking: mask))
  }

  static func append(_ value: Value, _ type: DataType, to out: inout [UInt8]) {
    switch value {
    case .null: out.append(contentsOf: "null".utf8)
    case .boolean(let value): out.append(contentsOf: (value ? "true" : "false").utf8)
    case .bytes(let text):
      if type == .json {
        out.append(contentsOf: text)
      } else {
        JSONText.appendQuoted(text[...], to: &out)
      }
    case .int64, .double, .decimal: appendScalar(value, type, to: &out)
    case .array(let elements):
      guard case .array(let element) = type else { return }
      appendList(elements, open: 0x5B, close: 0x5D, to: &out) { append($0, element, to: &$1) }
    case .map(let entries):
      guard case .map(let key, let entry) = type else { return }
      let members = entries.map { (keyText($0.key, key), $0.value) }
        .sorted { $0.0.lexicographicallyPrecedes($1.0) }
      appendList(members, open: 0x7B, close: 0x7D, to: &out) { member, out in
        JSONText.appendQuoted(member.0[...], to: &out)
        out.append(0x3A)
        append(member.1, entry, to: &out)
      }
    case .row(let fields):
      guard case .row(let declared) = type else { return }
      appendList(Array(zip(fields, declared)), open: 0x7B, close: 0x7D, to: &out) { field, out in
        JSONText.appendQuoted(Array((field.1.name ?? "").utf8)[...], to: &out)
        out.append(0x3A)
        append(field.0, field.1.type, to: &out)
      }
    }
  }

  private static func appendList<Element>(
    _ elements: [Element], open: UInt8, close: UInt8, to out: inout [UInt8],
    _ append: (Element, inout [UInt8]) -> Void
  ) {
    out.append(open)
    for (position, element) in elements.enumerated() {
      if position > 0 { out.append(0x2C) }
      append(element, &out)
    }
    out.append(close)
  }

  private static func appendScalar(_ value: Value, _ type: DataType, to out: inout [UInt8]) {
    let text = keyText(value, type)
    let isPlain = type.isNumeric && !(value.double.map { !$0.isFinite } ?? false)
    if isPlain { out.append(contentsOf: text) } else { JSONText.appendQuoted(text[...], to: &out) }
  }

  /// A scalar as the text of its cast to VARCHAR, doubles and reals without an exponent where Java prints
  /// none.
  static func keyText(_ value: Value, _ type: DataType) -> [UInt8] {
    if case .bytes(let text) = value { return text }
    if let number = value.double, type == .double || type == .real {
      var out: [UInt8] = []
      NumberText.append(
        casting: type == .real ? NumberText.shortestReal(number) : number, to: &out)
      return out
    }
    let single = Column(type, values: [value])
    guard let cast = try? Cast.cast(single, to: .varchar, isTry: true),
      case .bytes(let text) = cast.value(0)
    else { return [] }
    return text
  }
}
