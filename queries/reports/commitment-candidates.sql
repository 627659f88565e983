-- title: What could be committed to
-- answers: how much on-demand use of each instance family never falls below a floor, hour by hour: that much could be committed to
-- topic: commitments
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
WITH hours AS (
  SELECT
    split_part(split_part(x_UsageType, ':', 2), '.', 1) AS family,
    RegionId AS region,
    ChargePeriodStart AS hour,
    sum(EffectiveCost) AS cost
  FROM costs
  WHERE billing_period = :month AND x_UsageType LIKE '%BoxUsage:%' AND PricingCategory = 'Standard' AND ConsumedQuantity > 0
  GROUP BY 1, 2, 3
), span AS (
  SELECT count(DISTINCT hour) AS hours FROM hours
)
SELECT
  h.family, h.region,
  round(sum(h.cost), 2) AS on_demand,
  round(CASE WHEN count(*) = max(s.hours) THEN min(h.cost) ELSE 0 END, 4) AS floor_per_hour,
  round(100 * CASE WHEN count(*) = max(s.hours) THEN min(h.cost) ELSE 0 END * max(s.hours) / sum(h.cost), 1) AS percent_steady
FROM hours h CROSS JOIN span s
GROUP BY 1, 2
ORDER BY floor_per_hour DESC, on_demand DESC, h.family, h.region
