import Columns

/// Aggregates that give several of a group's values, the greatest or the most frequent first.
enum RankedCollections {
  static let all: [AggregateFunction] = [
    AggregateFunction(
      "approx_most_frequent",
      summary: "a map of the most frequent values to how often they occur; counted exactly",
      overloads: [
        AggregateOverload(
          [.exactly(.bigint), .variable("T"), .exactly(.bigint)],
          result: { .map(key: $0[1], value: .bigint) }
        ) { mostFrequent($0) }
      ])
  ]

  /// The last argument is how many values of the first are wanted, in the order of the one before it;
  /// NaN comes behind all numbers, whichever end is asked for.
  static func extremes(_ types: [DataType], isLargest: Bool) -> any Accumulator {
    CollectingAccumulator(types) { rows in
      let keys = rows.columns[types.count - 2]
      return try rows.map(.array(types[0])) { range in
        guard let count = rows.columns[types.count - 1].value(range.lowerBound).int64 else {
          return .null
        }
        guard (1...10_000).contains(count) else {
          throw EvaluationError("expected to keep 1 to 10000 values, found \(count)")
        }
        let sorted = range.filter { !keys.isNull($0) }.map { (row: $0, key: keys.value($0)) }
          .sorted { a, b in
            let (isNaN, otherIsNaN) = (a.key.double?.isNaN == true, b.key.double?.isNaN == true)
            if isNaN != otherIsNaN { return otherIsNaN }
            let order = Ordering.compare(a.key, b.key)
            return order == 0 ? a.row < b.row : isLargest ? order > 0 : order < 0
          }
        guard !sorted.isEmpty else { return .null }
        return .array(sorted.prefix(Int(count)).map { rows.columns[0].value($0.row) })
      }
    }
  }

  private static func mostFrequent(_ types: [DataType]) -> any Accumulator {
    CollectingAccumulator(types) { rows in
      try rows.map(.map(key: types[1], value: .bigint)) { range in
        let limit = rows.columns[0].value(range.lowerBound).int64 ?? 0
        guard limit >= 2 else {
          throw EvaluationError("expected to keep 2 values or more, found \(limit)")
        }
        var positions: [ArrayFunctions.SetKey: Int] = [:]
        var entries: [(value: Value, count: Int64)] = []
        for row in range where !rows.columns[1].isNull(row) {
          let value = rows.columns[1].value(row)
          let key = ArrayFunctions.SetKey(value)
          if let position = positions[key] {
            entries[position].count += 1
          } else {
            positions[key] = entries.count
            entries.append((value, 1))
          }
        }
        guard !entries.isEmpty else { return .null }
        let order = entries.indices.sorted {
          entries[$0].count == entries[$1].count ? $0 < $1 : entries[$0].count > entries[$1].count
        }
        return .map(
          order.prefix(Int(clamping: limit)).map {
            MapEntry(key: entries[$0].value, value: .int64(entries[$0].count))
          })
      }
    }
  }
}
