/// How the values of a cost category share the costs of others.
///
/// Source: AWS Cost Explorer API, CostCategorySplitChargeRule: a source is used once and is never a
/// target; a target may be in several.
package struct CostSplits: Sendable {
  package enum Method: String, Sendable, CaseIterable {
    /// By the targets' own cost.
    case proportional = "PROPORTIONAL"
    case even = "EVEN"
    /// By percentages that are given.
    case fixed = "FIXED"
  }

  package struct Split: Sendable {
    /// A value of the category; empty for charges that have none.
    package let source: String
    package let targets: [String]
    package let method: Method
    /// Percentages of `FIXED`, in the targets' order.
    package let shares: [Double]
  }

  package let category: String
  package let splits: [Split]

  init(_ place: JSONPlace, category: String) throws(ConfigurationError) {
    self.category = category
    var splits: [Split] = []
    for entry in try place.optional("SplitChargeRules")?.elements() ?? [] {
      splits.append(try CostSplits.split(entry))
    }
    self.splits = splits
    let sources = splits.map(\.source)
    for (position, split) in splits.enumerated() {
      guard !sources[..<position].contains(split.source) else {
        throw place.error("'\(split.source)' is the source of two splits; it can be shared once")
      }
      if let target = split.targets.first(where: { sources.contains($0) }) {
        throw place.error(
          "'\(target)' is a source and a target of splits: what it gives would come back to it")
      }
    }
  }

  private static func split(_ place: JSONPlace) throws(ConfigurationError) -> Split {
    let targetsPlace = try place.required("Targets")
    var targets: [String] = []
    for target in try targetsPlace.elements() { targets.append(try target.text()) }
    guard !targets.isEmpty, Set(targets).count == targets.count else {
      throw targetsPlace.error("expected targets, each once")
    }
    let method = try place.required("Method").choice(of: Method.self)
    var shares: [Double] = []
    for parameter in try place.optional("Parameters")?.elements() ?? [] {
      for value in try parameter.required("Values").elements() { shares.append(try value.number()) }
    }
    if method == .fixed {
      guard shares.count == targets.count, shares.allSatisfy({ $0 >= 0 }),
        abs(shares.reduce(0, +) - 100) < 1e-9
      else {
        throw place.error(
          "expected a percentage for each of \(targets.count) targets in 'Parameters', 100 together"
        )
      }
    }
    return Split(
      source: try place.required("Source").text(), targets: targets, method: method,
      shares: shares)
  }
}
