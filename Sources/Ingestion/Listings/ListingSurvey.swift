import Columns
import Reports

/// What a first reading tells of a listing: whose it is, of when, and whether it is all.
struct ListingSurvey: Sendable {
  /// The values of the table's scope columns that its entries have; empty where nothing tells them all.
  var scopes: Set<[String?]> = []
  /// Who the entries belong to that do not say it themselves.
  var fallback = ListingOwner()
  var entries = 0
  /// Whether its last page says that more follow.
  var hasMore = false
  /// The latest time among the entries, microseconds since 1970.
  var latest: Int64?

  /// Whether account and region of every entry are known, so that a later listing of them replaces it.
  var isOwned: Bool { !scopes.isEmpty }

  /// - Throws: `FormatError` for what is no listing.
  init(_ file: SourceFile, _ table: ReportTable) throws {
    let rows = ListingRow(file.kind, table, path: file.path)
    var found: Set<[String?]> = []
    var entries = 0
    var latest: Int64?
    hasMore = try ListingReader(file.kind, path: file.path).forEach { entry in
      found.insert(try rows.scope(of: entry))
      entries += 1
      if let time = rows.time(of: entry) { latest = max(latest ?? time, time) }
    }
    self.entries = entries
    self.latest = latest
    guard !table.scopeColumns.isEmpty else { return }
    if entries == 0 { found = [rows.scopeOfPath()] }
    fill(found, table)
  }

  /// Of a listing in which some entries tell the account and all who do tell the same, all are of it.
  private mutating func fill(_ found: Set<[String?]>, _ table: ReportTable) {
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
    let filled = Set(found.map { scope in scope.indices.map { scope[$0] ?? single[$0] } })
    if filled.allSatisfy({ !$0.contains(nil) }) { scopes = filled }
  }
}
