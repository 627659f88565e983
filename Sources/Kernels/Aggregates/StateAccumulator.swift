import Columns

/// What an aggregate knows of one group, where that is of fixed size.
protocol GroupState<Input> {
  /// The stored type of the argument.
  associatedtype Input
  init()
  mutating func add(_ value: Input)
  /// Takes in the state of rows that come later.
  mutating func merge(_ other: Self)
}

/// An aggregate of one argument whose groups have a ``GroupState`` each.
///
/// The loops are closures made where the types are known: the methods of a generic class are not
/// specialised when they are called through a protocol, and would cost ten times as much.
final class StateAccumulator<State: GroupState>: Accumulator {
  private var states: [State] = []
  private let grow: (_ states: inout [State], _ count: Int) -> Void
  private let loop: (_ states: inout [State], _ groups: [UInt32]?, _ column: Column) -> Void
  private let combine: (_ states: inout [State], _ others: [State], _ mapping: [UInt32]) -> Void
  private let result: ([State]) throws -> Column

  @inline(__always)
  init(
    loop: @escaping (_ states: inout [State], _ groups: [UInt32]?, _ column: Column) -> Void,
    result: @escaping ([State]) throws -> Column
  ) {
    self.loop = loop
    self.result = result
    grow = { states, count in
      while states.count < count { states.append(State()) }
    }
    combine = { states, others, mapping in
      for group in others.indices { states[Int(mapping[group])].merge(others[group]) }
    }
  }

  func resize(groups count: Int) {
    if count > states.count { grow(&states, count) }
  }

  func update(groups: [UInt32]?, arguments: [Column], rowCount: Int) {
    var mine = states
    states = []
    loop(&mine, groups, arguments[0])
    states = mine
  }

  func merge(_ other: any Accumulator, mapping: [UInt32]) {
    guard let other = other as? Self else { return }
    combine(&states, other.states, mapping)
  }

  func finish() throws -> Column { try result(states) }
}
