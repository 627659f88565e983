import Columns
import TextFormats

/// JSON values as values of columns.
enum JSONConversion {
  /// The value under a type; NULL where it is missing or cannot be one.
  static func value(of json: JSONValue?, as type: DataType) -> Value {
    guard let json, !json.isNull else { return .null }
    switch type {
    case .boolean: return boolean(json)
    case .integer, .bigint: return integer(json)
    case .double: return double(json).map { .double($0) } ?? .null
    case .timestamp: return timestamp(json).map { .int64($0) } ?? .null
    case .date: return date(json)
    case .varchar, .json: return .bytes(text(json))
    case .map(_, let valueType): return map(json, valueType)
    case .array(let element):
      return json.array.map { .array($0.map { value(of: $0, as: element) }) } ?? .null
    case .row(let fields):
      guard let object = json.object else { return .null }
      return .row(
        fields.map { field in
          value(of: field.name.flatMap { object[ignoringCase: $0] }, as: field.type)
        })
    case .null, .decimal, .varbinary, .intervalYearToMonth, .intervalDayToSecond: return .null
    }
  }

  /// Text as it is; numbers, booleans and nested values as their JSON.
  static func text(_ json: JSONValue) -> [UInt8] {
    if let string = json.string { return Array(string.utf8) }
    return json.serialized()
  }

  /// A number or text that is one.
  static func double(_ json: JSONValue?) -> Double? {
    json?.double ?? json?.string.flatMap { NumberText.double(Array($0.utf8)) }
  }

  /// ISO 8601 text, or seconds or milliseconds since the epoch.
  static func timestamp(_ json: JSONValue?) -> Int64? {
    if let text = json?.string { return CivilTimeText.timestamp(Array(text.utf8)) }
    guard let number = json?.double else { return nil }
    return CivilTimeText.timestamp(epoch: number)
  }

  /// Lists of `{"Key": …, "Value": …}` and objects, as the entries of a MAP; the last of equal keys.
  static func entries(_ json: JSONValue?) -> [(key: String, value: JSONValue)] {
    var found: [(key: String, value: JSONValue)] = []
    var places: [String: Int] = [:]
    func add(_ key: String, _ value: JSONValue) {
      if let place = places[key] {
        found[place].value = value
      } else {
        places[key] = found.count
        found.append((key, value))
      }
    }
    for member in json?.object?.members ?? [] { add(member.key, member.value) }
    for item in json?.array ?? [] {
      let key = item["Key"] ?? item["key"] ?? item["tagName"] ?? item["Name"]
      let value = item["Value"] ?? item["value"] ?? item["tagValue"]
      if let key = key?.string { add(key, value ?? .null) }
    }
    return found
  }

  private static func boolean(_ json: JSONValue) -> Value {
    if let flag = json.boolean { return .boolean(flag) }
    return switch json.string?.lowercased() {
    case "true": .boolean(true)
    case "false": .boolean(false)
    default: .null
    }
  }

  private static func integer(_ json: JSONValue) -> Value {
    if let number = json.int64 { return .int64(number) }
    if let text = json.string, let number = NumberText.int64(Array(text.utf8)) {
      return .int64(number)
    }
    guard let number = double(json), let whole = Int64(exactly: number) else { return .null }
    return .int64(whole)
  }

  private static func date(_ json: JSONValue) -> Value {
    if let text = json.string, let days = CivilTimeText.date(Array(text.utf8.prefix(10))) {
      return .int64(days)
    }
    return timestamp(json).map { .int64($0.floorDivided(by: Microseconds.day)) } ?? .null
  }

  private static func map(_ json: JSONValue, _ type: DataType) -> Value {
    if let text = json.string {
      guard let inner = try? JSONValue.parse(text), inner.object != nil else { return .null }
      return map(inner, type)
    }
    guard json.object != nil || json.array != nil else { return .null }
    return .map(
      entries(json).map { MapEntry(key: .text($0.key), value: value(of: $0.value, as: type)) })
  }
}
