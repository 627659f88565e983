package import Columns

/// An aggregate: its name, how it may be called, and a maker of its state.
package struct AggregateFunction: Sendable {
  /// Lower case.
  package let name: String
  package let overloads: [AggregateOverload]
  package let summary: String

  package init(_ name: String, summary: String, overloads: [AggregateOverload]) {
    self.name = name
    self.overloads = overloads
    self.summary = summary
  }
}

/// One way to call an aggregate: what it takes, what it gives, and how its state is made.
package struct AggregateOverload: Sendable {
  package let parameters: [ParameterType]
  package let isVariadic: Bool
  package let result: @Sendable (_ arguments: [DataType]) -> DataType
  package let makeAccumulator: @Sendable (_ arguments: [DataType]) -> any Accumulator

  package init(
    _ parameters: [ParameterType], isVariadic: Bool = false,
    result: @escaping @Sendable (_ arguments: [DataType]) -> DataType,
    makeAccumulator: @escaping @Sendable (_ arguments: [DataType]) -> any Accumulator
  ) {
    self.parameters = parameters
    self.isVariadic = isVariadic
    self.result = result
    self.makeAccumulator = makeAccumulator
  }
}

/// The state of one aggregate for all groups of one worker's share of the rows.
///
/// Groups are numbered from 0. The results of two accumulators over two shares, merged in the order of
/// the shares, equal that of one accumulator over all rows, so answers do not depend on threads.
package protocol Accumulator: AnyObject {
  /// Makes room for groups 0 ..< `count`.
  func resize(groups count: Int)

  /// Takes rows in. Row `i` of each argument belongs to group `groups[i]`;
  /// a nil `groups` means that all rows belong to group 0.
  func update(groups: [UInt32]?, arguments: [Column], rowCount: Int) throws

  /// Takes in another accumulator of the same kind whose group `g` is this one's `mapping[g]`.
  func merge(_ other: any Accumulator, mapping: [UInt32]) throws

  /// One row per group.
  func finish() throws -> Column

  /// Bytes that are held beyond some for each group, about: rows that are kept until the end.
  var byteCount: Int { get }
}

extension Accumulator {
  package var byteCount: Int { 0 }
}
