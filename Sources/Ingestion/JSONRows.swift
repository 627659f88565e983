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

  /// Something else where rows are looked for: without this a cut or failed answer would count as a
  /// table without rows.
  struct Misplaced: Error {
    let message: String
  }

  /// Each row with what holds it, the row last.
  func rows(of document: JSONValue) throws(Misplaced) -> [[JSONValue]] {
    guard !alternatives.isEmpty else { return [[document]] }
    let present = alternatives.filter { $0.first.flatMap { document[$0.name] } != nil }
    guard !present.isEmpty else {
      let names = Set(alternatives.compactMap { $0.first?.name }).sorted()
      throw Misplaced(
        message: "expected an object with '\(names.joined(separator: "' or '"))', found "
          + (document.object.map { "'" + $0.keys.prefix(3).joined(separator: "', '") + "'" }
            ?? document.kind) + ": is this the whole answer?")
    }
    var rows: [[JSONValue]] = []
    for steps in present {
      var chains = [[document]]
      for (depth, step) in steps.enumerated() {
        var next: [[JSONValue]] = []
        for chain in chains { next += try JSONRows.below(chain, step, depth) }
        chains = next
      }
      rows += chains
    }
    return rows
  }

  private static func below(
    _ chain: [JSONValue], _ step: Step, _ depth: Int
  ) throws(Misplaced) -> [[JSONValue]] {
    guard let member = chain.last?[step.name], !(member.isNull && depth > 0) else { return [] }
    switch step {
    case .elements(let name):
      guard let elements = member.array else {
        throw Misplaced(message: "expected '\(name)' to be a list, found \(member.kind)")
      }
      return elements.map { chain + [$0] }
    case .member(let name):
      guard member.object != nil else {
        throw Misplaced(message: "expected '\(name)' to be an object, found \(member.kind)")
      }
      return [chain + [member]]
    case .members(let name):
      guard let members = member.object?.members else {
        throw Misplaced(message: "expected '\(name)' to be an object, found \(member.kind)")
      }
      return members.map { member in
        chain + [.object(["$key": .string(member.key), "$value": member.value])]
      }
    }
  }
}
