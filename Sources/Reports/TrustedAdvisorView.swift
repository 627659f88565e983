/// The view `trusted_advisor_findings`: resources with the names that their check gives their values.
///
/// Results have values by position and checks their names, so that each can be loaded before the other.
package enum TrustedAdvisorView {
  package static let name = "trusted_advisor_findings"

  /// The view's SQL for the tables that there are; nothing without results.
  package static func statement(tables: [String]) -> String {
    let tables = Set(tables.map { $0.lowercased() })
    guard tables.contains("trusted_advisor_resources") else { return none }
    guard tables.contains("trusted_advisor_checks") else {
      return """
        SELECT check_id, CAST(NULL AS varchar) AS check_name, CAST(NULL AS varchar) AS category,
          \(columns),
          CAST(NULL AS map(varchar, varchar)) AS resource,
          CAST(NULL AS double) AS estimated_monthly_savings
        FROM trusted_advisor_resources AS r
        """
    }
    return """
      SELECT check_id, check_name, category, \(columns), resource,
        TRY_CAST(regexp_replace(element_at(resource, 'Estimated Monthly Savings'), '[$,]', '') AS double)
          AS estimated_monthly_savings
      FROM (
        SELECT r.*, c.check_name, c.category,
          CASE WHEN cardinality(c.names) = cardinality(r.metadata)
              AND cardinality(array_distinct(c.names)) = cardinality(c.names)
            THEN MAP(c.names, r.metadata) END AS resource
        FROM trusted_advisor_resources AS r
        LEFT JOIN (
          SELECT check_id, max(check_name) AS check_name, max(category) AS category,
            arbitrary(metadata) AS names
          FROM trusted_advisor_checks GROUP BY check_id
        ) AS c ON c.check_id = r.check_id
      ) AS r
      """
  }

  private static let columns =
    "check_timestamp, check_status, status, region, resource_id, is_suppressed, metadata, snapshot_date"

  private static let none = """
    SELECT CAST(NULL AS varchar) AS check_id, CAST(NULL AS varchar) AS check_name,
      CAST(NULL AS varchar) AS category, CAST(NULL AS timestamp) AS check_timestamp,
      CAST(NULL AS varchar) AS check_status, CAST(NULL AS varchar) AS status,
      CAST(NULL AS varchar) AS region, CAST(NULL AS varchar) AS resource_id,
      CAST(NULL AS boolean) AS is_suppressed, CAST(NULL AS array(varchar)) AS metadata,
      CAST(NULL AS date) AS snapshot_date, CAST(NULL AS map(varchar, varchar)) AS resource,
      CAST(NULL AS double) AS estimated_monthly_savings
    WHERE false
    """
}
