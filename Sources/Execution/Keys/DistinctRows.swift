import Columns

/// The distinct (group, values) combinations seen by an aggregate over DISTINCT values, in order of
/// first appearance.
final class DistinctRows {
  private let tables: [KeyTable]
  private var memos: [DictionaryMemo]
  private var seen = SeenCodes()
  /// Numbers of group and values.
  private var pairs: KeyCombination

  init(_ types: [DataType]) {
    tables = types.map { KeyTable($0, keepsAll: true) }
    memos = types.map { _ in DictionaryMemo() }
    pairs = KeyCombination(keyCount: types.count + 1)
  }

  var byteCount: Int { tables.reduce(pairs.byteCount + seen.byteCount) { $0 + $1.byteCount } }

  func insert(groups: [UInt32]?, groupCount: Int, columns: [Column], rowCount: Int) throws {
    guard let groups, columns.count == 1,
      case .dictionary(let codes, let dictionary) = columns[0].form,
      let rows = seen.newRows(groups, codes, dictionary, groupCount: groupCount)
    else {
      return try insertAll(groups: groups, groupCount, columns, rowCount)
    }
    if rows.isEmpty { return }
    let column = Column(codes: rows.map { codes[Int($0)] }, dictionary)
    try insertAll(groups: rows.map { groups[Int($0)] }, groupCount, [column], rows.count)
  }

  private func insertAll(
    groups: [UInt32]?, _ groupCount: Int, _ columns: [Column], _ rowCount: Int
  ) throws {
    var ids: [KeyIds] = [groups.map(KeyIds.rows) ?? .constant(0)]
    for position in tables.indices {
      ids.append(try tables[position].insert(columns[position], memo: &memos[position]))
    }
    _ = pairs.assign(ids, keyCounts: [groupCount] + tables.map(\.count), count: rowCount)
  }

  func insert(allOf other: DistinctRows, mapping: [UInt32], groupCount: Int) throws {
    let numbers = try tables.indices.map { try tables[$0].insert(allOf: other.tables[$0]) }
    var ids = [KeyIds.rows(other.pairs.numbers(ofKey: 0).map { mapping[Int($0)] })]
    for (position, numbers) in numbers.enumerated() {
      ids.append(.rows(other.pairs.numbers(ofKey: position + 1).map { numbers[Int($0)] }))
    }
    _ = pairs.assign(
      ids, keyCounts: [groupCount] + tables.map(\.count), count: other.pairs.count)
  }

  /// The combinations: groups, and one column per value.
  func rows() -> [(groups: [UInt32], columns: [Column])] {
    if pairs.count == 0 { return [] }
    let columns = tables.indices.map { position in
      Column(
        codes: pairs.numbers(ofKey: position + 1), ColumnDictionary(tables[position].values()))
    }
    return [(pairs.numbers(ofKey: 0), columns)]
  }
}

/// Which codes of a dictionary have come in which groups.
private struct SeenCodes {
  /// Marks per row that has come with the dictionary; with fewer rows, clearing them would cost more than
  /// they save.
  private static let marksPerRow = 32
  private static let most = 1 << 21

  private var dictionary: ColumnDictionary?
  private var rowsSeen = 0
  /// Mark `code * groupRoom + group`.
  private var marks: [Bool] = []
  private var groupRoom = 0

  var byteCount: Int { marks.count }

  /// The rows whose combination is new; nil when there may be too many combinations to mark.
  mutating func newRows(
    _ groups: [UInt32], _ codes: [UInt32], _ dictionary: ColumnDictionary, groupCount: Int
  ) -> [UInt32]? {
    if self.dictionary !== dictionary {
      self.dictionary = dictionary
      rowsSeen = 0
      groupRoom = 0
      marks = []
    }
    rowsSeen += codes.count
    if groupRoom < groupCount {
      groupRoom = 1 << (Int.bitWidth - (groupCount - 1).leadingZeroBitCount)
      marks = []
    }
    if marks.isEmpty {
      let (size, overflow) = groupRoom.multipliedReportingOverflow(by: dictionary.count)
      guard !overflow, size <= min(Self.most, rowsSeen * Self.marksPerRow) else { return nil }
      marks = [Bool](repeating: false, count: size)
    }
    var new: [UInt32] = []
    Self.mark(groups, codes, groupRoom, &marks, &new)
    return new
  }

  private static func mark(
    _ groups: [UInt32], _ codes: [UInt32], _ groupRoom: Int, _ marks: inout [Bool],
    _ new: inout [UInt32]
  ) {
    let group = groups.span
    let code = codes.span
    var isKnown = marks.mutableSpan
    for row in code.indices {
      let place = Int(code[row]) &* groupRoom &+ Int(group[row])
      if isKnown[place] { continue }
      isKnown[place] = true
      new.append(UInt32(truncatingIfNeeded: row))
    }
  }
}
