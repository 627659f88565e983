package import Kernels

/// The functions a statement may call, by lower-case name.
package struct FunctionCatalog: Sendable {
  package let scalar: @Sendable (_ name: String) -> ScalarFunction?
  package let aggregate: @Sendable (_ name: String) -> AggregateFunction?
  /// All names, for suggestions.
  package let scalarNames: [String]
  package let aggregateNames: [String]

  package init(
    scalar: @escaping @Sendable (_ name: String) -> ScalarFunction?, scalarNames: [String],
    aggregate: @escaping @Sendable (_ name: String) -> AggregateFunction?,
    aggregateNames: [String]
  ) {
    self.scalar = scalar
    self.aggregate = aggregate
    self.scalarNames = scalarNames
    self.aggregateNames = aggregateNames
  }

  package init(scalars: [ScalarFunction], aggregates: [AggregateFunction]) {
    let scalarsByName = Dictionary(
      scalars.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let aggregatesByName = Dictionary(
      aggregates.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    self.init(
      scalar: { scalarsByName[$0] }, scalarNames: scalars.map(\.name).filter { !$0.hasPrefix("$") },
      aggregate: { aggregatesByName[$0] }, aggregateNames: aggregates.map(\.name))
  }
}
