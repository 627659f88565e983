/// The view `ec2_volumes_latest` of `ec2_volumes`, and its like: what is listed now.
///
/// Accounts and regions are listed by jobs of their own, which run late and fail by themselves, so the
/// newest day of the table is not the newest of each. The view has, of each account and region, its newest
/// listing, of which a later one without any row takes the place. Listings older than a week beside the
/// newest are left out: nobody asks for that account any more. Those that do not tell whose they are count
/// on the newest day alone.
package enum LatestListingView {
  private static let suffix = "_latest"
  private static let day = "snapshot_date"

  /// The view's name and SQL; nil for tables that are not kept by day.
  ///
  /// - Parameters:
  ///   - partitions: the columns that the table is partitioned by.
  ///   - lacking: declared columns that the table does not have, NULL where they are asked for.
  ///   - tables: all tables of the lake.
  package static func of(
    table: String, partitions: [String], lacking: [String], tables: [String]
  ) -> (name: String, statement: String)? {
    guard partitions.contains(day) else { return nil }
    let scope = partitions.filter { $0 != day }
    let listings =
      scope.count == 2 && tables.contains { $0.lowercased() == "deliveries" }
      ? "\(rows(of: table, scope)) UNION ALL \(emptyListings(of: table, scope))"
      : rows(of: table, scope)
    let owned = scope.map { "\($0) IS NOT NULL" }.joined(separator: " AND ")
    let age = scope.isEmpty ? "0" : "CASE WHEN \(owned) THEN -7 ELSE 0 END"
    let groups = scope.isEmpty ? "" : "GROUP BY \(scope.joined(separator: ", "))"
    let columns = (scope + ["max(\(day)) AS newest"]).joined(separator: ", ")
    let sameScope = scope.map { " AND coalesce(l.\($0), '') = coalesce(s.\($0), '')" }.joined()
    return (
      table + suffix,
      """
      SELECT \((["l.*"] + lacking.map { "l.\($0)" }).joined(separator: ", ")) FROM \(table) AS l
      JOIN (
        SELECT \(columns) FROM (\(listings)) AS listings \(groups)
        HAVING max(\(day)) >= date_add('day', \(age), (SELECT max(\(day)) FROM \(table)))
      ) AS s ON l.\(day) = s.newest\(sameScope)
      """
    )
  }

  private static func rows(of table: String, _ scope: [String]) -> String {
    "SELECT \((scope + [day]).joined(separator: ", ")) FROM \(table)"
  }

  /// Listings without a row leave nothing in the table; `deliveries` names them `kind/account/region`.
  private static func emptyListings(of table: String, _ scope: [String]) -> String {
    """
    SELECT split_part(source, '/', 2), split_part(source, '/', 3), CAST(billing_period AS date)
    FROM deliveries
    WHERE table_name = '\(table)' AND status = 'loaded' AND rows = 0
      AND regexp_like(source, '^[^/]+/[^/]+/[^/]+$')
    """
  }
}
