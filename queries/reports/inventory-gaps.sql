-- title: Billed but not in the inventory, and the other way round
-- answers: which servers cost something in a month and are in no inventory, and which are listed and cost nothing
-- topic: inventory
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
WITH billed AS (
  SELECT ResourceId AS id, max(SubAccountId) AS account, sum(EffectiveCost) AS cost
  FROM costs
  WHERE billing_period = :month AND ResourceId LIKE 'i-%' AND (x_UsageType LIKE '%BoxUsage:%' OR x_UsageType LIKE '%SpotUsage:%')
  GROUP BY 1
), listed AS (
  SELECT instance_id AS id, account_id AS account, state
  FROM ec2_instances_latest
)
SELECT
  coalesce(b.id, l.id) AS server,
  coalesce(b.account, l.account) AS account,
  CASE WHEN l.id IS NULL THEN 'billed, in no inventory' ELSE concat('listed as ', l.state, ', not billed') END AS gap,
  round(coalesce(b.cost, 0), 2) AS amortized
FROM billed b FULL JOIN listed l ON l.id = b.id
WHERE b.id IS NULL OR l.id IS NULL
ORDER BY amortized DESC, server
