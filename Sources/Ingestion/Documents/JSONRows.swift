import TextFormats

/// Where the rows are in a JSON document.
///
/// Steps down to them: `name[]` for each element of a list, `name` for an object, `name{}` for each
/// member of an object, which becomes a row of `$key` and `$value`; `a|b` for the rows of both. Without
/// any step the document is the row, or a list of rows.
struct JSONRows: Sendable {
  private enum Step: Sendable {
    case elements(String)
    case member(String)
    case members(String)

    var name: String {
      switch self {
      case .elements(let name), .member(let name), .members(let name): name
      }
    }
  }

  private let alternatives: [[Step]]

  init(_ path: String) {
    alternatives = path.split(separator: "|").map { alternative in
      alternative.split(separator: ".").map { step in
        if step.hasSuffix("[]") { return .elements(String(step.dropLast(2))) }
        if step.hasSuffix("{}") { return .members(String(step.dropLast(2))) }
        return .member(String(step))
      }
    }
  }

  /// The level that an object holds: 0 for a whole answer, 1 for one of its reservations, …; nil where
  /// it holds none.
  func level(of object: JSONObject) -> Int? {
    alternatives.first?.indices.first { object[alternatives[0][$0].name] != nil }
  }

  /// The first step of all; nil where the document is the row.
  var first: String? { alternatives.first?.first?.name }

  /// The same from a level on.
  func from(level: Int) -> JSONRows { JSONRows([Array(alternatives[0].dropFirst(level))]) }

  private init(_ alternatives: [[Step]]) { self.alternatives = alternatives }

  /// Each row with what holds it, the row last.
  ///
  /// - Throws: `Misplaced` for something else where rows are looked for: without this a cut or failed answer
  ///   would count as a table without rows.
  func rows(of document: JSONValue) throws(Misplaced) -> [[JSONValue]] {
    guard !alternatives.isEmpty else { return [[document]] }
    let present = alternatives.filter { $0.first.flatMap { document[$0.name] } != nil }
    guard !present.isEmpty else {
      let names = Set(alternatives.compactMap { $0.first?.name }).sorted()
      throw Misplaced(
        expected: "an object with '\(names.joined(separator: "' or '"))'",
        found: document.object.map { "'" + $0.keys.prefix(3).joined(separator: "', '") + "'" }
          ?? document.kind)
    }
    var rows: [[JSONValue]] = []
    for steps in present {
      var chains = [[document]]
      var mayBeMissing = false
      for step in steps {
        var next: [[JSONValue]] = []
        for chain in chains { next += try JSONRows.below(chain, step, mayBeMissing: mayBeMissing) }
        chains = next
        // Only what one of many lacks is nothing: the document itself has to be whole.
        if case .elements = step { mayBeMissing = true }
      }
      rows += chains
    }
    return rows
  }

  private static func below(
    _ chain: [JSONValue], _ step: Step, mayBeMissing: Bool
  ) throws(Misplaced) -> [[JSONValue]] {
    if let holder = chain.last, holder.object == nil {
      throw Misplaced(holder, expected: "an object with '\(step.name)'")
    }
    let found = chain.last?[step.name]
    if mayBeMissing && found?.isNull != false { return [] }
    let member = found ?? .null
    switch step {
    case .elements(let name):
      guard let elements = member.array else {
        throw Misplaced(place: name, expected: "a list", found: found?.kind ?? "nothing")
      }
      return elements.map { chain + [$0] }
    case .member(let name):
      guard member.object != nil else {
        throw Misplaced(place: name, expected: "an object", found: found?.kind ?? "nothing")
      }
      return [chain + [member]]
    case .members(let name):
      guard let members = member.object?.members else {
        throw Misplaced(place: name, expected: "an object", found: found?.kind ?? "nothing")
      }
      return members.map { member in
        chain + [.object(["$key": .string(member.key), "$value": member.value])]
      }
    }
  }
}
