-- title: Which resources changed between two versions of a bill
-- answers: what each resource cost in either version, those that changed most first
-- topic: bill
-- param before table default (SELECT * FROM cur WHERE false): the bill as it was, nothing by default
-- param after table default cur: the bill as it is
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
-- param rows number default 10: how many
SELECT
  currency,
  account,
  service,
  resource,
  sum(line_items_before) AS line_items_before,
  sum(line_items_after) AS line_items_after,
  sum(cost_before) AS cost_before,
  sum(cost_after) AS cost_after
FROM (
  SELECT
    line_item_currency_code AS currency,
    line_item_usage_account_id AS account,
    line_item_product_code AS service,
    line_item_resource_id AS resource,
    count(*) AS line_items_before,
    0 AS line_items_after,
    sum(line_item_unblended_cost) AS cost_before,
    0e0 AS cost_after
  FROM :before
  WHERE billing_period = :month
    AND line_item_resource_id <> ''
    AND coalesce(line_item_operation, '') NOT IN ('EKSPod-EC2', 'ECSTask-EC2')
  GROUP BY 1, 2, 3, 4
  UNION ALL
  SELECT
    line_item_currency_code,
    line_item_usage_account_id,
    line_item_product_code,
    line_item_resource_id,
    0,
    count(*),
    0e0,
    sum(line_item_unblended_cost)
  FROM :after
  WHERE billing_period = :month
    AND line_item_resource_id <> ''
    AND coalesce(line_item_operation, '') NOT IN ('EKSPod-EC2', 'ECSTask-EC2')
  GROUP BY 1, 2, 3, 4
)
GROUP BY 1, 2, 3, 4
HAVING abs(sum(cost_after) - sum(cost_before)) > 1e-9
ORDER BY abs(sum(cost_after) - sum(cost_before)) DESC, 1, 2, 3, 4
LIMIT :rows
