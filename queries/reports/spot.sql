-- title: What spot saves
-- answers: what spot capacity cost in a month, and what it would have cost on demand
-- topic: compute
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  split_part(x_UsageType, ':', 2) AS instance_type,
  RegionId AS region,
  round(sum(ConsumedQuantity), 1) AS hours,
  round(sum(EffectiveCost), 2) AS spot,
  round(sum(ListCost), 2) AS on_demand,
  round(100 * (1 - sum(EffectiveCost) / nullif(sum(ListCost), 0)), 1) AS percent_saved
FROM costs
WHERE billing_period = :month AND x_UsageType LIKE '%SpotUsage:%' AND ConsumedQuantity > 0
GROUP BY 1, 2
ORDER BY spot DESC, instance_type, region
