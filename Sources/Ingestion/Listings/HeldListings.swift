import Columns
import Reports
import SQL
import Warehouse

/// Listings in the lake that a new one of the same day takes the place of by its resources.
///
/// Where owners are known, partitions are replaced and nothing has to be looked for. Otherwise an id tells:
/// it is one account's in one region, so that what a source delivered of an owner is of the same owner as
/// the new listing's if they have a resource in common. All of it then goes, as where the owner is known,
/// and the delivery says so; what has no resource in common stays, being another owner's.
///
/// The day's last one to be loaded counts. Of a lake in memory nothing is looked at.
struct HeldListings {
  /// What of a source goes, with how many of its resources are in the new listing.
  struct Displaced {
    let part: DeliveredPart
    var resources = 0
    var shared = 0
  }

  private let warehouse: Warehouse
  private let delivery: Delivery
  private let table: ReportTable
  private let keys: [[String?]: Set<RowKey>]

  init(_ warehouse: Warehouse, _ delivery: Delivery, _ table: ReportTable) {
    self.warehouse = warehouse
    self.delivery = delivery
    self.table = table
    keys = ListingSurvey.keys(of: delivery.surveys)
  }

  /// - Returns: in the order of their sources.
  /// - Throws: what reading the table throws.
  func displaced() throws -> [Displaced] {
    guard let day = delivery.period, !keys.isEmpty, !table.scopeColumns.isEmpty,
      try warehouse.hasTable(delivery.table)
    else { return [] }
    let parts = try warehouse.deliveredParts(table: delivery.table).filter { _, part in
      part.partition["snapshot_date"] == day && isInQuestion(part)
    }
    guard !parts.isEmpty else { return [] }
    var found: [DeliveredPart: Displaced] = [:]
    for row in try rows(of: Set(parts.values.map(owner)), day) {
      guard let part = row[0].string.flatMap({ parts[$0] }) else { continue }
      found[part, default: Displaced(part: part)].resources += 1
      let owner = owner(part)
      guard let key = ListingRow.key(of: Array(row.dropFirst())),
        keys.contains(where: { ListingOwner.match($0.key, owner) && $0.value.contains(key) })
      else { continue }
      found[part]?.shared += 1
    }
    return found.values.filter { $0.shared > 0 }.sorted { text($0.part) < text($1.part) }
  }

  /// A sentence on each.
  static func notes(_ displaced: [Displaced]) -> [String] {
    displaced.map { one in
      let place = one.part.source.map { "'\($0)'" } ?? "the listing of \(owner(one.part))"
      return
        "took the place of \(place) of the same day, as a listing of the same account and region: "
        + "\(one.shared) of the \(one.resources) resources there \(one.shared == 1 ? "is" : "are") here"
    }
  }

  private static func owner(_ part: DeliveredPart) -> String {
    part.partition.filter { $0.key != "snapshot_date" }.sorted { $0.key < $1.key }
      .compactMap(\.value).joined(separator: " in ")
  }

  /// Whether a part may be the same owner's and is not replaced anyway: as this file's own, or as the
  /// partition of an owner that all is known of.
  private func isInQuestion(_ part: DeliveredPart) -> Bool {
    let owner = owner(part)
    let isOwned = delivery.surveys.allSatisfy(\.isOwned)
    let isReplaced =
      isOwned
      ? delivery.surveys.contains { $0.owners.contains(owner) } : part.source == delivery.source
    if isReplaced { return false }
    return keys.keys.contains { ListingOwner.match($0, owner) }
  }

  private func owner(_ part: DeliveredPart) -> [String?] {
    table.scopeColumns.map { part.partition[$0] ?? nil }
  }

  private func text(_ part: DeliveredPart) -> String {
    (part.source ?? "") + " " + owner(part).map { $0 ?? "" }.joined(separator: " ")
  }

  /// The file and the key of each row that some owners have on a day.
  private func rows(of owners: Set<[String?]>, _ day: String) throws -> [[Value]] {
    let columns = [SQLName.quoted("$path")] + table.keyColumns.map(SQLName.quoted)
    let conditions = owners.map { owner in
      zip(table.scopeColumns, owner).map { name, value in
        SQLName.quoted(name) + (value.map { " = \(SQLLiteral.text($0))" } ?? " IS NULL")
      }.joined(separator: " AND ")
    }.sorted()
    // Beyond this, reading the whole day is no more work than telling owners apart.
    let isFew = conditions.count <= 32
    let filter = isFew ? " AND (\(conditions.map { "(\($0))" }.joined(separator: " OR ")))" : ""
    return try warehouse.query(
      "SELECT \(columns.joined(separator: ", ")) FROM \(SQLName.quoted(delivery.table)) "
        + "WHERE snapshot_date = DATE '\(day)'\(filter)"
    ).rows()
  }
}
