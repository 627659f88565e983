import Columns
import Reports

/// Entries of a listing that it has more than once, as when pages or listings of two times are joined.
///
/// Nothing says which is right, so all of them are stored, and the first of them is told with its places.
struct RepeatedEntries {
  private let repeated: Set<RowKey>
  private let keyPlaces: [Int]
  private let ownerPlaces: [Int]
  private var seen: [Identity: String] = [:]
  private var count = 0
  /// What the first one is, and where it is.
  private var first: String?

  private struct Identity: Hashable {
    let owner: [String?]
    let key: RowKey
  }

  /// - Parameter repeated: what more than one entry has; others are not looked at.
  init(_ table: ReportTable, _ repeated: Set<RowKey>) {
    self.repeated = repeated
    func places(_ names: [String]) -> [Int] {
      names.compactMap { name in table.columns.firstIndex { $0.name == name } }
    }
    keyPlaces = places(table.keyColumns)
    ownerPlaces = places(table.scopeColumns)
  }

  /// Looks at a row of the table.
  ///
  /// - Parameter number: the entry's number in its file, from 1.
  mutating func add(_ row: [Value], number: Int, of path: String) {
    guard !repeated.isEmpty, let key = ListingRow.key(of: keyPlaces.map { row[$0] }),
      repeated.contains(key)
    else { return }
    let identity = Identity(owner: ownerPlaces.map { row[$0].string }, key: key)
    let place = "entry \(number) of '\(path)'"
    guard let before = seen[identity] else {
      seen[identity] = place
      return
    }
    count += 1
    if first == nil {
      let names = keyPlaces.compactMap { row[$0].string }.joined(separator: "', '")
      first = "'\(names)' in \(before) and \(place)"
    }
  }

  /// A word on what is there twice; nil where nothing is.
  var note: String? {
    first.map { first in
      "\(count == 1 ? "an id is" : "\(count) ids are") there before, such as \(first): sums count "
        + "them as often; were two listings joined?"
    }
  }
}
