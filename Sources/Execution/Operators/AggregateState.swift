import Columns
import Kernels
import Planning

/// One aggregate over some rows: its accumulator, and what DISTINCT and ORDER BY keep before it.
final class AggregateState {
  private let accumulator: any Accumulator
  private let argumentTypes: [DataType]
  private let orderBy: [SortKey]
  /// Where the order keys are among the columns of rows that wait.
  private let orderPositions: [Int]
  private let distinct: Distinct?
  /// Whether only the number of distinct values is wanted.
  private let isCount: Bool
  /// Rows that wait until all are known, for ORDER BY: arguments, then order keys.
  private var waiting = WaitingRows()
  private var groupCount = 0

  private enum Distinct {
    /// Of one argument, without groups.
    case values(DistinctValues)
    case rows(DistinctRows)
  }

  /// - Parameter isGrouped: Whether updates come with groups.
  init(_ computation: AggregateComputation, isGrouped: Bool) throws {
    argumentTypes = computation.arguments.map(\.type)
    orderBy = computation.orderBy
    accumulator = computation.function.overloads[computation.overload]
      .makeAccumulator(argumentTypes)
    isCount = computation.function.name == "count"
    distinct =
      !computation.isDistinct
      ? nil
      : isGrouped || argumentTypes.count > 1
        ? .rows(DistinctRows(argumentTypes)) : .values(DistinctValues(argumentTypes[0]))
    orderPositions = try orderBy.enumerated().map { position, key in
      guard computation.isDistinct else { return computation.arguments.count + position }
      guard let argument = computation.arguments.firstIndex(of: key.expression) else {
        throw ExecutionError(
          "\(computation.function.name): ORDER BY over DISTINCT values must name an argument")
      }
      return argument
    }
  }

  var byteCount: Int {
    let distinct =
      switch distinct {
      case .values(let values): values.byteCount
      case .rows(let rows): rows.byteCount
      case nil: 0
      }
    return distinct + accumulator.byteCount + waiting.byteCount
  }

  func resize(groups count: Int) {
    groupCount = count
    accumulator.resize(groups: count)
  }

  /// - Parameter columns: The arguments, then the order keys.
  func update(groups: [UInt32]?, columns: [Column], rowCount: Int) throws {
    if rowCount == 0 { return }
    switch distinct {
    case .values(let values): try values.insert(columns[0])
    case .rows(let rows):
      try rows.insert(
        groups: groups, groupCount: groupCount,
        columns: Array(columns.prefix(argumentTypes.count)), rowCount: rowCount)
    case nil where orderBy.isEmpty:
      try accumulator.update(groups: groups, arguments: columns, rowCount: rowCount)
    case nil:
      waiting.append(groups ?? [UInt32](repeating: 0, count: rowCount), columns)
    }
  }

  func merge(_ other: AggregateState, mapping: [UInt32], _ workers: Workers) throws {
    if case .values(let values) = distinct, case .values(let theirs) = other.distinct {
      try values.insert(allOf: theirs, workers)
    } else if case .rows(let rows) = distinct, case .rows(let theirs) = other.distinct {
      try rows.insert(allOf: theirs, mapping: mapping, groupCount: groupCount)
    } else if orderBy.isEmpty {
      try accumulator.merge(other.accumulator, mapping: mapping)
    } else {
      waiting.append(other.waiting, mapping: mapping)
    }
  }

  /// One row per group.
  func finish(_ workers: Workers) throws -> Column {
    switch distinct {
    case .values(let values):
      if isCount { return Column(.bigint, .int64([Int64(try values.countPresent(workers))])) }
      for column in try values.columns(workers) {
        waiting.append([UInt32](repeating: 0, count: column.count), [column])
      }
    case .rows(let rows): for part in rows.rows() { waiting.append(part.groups, part.columns) }
    case nil: break
    }
    if orderBy.isEmpty {
      for rows in waiting.parts {
        try accumulator.update(
          groups: rows.groups, arguments: rows.columns, rowCount: rows.groups.count)
      }
    } else if !waiting.parts.isEmpty {
      try updateInOrder()
    }
    waiting = WaitingRows()
    return try accumulator.finish()
  }

  private func updateInOrder() throws {
    let groups = waiting.parts.flatMap(\.groups)
    let types = argumentTypes + (distinct == nil ? orderBy.map(\.expression.type) : [])
    let columns = types.indices.map { position in
      Column.concatenated(waiting.parts.map { $0.columns[position] }, type: types[position])
    }
    let order = try SortOrder(
      columns: orderPositions.map { columns[$0] }, keys: orderBy, count: groups.count, .plain
    ).permutation(.plain)
    let selection = Selection(order)
    try accumulator.update(
      groups: order.map { groups[Int($0)] },
      arguments: columns.prefix(argumentTypes.count).map { $0.selected(selection) },
      rowCount: groups.count)
  }
}
