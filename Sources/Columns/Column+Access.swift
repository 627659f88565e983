extension Column {
  /// Whether one row is NULL.
  package func isNull(_ row: Int) -> Bool {
    switch form {
    case .flat(_, let validity): type == .null || !validity.isPresent(row)
    case .constant(let value): value.isNull
    case .dictionary(let codes, let dictionary): dictionary.values.isNull(Int(codes[row]))
    }
  }

  /// Whether no row can be NULL; false does not promise that there is one.
  package var hasNoNulls: Bool {
    switch form {
    case .flat(_, let validity): type != .null && validity.mask == nil
    case .constant(let value): !value.isNull
    case .dictionary(_, let dictionary): dictionary.values.hasNoNulls
    }
  }

  /// One value, for results and tests; loops go over ``form`` instead.
  package func value(_ row: Int) -> Value {
    switch form {
    case .constant(let value): value
    case .dictionary(let codes, let dictionary): dictionary.values.value(Int(codes[row]))
    case .flat(let values, let validity):
      type != .null && validity.isPresent(row) ? values.value(row) : .null
    }
  }

  /// All values in order, for results and tests.
  package func allValues() -> [Value] { (0..<count).map(value) }

  /// The same values with one stored value a row.
  ///
  /// - Complexity: O(`count`), free when already flat.
  package func flattened() -> Column {
    switch form {
    case .flat: self
    case .constant(let value):
      Column.repeating(value, of: type, count: count)
    case .dictionary(let codes, let dictionary):
      dictionary.values.gathered(codes)
    }
  }

  /// A flat column with `value` in each row.
  package static func repeating(_ value: Value, of type: DataType, count: Int) -> Column {
    var one = ColumnBuilder(type)
    one.append(value)
    return one.finish().gathered([UInt32](repeating: 0, count: count))
  }
}

extension Values {
  /// The value at a row that is present.
  package func value(_ row: Int) -> Value {
    switch self {
    case .boolean(let values): .boolean(values[row])
    case .int64(let values): .int64(values[row])
    case .double(let values): .double(values[row])
    case .decimal(let values): .decimal(values[row])
    case .text(let values): .bytes(values.copy(row))
    case .array(let list): .array(list.range(row).map(list.elements.value))
    case .map(let map):
      .map(map.range(row).map { MapEntry(key: map.keys.value($0), value: map.values.value($0)) })
    case .row(let fields, _): .row(fields.map { $0.value(row) })
    }
  }
}
