import Columns

extension Column {
  /// The loop behind most aggregates: calls `body` with the state of each row's group and the row's
  /// value; rows that are NULL are left out.
  ///
  ///     groups   0 1 0 2      row 2's value goes to states[0]
  ///     values   a b c d
  ///
  /// Compiled once per value and state type, for all callers are in this module.
  @inline(__always)
  func accumulate<T, State>(
    into states: inout [State], _ groups: [UInt32]?, _ unwrap: (Values) -> [T]?,
    _ body: (inout State, T) -> Void
  ) {
    switch form {
    case .constant(let value):
      guard !value.isNull, let one = unwrap(Column(type, values: [value]).storedValues)?.first
      else {
        return
      }
      var out = states.mutableSpan
      if let groups {
        let group = groups.span
        for row in group.indices { body(&out[Int(group[row])], one) }
      } else {
        for _ in 0..<count { body(&out[0], one) }
      }
    case .flat(let values, let validity):
      guard type != .null, let values = unwrap(values) else { return }
      let value = values.span
      var out = states.mutableSpan
      if let mask = validity.mask {
        let present = mask.span
        if let groups {
          let group = groups.span
          for row in value.indices where present[row] { body(&out[Int(group[row])], value[row]) }
        } else {
          for row in value.indices where present[row] { body(&out[0], value[row]) }
        }
      } else if let groups {
        let group = groups.span
        for row in value.indices { body(&out[Int(group[row])], value[row]) }
      } else {
        for row in value.indices { body(&out[0], value[row]) }
      }
    case .dictionary(let codes, let dictionary):
      guard case .flat(let values, let validity) = dictionary.values.form,
        let values = unwrap(values)
      else { return }
      let entry = values.span
      let code = codes.span
      var out = states.mutableSpan
      if let mask = validity.mask {
        let present = mask.span
        if let groups {
          let group = groups.span
          for row in code.indices where present[Int(code[row])] {
            body(&out[Int(group[row])], entry[Int(code[row])])
          }
        } else {
          for row in code.indices where present[Int(code[row])] {
            body(&out[0], entry[Int(code[row])])
          }
        }
      } else if let groups {
        let group = groups.span
        for row in code.indices { body(&out[Int(group[row])], entry[Int(code[row])]) }
      } else {
        for row in code.indices { body(&out[0], entry[Int(code[row])]) }
      }
    }
  }

  /// The values of a flat column; of others, those of the flattened one.
  var storedValues: Values {
    if case .flat(let values, _) = form { return values }
    guard case .flat(let values, _) = flattened().form else { return .boolean([]) }
    return values
  }
}

extension Values {
  var int64s: [Int64]? {
    if case .int64(let values) = self { values } else { nil }
  }

  var doubles: [Double]? {
    if case .double(let values) = self { values } else { nil }
  }

  var decimals: [Int128]? {
    if case .decimal(let values) = self { values } else { nil }
  }

  var booleans: [Bool]? {
    if case .boolean(let values) = self { values } else { nil }
  }
}

extension Array {
  /// Makes the array at least so long.
  mutating func extend(to count: Int, with element: @autoclosure () -> Element) {
    while self.count < count { append(element()) }
  }
}

extension Column {
  /// A column of results, NULL where `isPresent` is false.
  static func results(_ type: DataType, _ values: Values, _ isPresent: [Bool]) -> Column {
    Column(type, values, Validity(checking: isPresent))
  }
}

/// The loops of aggregates whose states take one stored value after the other.
enum GroupedLoop {
  @inline(__always)
  static func int64s<State: GroupState<Int64>>(
    _ states: inout [State], _ groups: [UInt32]?, _ column: Column
  ) {
    column.accumulate(into: &states, groups, \.int64s) { $0.add($1) }
  }

  @inline(__always)
  static func doubles<State: GroupState<Double>>(
    _ states: inout [State], _ groups: [UInt32]?, _ column: Column
  ) {
    column.accumulate(into: &states, groups, \.doubles) { $0.add($1) }
  }

  @inline(__always)
  static func decimals<State: GroupState<Int128>>(
    _ states: inout [State], _ groups: [UInt32]?, _ column: Column
  ) {
    column.accumulate(into: &states, groups, \.decimals) { $0.add($1) }
  }

  @inline(__always)
  static func booleans<State: GroupState<Bool>>(
    _ states: inout [State], _ groups: [UInt32]?, _ column: Column
  ) {
    column.accumulate(into: &states, groups, \.booleans) { $0.add($1) }
  }
}
