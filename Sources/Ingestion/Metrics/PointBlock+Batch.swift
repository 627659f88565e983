import Columns

extension PointBlock {
  /// Rows of the table as points; nil where some are none, since their time or a percentile is NULL.
  ///
  /// - Parameter batch: columns as the layout's schema has them.
  init?(_ batch: Batch, _ layout: PointLayout) {
    self.init(layout)
    var codes = RowCodes(count: batch.count)
    var times: Column?
    var numbers = [Column?](repeating: nil, count: PointLayout.numbers)
    var percentiles: [[MapEntry]]?
    for (column, part) in zip(batch.columns, layout.parts) {
      switch part {
      case .common: codes.add(column)
      case .time: times = column.flattened()
      case .day: continue
      case .number(let number): numbers[number] = column.flattened()
      case .percentiles:
        percentiles = PointBlock.percentiles(column)
        if let percentiles { codes.add(percentiles.map { $0.map(\.key) }) }
      }
    }
    guard let times, times.hasNoNulls, case .flat(.int64(let moments), _) = times.form else {
      return nil
    }
    var measured = [MeasuredNumbers](repeating: MeasuredNumbers(), count: batch.count)
    for (number, column) in numbers.enumerated() {
      column.map { PointBlock.set(number, $0, &measured) }
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
      append(member, at: moments[row], measured[row])
      for entry in entries {
        guard let percentile = entry.value.double else { return nil }
        append(percentile: percentile)
      }
    }
  }

  /// The percentiles of each row; nil where no row has any.
  private static func percentiles(_ column: Column) -> [[MapEntry]]? {
    if case .flat(.map(let maps), _) = column.form, maps.keys.count == 0 { return nil }
    var hasSome = false
    let rows = (0..<column.count).map { row -> [MapEntry] in
      guard case .map(let entries) = column.value(row) else { return [] }
      hasSome = hasSome || !entries.isEmpty
      return entries
    }
    return hasSome ? rows : nil
  }

  /// Sets one of the numbers of all points.
  private static func set(_ number: Int, _ column: Column, _ points: inout [MeasuredNumbers]) {
    guard case .flat(.double(let values), let validity) = column.form else {
      for row in points.indices {
        if let value = column.value(row).double { points[row].set(number, value) }
      }
      return
    }
    for row in points.indices where validity.isPresent(row) {
      points[row].set(number, values[row])
    }
  }
}
