/// All aggregates, by name.
package enum AggregateFunctions {
  /// The aggregate of that name, in lower case.
  package static func named(_ name: String) -> AggregateFunction? { byName[name] }

  /// Every aggregate once, aliases included, sorted by name.
  package static let all: [AggregateFunction] = []

  private static let byName = Dictionary(
    all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
}
