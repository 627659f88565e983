import Columns

/// What an aggregate knows of one group, where that is of fixed size.
protocol GroupState {
  /// The stored type of the argument.
  associatedtype Input
  init()
  mutating func add(_ value: Input)
  /// Takes in the state of rows that come later.
  mutating func merge(_ other: Self)
}

/// An aggregate of one argument whose groups have a ``GroupState`` each.
final class StateAccumulator<State: GroupState>: Accumulator {
  private var states: [State] = []
  private let unwrap: (Values) -> [State.Input]?
  private let result: ([State]) throws -> Column

  init(
    _ unwrap: @escaping (Values) -> [State.Input]?, result: @escaping ([State]) throws -> Column
  ) {
    self.unwrap = unwrap
    self.result = result
  }

  func resize(groups count: Int) { states.extend(to: count, with: State()) }

  func update(groups: [UInt32]?, arguments: [Column], rowCount: Int) {
    var mine = states
    states = []
    arguments[0].accumulate(into: &mine, groups, unwrap) { $0.add($1) }
    states = mine
  }

  func merge(_ other: any Accumulator, mapping: [UInt32]) {
    guard let other = other as? Self else { return }
    for (group, state) in other.states.enumerated() { states[Int(mapping[group])].merge(state) }
  }

  func finish() throws -> Column { try result(states) }
}
