import Columns

/// Numbers the distinct combinations of some keys 0, 1, 2, … in order of first appearance.
///
/// Each key value gets a number of its own (``KeyTable``); with one key that is the group. With several,
/// the numbers are packed into one word: an index into a plain table while the keys have few values,
/// a key of a hash table otherwise. Keys that come as codes go that way once for each combination of
/// codes (``CodeGroups``).
///
///     key 0   AmazonEC2  → 0          group table
///     key 1   us-east-1  → 2          word = 0 | 2 << bits of key 0  →  group
///
final class GroupTable: @unchecked Sendable {
  private let keys: [KeyTable]
  private var memos: [DictionaryMemo]
  private var combination: KeyCombination?
  private var codeGroups = CodeGroups()

  init(_ types: [DataType]) {
    keys = types.map { KeyTable($0, keepsAll: true) }
    memos = types.map { _ in DictionaryMemo() }
    combination = types.count > 1 ? KeyCombination(keyCount: types.count) : nil
  }

  var count: Int { combination?.count ?? keys[0].count }

  var byteCount: Int {
    keys.reduce((combination?.byteCount ?? 0) + codeGroups.byteCount) { $0 + $1.byteCount }
  }

  /// The group of each row, new combinations getting the next number.
  func assign(_ columns: [Column], count: Int) throws -> [UInt32] {
    guard combination != nil else { return try assignValues(columns, count: count) }
    // Moved out and back, so that its table is not copied.
    var known = CodeGroups()
    swap(&known, &codeGroups)
    defer { swap(&known, &codeGroups) }
    return try known.find(columns, count: count, assign: assignValues)
      ?? assignValues(columns, count: count)
  }

  /// As ``assign(_:count:)``, key by key.
  private func assignValues(_ columns: [Column], count: Int) throws -> [UInt32] {
    var ids: [KeyIds] = []
    for position in keys.indices {
      ids.append(try keys[position].insert(columns[position], memo: &memos[position]))
    }
    guard combination != nil else {
      switch ids[0] {
      case .constant(let id): return [UInt32](repeating: id, count: count)
      case .rows(let rows): return rows
      }
    }
    return combination?.assign(ids, keyCounts: keys.map(\.count), count: count) ?? []
  }

  /// The group of every group of another table over the same keys.
  func assign(allOf other: GroupTable) throws -> [UInt32] {
    guard let theirs = other.combination else { return try keys[0].insert(allOf: other.keys[0]) }
    let ids = try keys.indices.map { position -> KeyIds in
      let numbers = try keys[position].insert(allOf: other.keys[position])
      return .rows(theirs.numbers(ofKey: position).map { numbers[Int($0)] })
    }
    return combination?.assign(ids, keyCounts: keys.map(\.count), count: other.count) ?? []
  }

  /// One column per key with a row per group.
  func keyColumns() -> [Column] {
    guard let combination else { return [keys[0].values()] }
    return keys.indices.map { position in
      Column(
        codes: combination.numbers(ofKey: position), ColumnDictionary(keys[position].values()))
    }
  }
}
