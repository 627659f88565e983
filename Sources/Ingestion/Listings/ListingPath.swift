import TextFormats

/// Where the rows of a listing are, and how values are found from them.
struct ListingPath {
  /// The members to descend, each an array of the next; none for the document itself.
  let levels: [String]

  /// - Parameter rows: `Reservations[].Instances[]`.
  init(rows: String) {
    levels = rows.split(separator: ".").map { level in
      String(level.hasSuffix("[]") ? level.dropLast(2) : level)
    }
  }

  /// The level that an object holds: 0 for a whole answer, 1 for one of its reservations, …; nil where
  /// it holds none.
  func level(of object: JSONObject) -> Int? { levels.indices.first { object[levels[$0]] != nil } }

  /// Each row below an object that holds a level, with what holds it, the row last.
  ///
  /// - Throws: `Misplaced` where a list is looked for and something else is there; without this check a
  ///   cut or failed answer would count as a listing of nothing.
  func rows(of page: JSONValue, from level: Int) throws(Misplaced) -> [[JSONValue]] {
    var chains = [[page]]
    for (depth, name) in levels[level...].enumerated() {
      var next: [[JSONValue]] = []
      for chain in chains {
        guard let member = chain.last?[name], depth == 0 || !member.isNull else { continue }
        guard let list = member.array else {
          throw Misplaced(place: name, expected: "a list", found: member.kind)
        }
        next += list.map { chain + [$0] }
      }
      chains = next
    }
    return chains
  }

  /// The value at `Placement.Zone`, `Attachments[0].Device`, `../OwnerId`; `a|b` is the first there is.
  ///
  /// - Throws: `Misplaced` where the way goes through something that has no members.
  static func value(_ path: String, _ chain: [JSONValue]) throws(Misplaced) -> JSONValue? {
    for alternative in path.split(separator: "|") {
      var rest = alternative
      var level = chain.count - 1
      while rest.hasPrefix("../") {
        rest = rest.dropFirst(3)
        level -= 1
      }
      guard chain.indices.contains(level) else { continue }
      if let found = try descend(chain[level], rest) { return found }
    }
    return nil
  }

  private static func descend(
    _ start: JSONValue, _ path: Substring
  ) throws(Misplaced) -> JSONValue? {
    var value = start
    var place = ""
    for step in path.split(separator: ".") {
      if value.isNull { return nil }
      guard let object = value.object else {
        throw Misplaced(place: place, expected: "an object", found: value.kind)
      }
      let parts = step.split(separator: "[")
      guard let name = parts.first, let member = object[String(name)] else { return nil }
      value = member
      place = place.isEmpty ? String(name) : "\(place).\(name)"
      for index in parts.dropFirst() {
        if value.isNull { return nil }
        guard let list = value.array else {
          throw Misplaced(place: place, expected: "a list", found: value.kind)
        }
        guard let position = Int(index.dropLast()), list.indices.contains(position) else {
          return nil
        }
        value = list[position]
      }
    }
    return value.isNull ? nil : value
  }
}

/// Something of another kind than the format has it.
struct Misplaced: Error {
  /// The member, as a path from the row.
  let place: String
  let expected: String
  let found: String

  var sentence: String {
    place.isEmpty
      ? "expected \(expected), found \(found): is this the whole answer?"
      : "expected '\(place)' to be \(expected), found \(found): is this the whole answer?"
  }
}
