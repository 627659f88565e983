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
  private let distinct: DistinctRows?
  /// Rows that wait until all are known, for ORDER BY: arguments, then order keys.
  private var waiting: [(groups: [UInt32], columns: [Column])] = []
  private var groupCount = 0

  init(_ computation: AggregateComputation) throws {
    argumentTypes = computation.arguments.map(\.type)
    orderBy = computation.orderBy
    accumulator = computation.function.overloads[computation.overload]
      .makeAccumulator(argumentTypes)
    distinct = computation.isDistinct ? DistinctRows(argumentTypes) : nil
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
    waiting.reduce((distinct?.byteCount ?? 0) + accumulator.byteCount) { total, rows in
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
    if let distinct {
      try distinct.insert(
        groups: groups, groupCount: groupCount,
        columns: Array(columns.prefix(argumentTypes.count)), rowCount: rowCount)
    } else if orderBy.isEmpty {
      try accumulator.update(groups: groups, arguments: columns, rowCount: rowCount)
    } else {
      waiting.append((groups ?? [UInt32](repeating: 0, count: rowCount), columns))
    }
  }

  func merge(_ other: AggregateState, mapping: [UInt32]) throws {
    if let distinct, let theirs = other.distinct {
      try distinct.insert(allOf: theirs, mapping: mapping, groupCount: groupCount)
    } else if orderBy.isEmpty {
      try accumulator.merge(other.accumulator, mapping: mapping)
    } else {
      waiting += other.waiting.map { ($0.groups.map { mapping[Int($0)] }, $0.columns) }
    }
  }

  /// One row per group.
  func finish() throws -> Column {
    if let distinct { waiting = distinct.rows() }
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
    let types = argumentTypes + (distinct == nil ? orderBy.map(\.expression.type) : [])
    let columns = types.indices.map { position in
      Column.concatenated(waiting.map { $0.columns[position] }, type: types[position])
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

/// The distinct (group, values) combinations seen by an aggregate over DISTINCT values, in order of
/// first appearance.
final class DistinctRows {
  private let tables: [KeyTable]
  private var memos: [DictionaryMemo]
  /// Numbers of group and values; nil while there is one value and no group but the first, whose
  /// combinations are the values themselves.
  private var pairs: KeyCombination?

  init(_ types: [DataType]) {
    tables = types.map { KeyTable($0, keepsNull: true) }
    memos = types.map { _ in DictionaryMemo() }
  }

  var byteCount: Int { tables.reduce(pairs?.byteCount ?? 0) { $0 + $1.byteCount } }

  func insert(groups: [UInt32]?, groupCount: Int, columns: [Column], rowCount: Int) throws {
    let isPlain = groups == nil && tables.count == 1 && pairs == nil
    if !isPlain { makePairs() }
    var ids: [KeyIds] = [groups.map(KeyIds.rows) ?? .constant(0)]
    for position in tables.indices {
      ids.append(try tables[position].insert(columns[position], memo: &memos[position]))
    }
    if isPlain { return }
    _ = pairs?.assign(
      ids, keyCounts: [groupCount] + tables.map(\.count), count: rowCount)
  }

  func insert(allOf other: DistinctRows, mapping: [UInt32], groupCount: Int) throws {
    if other.pairs != nil { makePairs() }
    let numbers = try tables.indices.map { try tables[$0].insert(allOf: other.tables[$0]) }
    guard pairs != nil else { return }
    other.makePairs()
    guard let theirs = other.pairs else { return }
    var ids = [KeyIds.rows(theirs.numbers(ofKey: 0).map { mapping[Int($0)] })]
    for (position, numbers) in numbers.enumerated() {
      ids.append(.rows(theirs.numbers(ofKey: position + 1).map { numbers[Int($0)] }))
    }
    _ = pairs?.assign(
      ids, keyCounts: [groupCount] + tables.map(\.count), count: theirs.count)
  }

  /// The combinations: groups, and one column per value.
  func rows() -> [(groups: [UInt32], columns: [Column])] {
    guard let pairs else {
      let values = tables[0].values()
      if values.count == 0 { return [] }
      return [([UInt32](repeating: 0, count: values.count), [values])]
    }
    if pairs.count == 0 { return [] }
    let columns = tables.indices.map { position in
      Column(
        codes: pairs.numbers(ofKey: position + 1), ColumnDictionary(tables[position].values()))
    }
    return [(pairs.numbers(ofKey: 0), columns)]
  }

  private func makePairs() {
    if pairs != nil { return }
    var made = KeyCombination(keyCount: tables.count + 1)
    if tables.count == 1, tables[0].count > 0 {
      let count = tables[0].count
      _ = made.assign(
        [.constant(0), .rows([UInt32](0..<UInt32(count)))], keyCounts: [1, count], count: count)
    }
    pairs = made
  }
}
