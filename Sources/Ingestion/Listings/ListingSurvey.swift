import Columns
import Reports

/// What a first reading tells of a listing: whose it is, of when, and whether it is all.
struct ListingSurvey: Sendable {
  /// The values of the table's scope columns that its entries have, nil for what nothing tells; empty
  /// for tables without such columns.
  private(set) var owners: Set<[String?]> = []
  /// Who the entries belong to that do not say it themselves.
  var fallback = ListingOwner()
  var entries = 0
  /// Whether its last page says that more follow.
  var hasMore = false
  /// The latest time among the entries, microseconds since 1970.
  var latest: Int64?
  /// By owner, hashes of what its entries are known by; empty where the table has no key.
  private(set) var keys: [[String?]: Set<RowKey>] = [:]
  /// What more than one entry has.
  private(set) var repeated: Set<RowKey> = []

  /// Whether account and region of every entry are known, so that a later listing of them replaces it.
  var isOwned: Bool { !owners.isEmpty && owners.allSatisfy(ListingOwner.isKnown) }

  /// - Throws: `FormatError` for what is no listing.
  init(_ file: SourceFile, _ table: ReportTable) throws {
    let rows = ListingRow(file.kind, table, path: file.path)
    var found: Set<[String?]> = []
    var keys: [[String?]: Set<RowKey>] = [:]
    var entries = 0
    var latest: Int64?
    var repeated: Set<RowKey> = []
    hasMore = try ListingReader(file.kind, path: file.path).forEach { entry in
      let owner = try rows.scope(of: entry)
      found.insert(owner)
      if let key = try rows.key(of: entry), !keys[owner, default: []].insert(key).inserted {
        repeated.insert(key)
      }
      entries += 1
      if let time = rows.time(of: entry) { latest = max(latest ?? time, time) }
    }
    self.entries = entries
    self.latest = latest
    self.repeated = repeated
    guard !table.scopeColumns.isEmpty else {
      self.keys = keys
      return
    }
    if entries == 0 { found = [rows.scopeOfPath()] }
    fill(found, keys, table)
  }

  /// Of a listing in which some entries tell the account and all who do tell the same, all are of it.
  private mutating func fill(
    _ found: Set<[String?]>, _ known: [[String?]: Set<RowKey>], _ table: ReportTable
  ) {
    let single = table.scopeColumns.indices.map { position -> String? in
      let known = Set(found.compactMap { $0[position] })
      return known.count == 1 ? known.first : nil
    }
    for (position, name) in table.scopeColumns.enumerated() {
      if name.hasSuffix("region") {
        fallback.region = single[position]
      } else {
        fallback.account = single[position]
      }
    }
    func filled(_ owner: [String?]) -> [String?] {
      owner.indices.map { owner[$0] ?? single[$0] }
    }
    owners = Set(found.map(filled))
    for (owner, own) in known {
      repeated.formUnion(ListingSurvey.add(own, of: filled(owner), to: &keys))
    }
  }

  /// By owner, the keys of several surveys together.
  static func keys(of surveys: [ListingSurvey]) -> [[String?]: Set<RowKey>] {
    guard surveys.count > 1 else { return surveys.first?.keys ?? [:] }
    return together(surveys).keys
  }

  /// What more than one entry of several surveys has.
  static func repeated(in surveys: [ListingSurvey]) -> Set<RowKey> {
    surveys.reduce(into: together(surveys).repeated) { $0.formUnion($1.repeated) }
  }

  private static func together(
    _ surveys: [ListingSurvey]
  ) -> (keys: [[String?]: Set<RowKey>], repeated: Set<RowKey>) {
    var keys: [[String?]: Set<RowKey>] = [:]
    var repeated: Set<RowKey> = []
    for survey in surveys {
      for (owner, own) in survey.keys { repeated.formUnion(add(own, of: owner, to: &keys)) }
    }
    return (keys, repeated)
  }

  /// Adds keys of an owner. Returns those that were there.
  private static func add(
    _ new: Set<RowKey>, of owner: [String?], to keys: inout [[String?]: Set<RowKey>]
  ) -> Set<RowKey> {
    guard let known = keys[owner] else {
      keys[owner] = new
      return []
    }
    keys[owner] = known.union(new)
    return known.intersection(new)
  }
}
