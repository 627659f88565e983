import Columns
import Reports
import Testing

@Suite struct CostsViewTests {
  @Test func `without cost tables the view has its columns and no rows`() throws {
    let sql = CostsView.statement(catalog: try .standard(), tables: [])
    #expect(sql.contains(#"CAST(NULL AS double) AS "BilledCost""#))
    #expect(sql.hasSuffix("WHERE false"))
  }

  @Test func `tags are the tag columns that the table has`() throws {
    let schema = Schema([
      Field("resource_tags_user_cost_center", .varchar),
      Field("resource_tags_aws_created_by", .varchar),
    ])
    let sql = CostsView.statement(catalog: try .standard(), tables: [("cur", schema)])
    #expect(sql.contains("MAP(ARRAY['cost_center', 'aws_created_by']"))
    #expect(sql.contains(#"FROM "cur""#))
    #expect(!sql.contains("UNION ALL"))
  }

  @Test func `each cost table that exists is one branch`() throws {
    let none = Schema([])
    let sql = CostsView.statement(
      catalog: try .standard(),
      tables: [("cur", none), ("cur2", none), ("focus", none), ("runs", none)])
    #expect(sql.components(separatedBy: "UNION ALL").count == 3)
    #expect(!sql.contains("runs"))
  }
}

extension String {
  fileprivate func components(separatedBy mark: String) -> [Substring] { split(separator: mark) }
}
