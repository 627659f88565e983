import Columns

/// arbitrary, any_value, first: the first value that is not NULL.
final class FirstValueAccumulator: Accumulator {
  private let type: DataType
  private var values: [Value] = []
  private var missing = 0

  init(_ type: DataType) {
    self.type = type
  }

  func resize(groups count: Int) {
    missing += max(0, count - values.count)
    values.extend(to: count, with: .null)
  }

  func update(groups: [UInt32]?, arguments: [Column], rowCount: Int) {
    if missing == 0 { return }
    let column = arguments[0]
    for row in 0..<rowCount {
      let group = Int(groups?[row] ?? 0)
      if values[group].isNull, !column.isNull(row) {
        values[group] = column.value(row)
        missing -= 1
      }
      if groups == nil, missing == 0 { return }
    }
  }

  func merge(_ other: any Accumulator, mapping: [UInt32]) {
    guard let other = other as? FirstValueAccumulator else { return }
    for (group, value) in other.values.enumerated() where !value.isNull {
      if values[Int(mapping[group])].isNull {
        values[Int(mapping[group])] = value
        missing -= 1
      }
    }
  }

  func finish() -> Column { Column(type, values: values) }
}

/// min_by(x, y) and max_by(x, y): x of the first row with the least or greatest y that is not NULL.
final class ExtremeByAccumulator: Accumulator {
  private let type: DataType
  private let isLargest: Bool
  private var keys: [Value] = []
  private var values: [Value] = []

  init(_ type: DataType, isLargest: Bool) {
    self.type = type
    self.isLargest = isLargest
  }

  func resize(groups count: Int) {
    keys.extend(to: count, with: .null)
    values.extend(to: count, with: .null)
  }

  func update(groups: [UInt32]?, arguments: [Column], rowCount: Int) {
    let key = arguments[1]
    // The leading row of each group within the batch; only these become values.
    var leaders: [Int: Int] = [:]
    for row in 0..<rowCount where !key.isNull(row) {
      let group = Int(groups?[row] ?? 0)
      guard let leader = leaders[group] else {
        leaders[group] = row
        continue
      }
      if isBetter(key, row, than: leader) { leaders[group] = row }
    }
    for (group, row) in leaders {
      offer(key.value(row), { arguments[0].value(row) }, to: group)
    }
  }

  /// NaN is never larger than a number; as the smallest it is out of the question anyway.
  private func isBetter(_ key: Column, _ row: Int, than leader: Int) -> Bool {
    let order = Ordering.compare(key, row, key, leader)
    guard isLargest && order != 0 && (key.type == .double || key.type == .real) else {
      return isLargest ? order > 0 : order < 0
    }
    return Ordering.isBetter(key.value(row), than: key.value(leader)) { $0 > 0 }
  }

  private func offer(_ key: Value, _ value: () -> Value, to group: Int) {
    let isLargest = isLargest
    guard
      keys[group].isNull
        || Ordering.isBetter(key, than: keys[group], { isLargest ? $0 > 0 : $0 < 0 })
    else { return }
    keys[group] = key
    values[group] = value()
  }

  func merge(_ other: any Accumulator, mapping: [UInt32]) {
    guard let other = other as? ExtremeByAccumulator else { return }
    for (group, key) in other.keys.enumerated() where !key.isNull {
      offer(key, { other.values[group] }, to: Int(mapping[group]))
    }
  }

  func finish() -> Column { Column(type, values: values) }
}
