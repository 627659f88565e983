import Columns

extension PointBlock {
  /// Rows of the table as points; nil where some are otherwise than rows of points: without a time or
  /// percentiles, of another day than that of their time.
  ///
  /// - Parameter batch: columns as the layout's schema has them.
  init?(_ batch: Batch, _ layout: PointLayout) {
    self.init(layout)
    var codes = RowCodes(count: batch.count)
    var times: [Int64]?
    var days: [Int64]?
    var numbers = [Column?](repeating: nil, count: PointLayout.numbers)
    var percentiles: [[MapEntry]]?
    for (column, part) in zip(batch.columns, layout.parts) {
      switch part {
      case .common: codes.add(column)
      case .time: times = PointBlock.integers(column)
      case .day: days = PointBlock.integers(column)
      case .number(let number): numbers[number] = column.flattened()
      case .percentiles:
        guard column.hasNoNulls else { return nil }
        percentiles = PointBlock.percentiles(column)
        if let percentiles { codes.add(percentiles.map { $0.map(\.key) }) }
      }
    }
    guard let times, let days, zip(times, days).allSatisfy({ PointBlock.day(of: $0) == $1 }) else {
      return nil
    }
    var measured = [MeasuredNumbers](repeating: MeasuredNumbers(), count: batch.count)
    for (number, column) in numbers.enumerated() {
      guard let column else { continue }
      guard PointBlock.set(number, column, &measured) else { return nil }
    }
    var members: [UInt32: UInt32] = [:]
    for row in 0..<batch.count {
      let entries = percentiles?[row] ?? []
      let member: UInt32
      if let known = members[codes[row]] {
        member = known
      } else {
        member = add(PointSeries(batch.row(row), percentiles: entries.map(\.key), layout))
        members[codes[row]] = member
      }
      append(member, at: times[row], measured[row])
      for entry in entries {
        guard let percentile = entry.value.double else { return nil }
        append(percentile: percentile)
      }
    }
  }

  /// Integers, days or times; nil where there are NULLs.
  private static func integers(_ column: Column) -> [Int64]? {
    guard column.hasNoNulls, case .flat(.int64(let values), _) = column.flattened().form else {
      return nil
    }
    return values
  }

  /// The percentiles of each row; nil where no row has any.
  private static func percentiles(_ column: Column) -> [[MapEntry]]? {
    if case .flat(.map(let maps), _) = column.form, maps.keys.count == 0 { return nil }
    let rows = (0..<column.count).map { row -> [MapEntry] in
      if case .map(let entries) = column.value(row) { entries } else { [] }
    }
    return rows.allSatisfy(\.isEmpty) ? nil : rows
  }

  /// Sets one of the numbers of all points; false where they are not of the table's type.
  private static func set(
    _ number: Int, _ column: Column, _ points: inout [MeasuredNumbers]
  ) -> Bool {
    guard case .flat(.double(let values), let validity) = column.form else { return false }
    for row in points.indices where validity.isPresent(row) {
      points[row].set(number, values[row])
    }
    return true
  }
}
