-- title: What changed between two versions of a bill
-- answers: what was added, removed and restated by account, service and line item type, day by day
-- topic: bill
-- param before table default (SELECT * FROM cur WHERE false): the bill as it was, nothing by default
-- param after table default cur: the bill as it is
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
WITH days AS (
  -- Ids of line items differ from version to version: sums by day are compared.
  SELECT
    currency,
    account,
    service,
    line_item_type,
    day,
    sum(line_items_before) AS line_items_before,
    sum(line_items_after) AS line_items_after,
    sum(cost_before) AS cost_before,
    sum(cost_after) AS cost_after
  FROM (
    SELECT
      line_item_currency_code AS currency,
      line_item_usage_account_id AS account,
      line_item_product_code AS service,
      line_item_line_item_type AS line_item_type,
      date_trunc('day', line_item_usage_start_date) AS day,
      count(*) AS line_items_before,
      0 AS line_items_after,
      sum(line_item_unblended_cost) AS cost_before,
      0e0 AS cost_after
    FROM :before
    WHERE billing_period = :month
      AND coalesce(line_item_operation, '') NOT IN ('EKSPod-EC2', 'ECSTask-EC2')
    GROUP BY 1, 2, 3, 4, 5
    UNION ALL
    SELECT
      line_item_currency_code,
      line_item_usage_account_id,
      line_item_product_code,
      line_item_line_item_type,
      date_trunc('day', line_item_usage_start_date),
      0,
      count(*),
      0e0,
      sum(line_item_unblended_cost)
    FROM :after
    WHERE billing_period = :month
      AND coalesce(line_item_operation, '') NOT IN ('EKSPod-EC2', 'ECSTask-EC2')
    GROUP BY 1, 2, 3, 4, 5
  )
  GROUP BY 1, 2, 3, 4, 5
)
SELECT
  currency,
  account,
  service,
  line_item_type,
  sum(line_items_before) AS line_items_before,
  sum(line_items_after) AS line_items_after,
  sum(cost_before) AS cost_before,
  sum(cost_after) AS cost_after,
  sum(CASE WHEN line_items_before = 0 THEN line_items_after ELSE 0 END) AS line_items_added,
  sum(CASE WHEN line_items_after = 0 THEN line_items_before ELSE 0 END) AS line_items_removed,
  sum(CASE WHEN line_items_before = 0 THEN cost_after ELSE 0e0 END) AS added,
  sum(CASE WHEN line_items_after = 0 THEN -cost_before ELSE 0e0 END) AS removed,
  sum(
    CASE WHEN line_items_before > 0 AND line_items_after > 0 THEN cost_after - cost_before ELSE 0e0 END)
    AS restated,
  sum(
    CASE
      WHEN line_items_before <> line_items_after OR abs(cost_after - cost_before) > 1e-9 THEN 1
      ELSE 0
    END) AS days_changed
FROM days
GROUP BY 1, 2, 3, 4
ORDER BY abs(sum(cost_after) - sum(cost_before)) DESC, 1, 2, 3, 4
