-- title: Servers by instance type
-- answers: how many hours of each instance type ran in a month, what an hour cost, and how far below the list price that is
-- topic: compute
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  split_part(x_UsageType, ':', 2) AS instance_type,
  count(DISTINCT ResourceId) AS servers,
  round(sum(ConsumedQuantity), 1) AS hours,
  round(sum(EffectiveCost), 2) AS amortized,
  round(sum(EffectiveCost) / nullif(sum(ConsumedQuantity), 0), 4) AS per_hour,
  round(100 * (1 - sum(EffectiveCost) / nullif(sum(ListCost), 0)), 1) AS percent_below_list
FROM costs
WHERE billing_period = :month AND ConsumedQuantity > 0 AND x_ServiceCode = 'AmazonEC2' AND (x_UsageType LIKE '%BoxUsage:%' OR x_UsageType LIKE '%SpotUsage:%' OR x_UsageType LIKE '%DedicatedUsage:%')
GROUP BY 1
ORDER BY amortized DESC, instance_type
