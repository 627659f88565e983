import SQL
import Testing

/// Statements as people write them on cost tables.
struct BillingStatementTests {
  static let statements = [
    """
    SELECT bill_payer_account_id, line_item_usage_account_id,
      DATE_FORMAT(("line_item_usage_start_date"),'%Y-%m-01') AS month_line_item_usage_start_date,
      CASE
        WHEN ("bill_billing_entity" = 'AWS Marketplace' AND "line_item_line_item_type" NOT LIKE '%Discount%')
        THEN "Product_Product_Name"
        WHEN ("product_servicecode" = '') THEN "line_item_product_code" ELSE "product_servicecode"
      END "product_service",
      SPLIT_PART(line_item_resource_id,':',6) split_line_item_resource_id,
      SUM(CAST(line_item_unblended_cost AS decimal(16,8))) AS sum_line_item_unblended_cost
    FROM ${table_name}
    """,
    """
    -- the last day of the previous month, to be sure
    SELECT * FROM "database"."table"
    WHERE year = '2020' AND (month BETWEEN '7' AND '9' OR month BETWEEN '07' AND '09')
      AND line_item_usage_start_date >= date_trunc('month', current_date) - INTERVAL '1' MONTH
      AND "line_item_line_item_type" IN ('DiscountedUsage', 'Usage')
    GROUP BY 1, 2, -- ordinals
      7, savings_plan_end_time
    ORDER BY "sum_cost" DESC;
    """,
    """
    CREATE OR REPLACE VIEW "summary_view" AS
    (SELECT split_part(billing_period, '-', 1) year, CAST("concat"("year",'-',"month",'-01') AS date) d,
      SUM(SUM(cost)) OVER (PARTITION BY resource_id) total, TRY(date_parse(x, '%Y')) t,
      product['region'] region, (0E0) zero, "sum"((CASE WHEN a = 'x' THEN b ELSE 0E0 END)) c
    FROM (("cur" LEFT JOIN (SELECT DISTINCT a FROM b) accounts ON ((x = y) AND (z <> 'w')))
      CROSS JOIN UNNEST(tags) t (k, v))
    GROUP BY 1, 2
    UNION SELECT 1, 2 FROM (VALUES ROW('a', 1), ROW('b', 2)) ignored (name, size))
    """,
  ]

  @Test func `statements of public query libraries are read`() throws {
    let text = Self.statements[0].replacing("${table_name}", with: "cur")
    for statement in [text, Self.statements[1], Self.statements[2]] {
      let written = try Parser.statement(statement).text
      #expect(try Parser.statement(written).text == written)
    }
  }

  @Test func `an unfilled placeholder is pointed at`() throws {
    let error = #expect(throws: SQLError.self) { try Parser.statement(Self.statements[0]) }
    #expect(try #require(error).message == "unexpected character '$'")
  }
}
