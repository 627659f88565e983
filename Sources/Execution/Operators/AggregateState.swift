import Columns
import Kernels
import Planning

/// One aggregate over some rows: its accumulator, and what DISTINCT and ORDER BY keep before it.
final class AggregateState {
  private let accumulator: any Accumulator
  private let argumentTypes: [DataType]
  private let orderBy: [SortKey]
  private var distinct: DistinctRows?
  /// Rows that wait until all are known, for DISTINCT and ORDER BY: arguments, then order keys.
  private var waiting: [(groups: [UInt32], columns: [Column])] = []
  private var groupCount = 0

  init(_ computation: AggregateComputation) {
    argumentTypes = computation.arguments.map(\.type)
    orderBy = computation.orderBy
    accumulator = computation.function.overloads[computation.overload]
      .makeAccumulator(argumentTypes)
    distinct = computation.isDistinct ? DistinctRows(argumentTypes) : nil
  }

  var byteCount: Int {
    waiting.reduce(distinct?.byteCount ?? 0) { total, rows in
      rows.columns.reduce(total + rows.groups.count * 4) { $0 + $1.byteCount }
    }
  }

  func resize(groups count: Int) {
    groupCount = count
    accumulator.resize(groups: count)
  }

  /// - Parameter columns: The arguments, then the order keys.
  func update(groups: [UInt32]?, columns: [Column], rowCount: Int) throws {
    if rowCount == 0 { return }
    guard distinct != nil || !orderBy.isEmpty else {
      return try accumulator.update(groups: groups, arguments: columns, rowCount: rowCount)
    }
    let groups = groups ?? [UInt32](repeating: 0, count: rowCount)
    guard let distinct else {
      waiting.append((groups, columns))
      return
    }
    let new = try distinct.newRows(
      groups: groups, groupCount: groupCount,
      columns: Array(columns.prefix(argumentTypes.count)))
    if new.count == 0 { return }
    waiting.append((new.rows.map { groups[Int($0)] }, columns.map { $0.selected(new) }))
  }

  func merge(_ other: AggregateState, mapping: [UInt32]) throws {
    guard distinct != nil || !orderBy.isEmpty else {
      return try accumulator.merge(other.accumulator, mapping: mapping)
    }
    for rows in other.waiting {
      try update(
        groups: rows.groups.map { mapping[Int($0)] }, columns: rows.columns,
        rowCount: rows.groups.count)
    }
  }

  /// One row per group.
  func finish() throws -> Column {
    if orderBy.isEmpty {
      for rows in waiting {
        try accumulator.update(
          groups: rows.groups, arguments: rows.columns, rowCount: rows.groups.count)
      }
    } else if !waiting.isEmpty {
      try updateInOrder()
    }
    waiting = []
    return try accumulator.finish()
  }

  private func updateInOrder() throws {
    let groups = waiting.flatMap(\.groups)
    let types = argumentTypes + orderBy.map(\.expression.type)
    let columns = types.indices.map { position in
      Column.concatenated(waiting.map { $0.columns[position] }, type: types[position])
    }
    let order = SortOrder(
      columns: Array(columns.dropFirst(argumentTypes.count)), keys: orderBy, count: groups.count
    ).permutation()
    let selection = Selection(order)
    try accumulator.update(
      groups: order.map { groups[Int($0)] },
      arguments: columns.prefix(argumentTypes.count).map { $0.selected(selection) },
      rowCount: groups.count)
  }
}

/// The (group, values) pairs seen so far by an aggregate over DISTINCT values.
final class DistinctRows {
  private let tables: [KeyTable]
  private var memos: [DictionaryMemo]
  private var pairs: KeyCombination

  init(_ types: [DataType]) {
    tables = types.map { KeyTable($0, keepsNull: true) }
    memos = types.map { _ in DictionaryMemo() }
    pairs = KeyCombination(keyCount: types.count + 1)
  }

  var byteCount: Int { tables.reduce(pairs.byteCount) { $0 + $1.byteCount } }

  /// The rows with a combination that was not there before, each combination once.
  func newRows(groups: [UInt32], groupCount: Int, columns: [Column]) throws -> Selection {
    var ids: [KeyIds] = [.rows(groups)]
    for position in tables.indices {
      ids.append(try tables[position].insert(columns[position], memo: &memos[position]))
    }
    var next = UInt32(pairs.count)
    let numbers = pairs.assign(
      ids, keyCounts: [groupCount] + tables.map(\.count), count: groups.count)
    var rows: [UInt32] = []
    for (row, number) in numbers.enumerated() where number == next {
      rows.append(UInt32(row))
      next += 1
    }
    return Selection(rows)
  }
}
