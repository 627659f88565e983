/// The forms in which reports write what is a MAP.
///
///     {"env": "prod", "team": "a"}                     AWS, Oracle, the FOCUS specification
///     [{"key": "env", "value": "prod"}, …]             BigQuery, whose maps are repeated records
///     "env": "prod","team": "a"                        Azure's older exports: the object without braces
enum MapText {
  /// The document of a text, nil where it is none of these.
  static func json(_ text: [UInt8]) -> JSONValue? {
    if let json = try? JSONValue.parse(text, file: "") {
      // A text in quotes alone is JSON too, but no map.
      return json.object != nil || json.array != nil ? json : nil
    }
    guard text.first(where: { $0 > 0x20 }) == UInt8(ascii: "\"") else { return nil }
    let braced = [UInt8(ascii: "{")] + text + [UInt8(ascii: "}")]
    return try? JSONValue.parse(braced, file: "")
  }

  /// A list of keys and values as an object, nil where an element is none; the last of equal keys counts.
  static func object(_ elements: [JSONValue]) -> JSONObject? {
    var members: [(String, JSONValue)] = []
    members.reserveCapacity(elements.count)
    for element in elements {
      guard let object = element.object, let key = object[ignoringCase: "key"]?.string else {
        return nil
      }
      members.append((key, object[ignoringCase: "value"] ?? .null))
    }
    return JSONObject(members)
  }
}
