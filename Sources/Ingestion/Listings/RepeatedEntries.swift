import Columns
import Files
import Reports

/// Entries of a listing that it has more than once, as when pages or listings of two times are joined.
///
/// Where they are the same in every column, one is kept; where they are not, nothing says which is right.
struct RepeatedEntries {
  private let table: ReportTable
  private let repeated: Set<RowKey>
  private let keyPlaces: [Int]
  private let ownerPlaces: [Int]
  private var seen: [Identity: (row: [Value], place: String)] = [:]
  /// How many were left out.
  private(set) var count = 0

  private struct Identity: Hashable {
    let owner: [String?]
    let key: RowKey
  }

  /// - Parameter repeated: what more than one entry has; others are not looked at.
  init(_ table: ReportTable, _ repeated: Set<RowKey>) {
    self.table = table
    self.repeated = repeated
    func places(_ names: [String]) -> [Int] {
      names.compactMap { name in table.columns.firstIndex { $0.name == name } }
    }
    keyPlaces = places(table.keyColumns)
    ownerPlaces = places(table.scopeColumns)
  }

  /// Whether a row is to be kept: not where the same one was before.
  ///
  /// - Parameter number: the entry's number in its file, from 1.
  /// - Throws: `FormatError` with both places for a row that was there before with other values.
  mutating func isNew(_ row: [Value], number: Int, of path: String) throws(FormatError) -> Bool {
    guard !repeated.isEmpty, let key = ListingRow.key(of: keyPlaces.map { row[$0] }),
      repeated.contains(key)
    else { return true }
    let identity = Identity(owner: ownerPlaces.map { row[$0].string }, key: key)
    guard let first = seen[identity] else {
      seen[identity] = (row, "entry \(number) of '\(path)'")
      return true
    }
    count += 1
    guard let place = row.indices.first(where: { row[$0] != first.row[$0] }) else { return false }
    let names = keyPlaces.compactMap { row[$0].string }.joined(separator: "', '")
    throw FormatError(
      path, at: "entry \(number)",
      "'\(names)' is there before, in \(first.place), with another '\(table.columns[place].name)': "
        + "two listings may have been joined; fetch it again, or keep the later of them")
  }

  /// A word on what was left out; nil where that is nothing.
  var note: String? {
    guard count > 0 else { return nil }
    return count == 1
      ? "an entry is there twice, word for word, and was kept once"
      : "\(count) entries repeat others word for word and were left out"
  }
}
