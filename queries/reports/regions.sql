-- title: Cost by region
-- answers: what each region cost in a month, its share, and how many services and accounts are there
-- topic: overview
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  coalesce(RegionId, '(no region)') AS region,
  count(DISTINCT SubAccountId) AS accounts,
  count(DISTINCT ServiceName) AS services,
  round(sum(EffectiveCost), 2) AS amortized,
  round(100 * sum(EffectiveCost) / nullif(sum(sum(EffectiveCost)) OVER (), 0), 1) AS percent
FROM costs
WHERE billing_period = :month
GROUP BY 1
ORDER BY amortized DESC, region
