import Columns
import TextFormats

/// JSON values as values of columns.
enum JSONConversion {
  /// The value under a type; NULL for null, for what is missing, and for empty text where a value is no
  /// text.
  ///
  /// - Parameter spellings: further names of members of rows, in lower case: the other to the usual.
  /// - Throws: `Misplaced` for what cannot be a value of the type, or has something in it that cannot:
  ///   nothing becomes NULL because it was not understood.
  static func value(
    of json: JSONValue?, as type: DataType, spellings: [String: String] = [:]
  ) throws(Misplaced) -> Value {
    guard let json, !json.isNull else { return .null }
    switch type {
    case .varchar, .json: return .bytes(text(json))
    case _ where json.string?.isEmpty == true: return .null
    case .boolean: if let flag = boolean(json) { return .boolean(flag) }
    case .integer, .bigint: if let number = integer(json) { return .int64(number) }
    case .double: if let number = double(json) { return .double(number) }
    case .timestamp: if let time = timestamp(json) { return .int64(time) }
    case .date: if let day = date(json) { return .int64(day) }
    case .map(_, let valueType):
      if json.object != nil || json.array != nil || json.string != nil {
        return try map(json, valueType)
      }
    case .array(let element):
      if let list = json.array { return try array(list, element, spellings) }
    case .row(let fields):
      if let object = json.object { return try row(object, fields, spellings) }
    case .null, .decimal, .varbinary, .intervalYearToMonth, .intervalDayToSecond, .tinyint,
      .smallint, .real, .time, .timestampWithZone, .char, .opaque:
      break
    }
    // Recordings have an empty object for a time that is not there.
    if type == .timestamp || type == .date, json.object?.members.isEmpty == true { return .null }
    throw Misplaced(json, expected: expectation(type))
  }

  private static func array(
    _ list: [JSONValue], _ element: DataType, _ spellings: [String: String]
  ) throws(Misplaced) -> Value {
    var values: [Value] = []
    values.reserveCapacity(list.count)
    for (position, json) in list.enumerated() {
      do {
        values.append(try value(of: json, as: element, spellings: spellings))
      } catch {
        throw error.below("[\(position)]")
      }
    }
    return .array(values)
  }

  private static func row(
    _ object: JSONObject, _ fields: [RowField], _ spellings: [String: String]
  ) throws(Misplaced) -> Value {
    var values: [Value] = []
    values.reserveCapacity(fields.count)
    for field in fields {
      do {
        let json = try field.name.flatMap { name throws(Misplaced) in
          try member(name, of: object, spellings)
        }
        values.append(try value(of: json, as: field.type, spellings: spellings))
      } catch {
        throw error.below(field.name ?? "")
      }
    }
    return .row(values)
  }

  /// The member of a name in whatever case, or under another spelling of it.
  ///
  /// - Throws: `Misplaced` for two members of that name with two values, of which one would be lost.
  static func member(
    _ name: String, of object: JSONObject, _ spellings: [String: String] = [:]
  ) throws(Misplaced) -> JSONValue? {
    let lowered = name.lowercased()
    var found: JSONMember?
    for member in object.members {
      let key = member.key.utf8.count == lowered.utf8.count ? member.key.lowercased() : ""
      guard key == lowered || (!spellings.isEmpty && isSpelling(member.key, of: lowered, spellings))
      else { continue }
      if let found, found.value != member.value {
        throw Misplaced(
          expected: "one value",
          found: "'\(found.key.prefix(40))' and '\(member.key.prefix(40))' with two")
      }
      found = found ?? member
    }
    return found?.value
  }

  private static func isSpelling(
    _ key: String, of name: String, _ spellings: [String: String]
  ) -> Bool { spellings[key.lowercased()] == name }

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
      .smallint, .real, .time, .timestampWithZone, .char, .opaque:
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

  /// Lists of `{"Key": …, "Value": …}` and objects, as the entries of a MAP, each key once.
  ///
  /// - Throws: `Misplaced` for an element without a key, and for a key with two values, of which nobody
  ///   can say which is meant.
  static func entries(_ json: JSONValue?) throws(Misplaced) -> [(key: String, value: JSONValue)] {
    guard let json, !json.isNull else { return [] }
    if let object = json.object { return object.members.map { ($0.key, $0.value) } }
    guard let list = json.array else {
      throw Misplaced(json, expected: "tags or an object")
    }
    var found: [(key: String, value: JSONValue)] = []
    var places: [String: Int] = [:]
    for (position, item) in list.enumerated() {
      let named = item["Key"] ?? item["key"] ?? item["tagName"] ?? item["Name"]
      let value = item["Value"] ?? item["value"] ?? item["tagValue"] ?? .null
      guard let key = named?.string else {
        throw Misplaced(item, place: "[\(position)]", expected: "a tag with its 'Key'")
      }
      if let place = places.updateValue(found.count, forKey: key) {
        guard found[place].value == value else {
          throw Misplaced(
            expected: "each key once", found: "'\(key.prefix(40))' with two values")
        }
        places[key] = place
      } else {
        found.append((key, value))
      }
    }
    return found
  }

  private static func boolean(_ json: JSONValue) -> Bool? {
    if let flag = json.boolean { return flag }
    return switch json.string?.lowercased() {
    case "true": true
    case "false": false
    default: nil
    }
  }

  private static func integer(_ json: JSONValue) -> Int64? {
    if let number = json.int64 { return number }
    if let text = json.string, let number = NumberText.int64(Array(text.utf8)) { return number }
    return double(json).flatMap { Int64(exactly: $0) }
  }

  private static func date(_ json: JSONValue) -> Int64? {
    if let text = json.string, let days = CivilTimeText.date(Array(text.utf8)) { return days }
    return timestamp(json).map { $0.floorDivided(by: Microseconds.day) }
  }

  private static func map(_ json: JSONValue, _ type: DataType) throws(Misplaced) -> Value {
    var json = json
    if let text = json.string {
      guard let inner = try? JSONValue.parse(text), inner.object != nil || inner.array != nil else {
        throw Misplaced(json, expected: "tags or an object")
      }
      json = inner
    }
    var entries: [MapEntry] = []
    for (key, member) in try self.entries(json) {
      do {
        entries.append(MapEntry(key: .text(key), value: try value(of: member, as: type)))
      } catch {
        throw error.below(key)
      }
    }
    return .map(entries)
  }
}
