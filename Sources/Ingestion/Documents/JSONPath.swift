import TextFormats

/// Where a value is from a row of a JSON document.
///
/// `Placement.Zone`, `Attachments[0].Device`, `metrics[name=CPU,statistic=Maximum].value` for the
/// element whose members have those texts in any case, `../OwnerId` for what holds the row, and `a|b`
/// for the first there is. A member whose name is the whole path, dots and all, comes before.
struct JSONPath: Sendable, Equatable {
  private enum Step: Sendable, Equatable {
    case member(String)
    case element(Int)
    case match([String: String])
  }

  private struct Alternative: Sendable, Equatable {
    var levelsUp = 0
    var whole = ""
    var ignoresCase = false
    /// Whether it is another spelling of what an earlier one leads to, which must not say otherwise.
    var isSpelling = false
    var steps: [Step] = []
  }

  private let alternatives: [Alternative]

  /// - Parameters:
  ///   - isName: whether the path is a column's name: then a member of that name in any case.
  ///   - spellings: further members that are the same column.
  init(_ path: String, isName: Bool = false, spellings: [String] = []) {
    alternatives =
      (isName
        ? [Alternative(whole: path, ignoresCase: true)]
        : path.split(separator: "|").map(JSONPath.alternative))
      + spellings.map { Alternative(whole: $0, isSpelling: true) }
  }

  /// A member by its exact name.
  init(member: String) { alternatives = [Alternative(whole: member)] }

  /// The names of the row's members that the path begins with.
  func heads(_ names: some Sequence<String>) -> [String] {
    names.filter { name in
      alternatives.contains { alternative in
        guard alternative.levelsUp == 0 else { return false }
        if alternative.whole == name { return true }
        if alternative.ignoresCase { return alternative.whole.lowercased() == name.lowercased() }
        return alternative.steps.first == .member(name)
      }
    }
  }

  /// The value in a row, given with what holds it, the row last; nil where there is none or null.
  ///
  /// - Throws: `Misplaced` where the way goes through something that has no members, and for two values
  ///   of one column: what is said there is not nothing.
  func value(_ chain: [JSONValue]) throws(Misplaced) -> JSONValue? {
    var first: JSONValue?
    for alternative in alternatives where first == nil || alternative.isSpelling {
      let level = chain.count - 1 - alternative.levelsUp
      guard chain.indices.contains(level),
        let found = try JSONPath.descend(chain[level], alternative), !found.isNull
      else { continue }
      if let first, first != found {
        throw Misplaced(
          expected: "one value", found: "another under '\(alternative.whole.prefix(40))'")
      }
      first = found
    }
    return first
  }

  private static func descend(
    _ start: JSONValue, _ alternative: Alternative
  ) throws(Misplaced) -> JSONValue? {
    if alternative.ignoresCase {
      return try start.object.flatMap { object throws(Misplaced) in
        try JSONConversion.member(alternative.whole, of: object)
      }
    }
    if let whole = start[alternative.whole] { return whole }
    var value = start
    var place = ""
    for step in alternative.steps {
      if value.isNull { return nil }
      let next: JSONValue?
      switch step {
      case .member(let name):
        guard let object = value.object else {
          throw Misplaced(value, place: place, expected: "an object")
        }
        next = object[name]
        place += place.isEmpty ? name : ".\(name)"
      case .element(let position):
        next = try list(value, place)[safely: position]
        place += "[\(position)]"
      case .match(let texts):
        next = try element(of: list(value, place), texts, place)
      }
      guard let next else { return nil }
      value = next
    }
    return alternative.steps.isEmpty ? nil : value
  }

  private static func list(_ value: JSONValue, _ place: String) throws(Misplaced) -> [JSONValue] {
    guard let list = value.array else { throw Misplaced(value, place: place, expected: "a list") }
    return list
  }

  private static func element(
    of list: [JSONValue], _ texts: [String: String], _ place: String
  ) throws(Misplaced) -> JSONValue? {
    for element in list where element.object == nil {
      throw Misplaced(element, place: place + "[]", expected: "an object")
    }
    return list.first { element in
      texts.allSatisfy { member, text in
        switch element[member] {
        case .string(let found): found.lowercased() == text
        case .number(let found): found == text
        case .null, .boolean, .array, .object, nil: false
        }
      }
    }
  }

  private static func alternative(_ path: Substring) -> Alternative {
    var alternative = Alternative()
    var rest = path
    while rest.hasPrefix("../") {
      rest = rest.dropFirst(3)
      alternative.levelsUp += 1
    }
    alternative.whole = String(rest)
    for part in rest.split(separator: ".") {
      let pieces = part.split(separator: "[")
      if let name = pieces.first, !part.hasPrefix("[") {
        alternative.steps.append(.member(String(name)))
      }
      for piece in pieces.dropFirst(part.hasPrefix("[") ? 0 : 1) {
        let inner = piece.hasSuffix("]") ? piece.dropLast() : piece
        if let place = Int(inner) {
          alternative.steps.append(.element(place))
        } else {
          var texts: [String: String] = [:]
          for condition in inner.split(separator: ",") {
            let pair = condition.split(separator: "=", maxSplits: 1)
            texts[String(pair[0])] = pair.count == 2 ? pair[1].lowercased() : ""
          }
          alternative.steps.append(.match(texts))
        }
      }
    }
    return alternative
  }
}

extension Array {
  /// The element at a position, nil where there is none.
  fileprivate subscript(safely position: Int) -> Element? {
    indices.contains(position) ? self[position] : nil
  }
}
