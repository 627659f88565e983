-- title: Databases by engine
-- answers: what each database engine cost in a month for instances, storage and backups
-- topic: databases
-- param bill table default cur: the table with the bill, in the columns of a legacy CUR
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  coalesce(nullif(product_database_engine, ''), '(not stated)') AS engine,
  count(DISTINCT line_item_resource_id) AS databases,
  round(sum(CASE WHEN line_item_usage_type LIKE '%InstanceUsage%' OR line_item_usage_type LIKE '%Multi-AZUsage%' OR line_item_usage_type LIKE '%HeavyUsage%'
    THEN line_item_unblended_cost ELSE 0 END), 2) AS instances,
  round(sum(CASE WHEN line_item_usage_type LIKE '%Storage%' THEN line_item_unblended_cost ELSE 0 END), 2) AS storage,
  round(sum(CASE WHEN line_item_usage_type LIKE '%BackupUsage%' THEN line_item_unblended_cost ELSE 0 END), 2) AS backups,
  round(sum(line_item_unblended_cost), 2) AS billed
FROM :bill
WHERE billing_period = :month AND line_item_product_code = 'AmazonRDS'
GROUP BY 1
ORDER BY billed DESC, engine
