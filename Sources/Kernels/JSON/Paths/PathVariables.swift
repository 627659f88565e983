/// The variables of a SQL/JSON path, for those who check a statement before it runs.
package enum PathVariables {
  /// What is wrong with the variables of a path: one that nothing is passed for. Nil for a path without
  /// such, and for a text that is no path, which is told when it is read.
  ///
  /// Names in a path keep their case, those in PASSING only within double quotes.
  package static func fault(in path: String, passed: [String]) -> String? {
    guard let query = try? PathParser.parse(Array(path.utf8)[...]) else { return nil }
    var names: [String] = []
    collect(query.expression, into: &names)
    guard let name = names.first(where: { !passed.contains($0) }) else { return nil }
    let hint =
      passed.contains { $0.lowercased() == name.lowercased() }
      ? "; write \"\(name)\" in PASSING, as names without quotes are meant in capitals" : ""
    return "the path names $\(name), but PASSING gives no \(name)\(hint)"
  }

  private static func collect(_ expression: PathExpression, into names: inout [String]) {
    switch expression {
    case .variable(let name): names.append(name)
    case .literal, .context, .current, .last: break
    case .negate(let base), .member(let base, _), .descendant(let base, _), .method(let base, _):
      collect(base, into: &names)
    case .arithmetic(_, let left, let right):
      collect(left, into: &names)
      collect(right, into: &names)
    case .elements(let base, let subscripts):
      collect(base, into: &names)
      for entry in subscripts ?? [] {
        collect(entry.from, into: &names)
        if let to = entry.to { collect(to, into: &names) }
      }
    case .filter(let base, let condition):
      collect(base, into: &names)
      collect(condition, into: &names)
    }
  }

  private static func collect(_ condition: PathPredicate, into names: inout [String]) {
    switch condition {
    case .and(let left, let right), .or(let left, let right):
      collect(left, into: &names)
      collect(right, into: &names)
    case .not(let inner), .isUnknown(let inner): collect(inner, into: &names)
    case .exists(let base), .matches(let base, _): collect(base, into: &names)
    case .compare(_, let left, let right), .startsWith(let left, let right):
      collect(left, into: &names)
      collect(right, into: &names)
    }
  }
}
