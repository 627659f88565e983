-- title: How much runs on Graviton
-- answers: what share of servers, databases, caches and functions runs on Arm processors, by hours and by cost
-- topic: compute
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
WITH computing AS (
  SELECT
    ServiceName AS service,
    ConsumedQuantity AS quantity,
    EffectiveCost AS cost,
    x_UsageType LIKE '%-ARM%' OR regexp_like(x_UsageType, ':(db\.|cache\.)?([a-z]+[0-9]+g[a-z]*|a1)\.') AS is_arm
  FROM costs
  WHERE billing_period = :month
    AND ConsumedQuantity > 0
    AND (x_UsageType LIKE '%BoxUsage:%' OR x_UsageType LIKE '%SpotUsage:%' OR x_UsageType LIKE '%InstanceUsage:%'
      OR x_UsageType LIKE '%NodeUsage:%' OR x_UsageType LIKE '%Lambda-GB-Second%')
)
SELECT
  service,
  round(sum(CASE WHEN is_arm THEN cost ELSE 0 END), 2) AS graviton,
  round(sum(cost), 2) AS amortized,
  round(100 * sum(CASE WHEN is_arm THEN cost ELSE 0 END) / nullif(sum(cost), 0), 1) AS percent_of_cost,
  round(100 * sum(CASE WHEN is_arm THEN quantity ELSE 0 END) / nullif(sum(quantity), 0), 1) AS percent_of_use
FROM computing
GROUP BY 1
ORDER BY amortized DESC, service
