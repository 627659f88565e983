import Columns

/// A JSON document or a part of one.
///
/// Numbers keep their text, so that nothing is rounded before someone decides what they are.
package enum JSONValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  /// The number as written; always of JSON's grammar.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  package static func int(_ value: Int) -> JSONValue { .number(String(value)) }
  /// NaN and the infinities have no JSON form and become null.
  package static func double(_ value: Double) -> JSONValue {
    value.isFinite ? .number(String(decoding: NumberText.json(value), as: UTF8.self)) : .null
  }
  package static func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
    .object(JSONObject(members.map { ($0.key, $0.value) }))
  }

  package var isNull: Bool { self == .null }

  package var string: String? {
    guard case .string(let value) = self else { return nil }
    return value
  }

  package var boolean: Bool? {
    guard case .boolean(let value) = self else { return nil }
    return value
  }

  /// The nearest double of a number, nil for anything else and beyond the range.
  package var double: Double? {
    guard case .number(let text) = self else { return nil }
    return NumberText.double(Array(text.utf8))
  }

  /// The value of a number that is a 64-bit integer, written as one or with a zero fraction.
  package var int64: Int64? {
    guard case .number(let text) = self else { return nil }
    if let value = Int64(text) { return value }
    return NumberText.double(Array(text.utf8)).flatMap { Int64(exactly: $0) }
  }

  package var int: Int? { int64.map(Int.init) }

  package var array: [JSONValue]? {
    guard case .array(let value) = self else { return nil }
    return value
  }

  package var object: JSONObject? {
    guard case .object(let value) = self else { return nil }
    return value
  }

  /// The member of that name, nil when there is none or this is no object.
  package subscript(_ key: String) -> JSONValue? { object?[key] }

  /// The member of that name in whatever case; the exact name first.
  package subscript(ignoringCase key: String) -> JSONValue? { object?[ignoringCase: key] }

  /// The element at a position, nil when there is none or this is no array.
  package subscript(_ position: Int) -> JSONValue? {
    guard let array, array.indices.contains(position) else { return nil }
    return array[position]
  }

  /// The member at the end of a path of names.
  package func at(_ path: String...) -> JSONValue? {
    path.reduce(Optional(self)) { $0?[$1] }
  }

  /// What it is in words, for messages: `an object`, `a number`.
  package var kind: String {
    switch self {
    case .null: "null"
    case .boolean: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// The members of a JSON object in the order of the document, each name once.
package struct JSONObject: Hashable, Sendable {
  package private(set) var members: [JSONMember] = []
  /// Positions by name, kept only for objects too large to be searched.
  private var positions: [String: Int] = [:]
  private static let searchLimit = 12

  package init() {}

  /// Of members with the same name the last value counts, at the place of the first.
  package init(_ members: [(String, JSONValue)]) {
    self.members.reserveCapacity(members.count)
    for (key, value) in members { self[key] = value }
  }

  package var count: Int { members.count }
  package var keys: [String] { members.map(\.key) }

  /// Setting nil removes the member.
  package subscript(_ key: String) -> JSONValue? {
    get { position(of: key).map { members[$0].value } }
    set {
      if let position = position(of: key) {
        if let newValue {
          members[position].value = newValue
        } else {
          members.remove(at: position)
          reindex()
        }
      } else if let newValue {
        members.append(JSONMember(key: key, value: newValue))
        if members.count == JSONObject.searchLimit + 1 {
          reindex()
        } else if members.count > JSONObject.searchLimit {
          positions[key] = members.count - 1
        }
      }
    }
  }

  package subscript(ignoringCase key: String) -> JSONValue? {
    if let exact = self[key] { return exact }
    let lowered = key.lowercased()
    return members.first { $0.key.lowercased() == lowered }?.value
  }

  /// Whether no two names differ only by case.
  var namesAreDistinct: Bool { namesDifferingByCase == nil }

  /// Two names that differ only by case.
  var namesDifferingByCase: (String, String)? {
    var seen: [String: String] = [:]
    seen.reserveCapacity(members.count)
    for member in members {
      if let other = seen.updateValue(member.key, forKey: member.key.lowercased()) {
        return (other, member.key)
      }
    }
    return nil
  }

  private func position(of key: String) -> Int? {
    members.count > JSONObject.searchLimit
      ? positions[key] : members.firstIndex { $0.key == key }
  }

  private mutating func reindex() {
    positions = [:]
    guard members.count > JSONObject.searchLimit else { return }
    for (position, member) in members.enumerated() { positions[member.key] = position }
  }

  package static func == (a: JSONObject, b: JSONObject) -> Bool { a.members == b.members }
  package func hash(into hasher: inout Hasher) { hasher.combine(members) }
}

/// A name and its value.
package struct JSONMember: Hashable, Sendable {
  package let key: String
  package var value: JSONValue

  package init(key: String, value: JSONValue) {
    self.key = key
    self.value = value
  }
}
