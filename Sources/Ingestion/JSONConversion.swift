import Columns
import TextFormats

/// JSON values as values of columns.
enum JSONConversion {
  /// The value under a type; NULL where it is missing or cannot be one.
  ///
  /// - Parameter spellings: further names of members of rows, in lower case: the other to the usual.
  static func value(
    of json: JSONValue?, as type: DataType, spellings: [String: String] = [:]
  ) -> Value {
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
      return json.array.map { list in
        .array(list.map { value(of: $0, as: element, spellings: spellings) })
      } ?? .null
    case .row(let fields):
      guard let object = json.object else { return .null }
      return .row(
        fields.map { field in
          value(
            of: field.name.flatMap { member($0, of: object, spellings) }, as: field.type,
            spellings: spellings)
        })
    case .null, .decimal, .varbinary, .intervalYearToMonth, .intervalDayToSecond, .tinyint,
      .smallint, .real, .time, .timestampWithZone:
      return .null
    }
  }

  /// The member of a name in whatever case, or under another spelling of it.
  private static func member(
    _ name: String, of object: JSONObject, _ spellings: [String: String]
  ) -> JSONValue? {
    if let found = object[ignoringCase: name] { return found }
    guard !spellings.isEmpty else { return nil }
    let lowered = name.lowercased()
    return object.members.first { spellings[$0.key.lowercased()] == lowered }?.value
  }

  /// What a type takes, in words for messages.
  static func expectation(_ type: DataType) -> String {
    switch type {
    case .boolean: "true or false"
    case .integer, .bigint: "a whole number"
    case .double, .decimal: "a number"
    case .timestamp, .date: "a time"
    case .array: "a list"
    case .map: "tags or an object"
    case .row: "an object"
    case .varchar, .json, .varbinary, .null, .intervalYearToMonth, .intervalDayToSecond, .tinyint,
      .smallint, .real, .time, .timestampWithZone:
      "text"
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

  /// ISO 8601 text, seconds or milliseconds since the epoch, or the parts that recordings of boto3 have:
  /// `{"__class__": "datetime", "year": 2016, …}`.
  static func timestamp(_ json: JSONValue?) -> Int64? {
    if let json, json["__class__"]?.string == "datetime" { return recorded(json) }
    if let text = json?.string { return CivilTimeText.timestamp(Array(text.utf8)) }
    guard let number = json?.double else { return nil }
    return CivilTimeText.timestamp(epoch: number)
  }

  private static func recorded(_ json: JSONValue) -> Int64? {
    func part(_ name: String) -> Int64 { json[name]?.int64 ?? 0 }
    guard let year = json["year"]?.int, let month = json["month"]?.int, let day = json["day"]?.int
    else { return nil }
    let date = CivilDate(year: year, month: month, day: day)
    let hour = part("hour")
    let minute = part("minute")
    let second = part("second")
    let fraction = part("microsecond")
    guard date.isValid, (0..<24).contains(hour), (0..<60).contains(minute),
      (0..<61).contains(second), (0..<1_000_000).contains(fraction)
    else { return nil }
    let seconds = (hour * 60 + minute) * 60 + second
    return Int64(date.daysSinceEpoch) * Microseconds.day + seconds * 1_000_000 + fraction
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
