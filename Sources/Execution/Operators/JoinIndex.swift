import Columns
import Kernels
import Planning

/// The right side of a join: its rows, and for each key the rows that have it.
final class JoinIndex: @unchecked Sendable {
  let rows: Batch
  /// Whether some right row has NULL in a key.
  private(set) var hasNullKey = false
  /// The right columns as dictionaries of which a joined row's code is its right row; where rows may go
  /// without a match, the last entry is NULL.
  private let dictionaries: [ColumnDictionary]
  private let tables: [KeyTable]
  private var combination: KeyCombination?
  /// The rows with key `k` are `sorted[starts[k] ..< starts[k + 1]]`, increasing.
  private var starts: [Int] = []
  private var sorted: [UInt32] = []

  /// The code of "no row" in ``columns(_:)``.
  var nullRow: UInt32 { UInt32(rows.count) }

  init(
    _ rows: Batch, types: [DataType], keys: [Join.Equality], hasNullRow: Bool,
    _ compiler: ExpressionCompiler, _ cancellation: CancellationToken
  ) throws {
    self.rows = rows
    dictionaries = zip(rows.columns, types).map { column, type in
      guard hasNullRow else { return ColumnDictionary(column) }
      return ColumnDictionary(
        Column.concatenated([column.flattened(), Column(type, values: [.null])], type: type))
    }
    tables = keys.map { KeyTable($0.right.type, keepsAll: $0.isNullSafe) }
    combination = keys.count > 1 ? KeyCombination(keyCount: keys.count) : nil
    if !keys.isEmpty { try index(keys.map(\.right), compiler, cancellation) }
  }

  /// Rows that are looked up in one go.
  private static let blockRows = 1 << 17

  private func index(
    _ keys: [Expression], _ compiler: ExpressionCompiler, _ cancellation: CancellationToken
  ) throws {
    guard rows.count > 0 else {
      starts = [0]
      return
    }
    var ids: [KeyIds] = []
    let columns = try keys.map { try compiler.compile($0).evaluate(rows) }
    for (table, column) in zip(tables, columns) {
      var memo = DictionaryMemo()
      guard rows.count > JoinIndex.blockRows else {
        ids.append(try table.insert(column, memo: &memo))
        continue
      }
      var all: [UInt32] = []
      all.reserveCapacity(rows.count)
      for start in stride(from: 0, to: rows.count, by: JoinIndex.blockRows) {
        try cancellation.check()
        let range = start..<min(start + JoinIndex.blockRows, rows.count)
        switch try table.insert(column.sliced(range), memo: &memo) {
        case .constant(let id): all += repeatElement(id, count: range.count)
        case .rows(let rows): all += rows
        }
      }
      ids.append(.rows(all))
    }
    let present = (0..<rows.count).filter { row in
      ids.allSatisfy { $0.id(row) != IntegerTable.absent }
    }
    // NaN is left out, too, but equals nothing for certain.
    hasNullKey =
      present.count < rows.count
      && columns.contains { column in (0..<rows.count).contains(where: column.isNull) }
    var numbers = present.map { ids[0].id($0) }
    if combination != nil {
      let presentIds = ids.map { ids in KeyIds.rows(present.map(ids.id)) }
      numbers =
        combination?.assign(presentIds, keyCounts: tables.map(\.count), count: present.count) ?? []
    }
    var counts = [Int](repeating: 0, count: (combination?.count ?? tables[0].count) + 1)
    for number in numbers { counts[Int(number) + 1] += 1 }
    for key in counts.indices.dropFirst() { counts[key] += counts[key - 1] }
    starts = counts
    sorted = [UInt32](repeating: 0, count: present.count)
    for (position, number) in numbers.enumerated() {
      sorted[counts[Int(number)]] = UInt32(present[position])
      counts[Int(number)] += 1
    }
  }

  /// The key number of each row of some left columns, `IntegerTable.absent` where no right row has it.
  func find(_ columns: [Column], memos: inout [DictionaryMemo], count: Int) -> [UInt32] {
    var ids: [KeyIds] = []
    for position in tables.indices {
      ids.append(tables[position].find(columns[position], memo: &memos[position]))
    }
    guard let combination else {
      switch ids[0] {
      case .constant(let id): return [UInt32](repeating: id, count: count)
      case .rows(let rows): return rows
      }
    }
    return combination.find(ids, count: count)
  }

  func newMemos() -> [DictionaryMemo] { tables.map { _ in DictionaryMemo() } }

  /// The right rows with a key, increasing.
  func matches(_ key: UInt32) -> ArraySlice<UInt32> {
    key == IntegerTable.absent ? [] : sorted[starts[Int(key)]..<starts[Int(key) + 1]]
  }

  func hasMatch(_ key: UInt32) -> Bool { key != IntegerTable.absent }

  /// The right columns for joined rows; rows may be ``nullRow``.
  func columns(_ rows: [UInt32]) -> [Column] {
    dictionaries.map { Column(codes: rows, $0) }
  }
}
