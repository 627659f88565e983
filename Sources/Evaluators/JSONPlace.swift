import Columns
package import TextFormats

/// A value in a JSON file with the way to it, so that what is wrong can be pointed at.
package struct JSONPlace: Sendable {
  package let value: JSONValue
  package let file: String
  /// `Budgets[2].BudgetLimit`; empty at the top.
  package let path: String

  package init(_ value: JSONValue, file: String, path: String = "") {
    self.value = value
    self.file = file
    self.path = path
  }

  package func error(_ message: String) -> ConfigurationError {
    ConfigurationError(file, path.isEmpty ? "top level" : path, message)
  }

  /// The member of that name; nil when it is missing or null.
  package func optional(_ name: String) throws(ConfigurationError) -> JSONPlace? {
    guard case .object(let object) = value else { throw expected("an object") }
    guard let member = object[name], member != .null else { return nil }
    return JSONPlace(member, file: file, path: path(to: name))
  }

  private func path(to member: String) -> String { path.isEmpty ? member : "\(path).\(member)" }

  package func required(_ name: String) throws(ConfigurationError) -> JSONPlace {
    guard let member = try optional(name) else {
      throw error("expected '\(name)', which is missing")
    }
    return member
  }

  package func elements() throws(ConfigurationError) -> [JSONPlace] {
    guard case .array(let elements) = value else { throw expected("a list") }
    return elements.enumerated().map {
      JSONPlace($0.element, file: file, path: "\(path)[\($0.offset)]")
    }
  }

  package func members() throws(ConfigurationError) -> [(key: String, value: JSONPlace)] {
    guard case .object(let object) = value else { throw expected("an object") }
    return object.members.map {
      ($0.key, JSONPlace($0.value, file: file, path: path(to: $0.key)))
    }
  }

  package func text() throws(ConfigurationError) -> String {
    guard case .string(let text) = value else { throw expected("text") }
    return text
  }

  package func flag() throws(ConfigurationError) -> Bool {
    guard case .boolean(let flag) = value else { throw expected("true or false") }
    return flag
  }

  /// A finite number, written as a number or, as AWS does with amounts, as text.
  package func number() throws(ConfigurationError) -> Double {
    let number: Double? =
      switch value {
      case .number: value.double
      case .string(let text): NumberText.double(Array(text.utf8))
      default: nil
      }
    guard let number, number.isFinite else { throw expected("a number") }
    return number
  }

  /// One of an enumeration's words.
  package func choice<T: RawRepresentable & CaseIterable>(
    of type: T.Type
  ) throws(ConfigurationError) -> T where T.RawValue == String {
    let word = try text()
    guard let choice = T(rawValue: word) else {
      let words = T.allCases.map(\.rawValue).joined(separator: ", ")
      throw error("expected one of \(words), found '\(word)'")
    }
    return choice
  }

  /// A day: ISO text, or seconds since 1970 as version 1 of the AWS CLI prints them.
  package func day() throws(ConfigurationError) -> Int {
    switch value {
    case .number:
      let seconds = try number()
      guard abs(seconds) < 1e12 else { throw expected("a time") }
      return Int(seconds.rounded(.down)).floorDivided(by: 86_400)
    case .string(let text):
      guard let microseconds = CivilTimeText.timestamp(Array(text.utf8)) else {
        throw expected("a time such as 2026-01-01T00:00:00+00:00")
      }
      return Int(microseconds.floorDivided(by: Microseconds.day))
    case .null, .boolean, .array, .object: throw expected("a time")
    }
  }

  private func expected(_ what: String) -> ConfigurationError {
    let found =
      switch value {
      case .string(let text): "'\(text.prefix(40))'"
      case .number(let text): text
      case .boolean(let flag): "\(flag)"
      case .null: "null"
      case .array: "a list"
      case .object: "an object"
      }
    return error("expected \(what), found \(found)")
  }
}
