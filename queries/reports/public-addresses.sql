-- title: Public addresses
-- answers: what public IPv4 addresses cost in a month, those in use and those that nobody uses
-- topic: network
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  SubAccountId AS account,
  coalesce(RegionId, '(no region)') AS region,
  CASE WHEN x_UsageType LIKE '%IdleAddress' THEN 'idle' ELSE 'in use' END AS state,
  count(DISTINCT ResourceId) AS addresses,
  round(sum(ConsumedQuantity), 0) AS hours,
  round(sum(EffectiveCost), 2) AS amortized
FROM costs
WHERE billing_period = :month AND (x_UsageType LIKE '%PublicIPv4:%' OR x_UsageType LIKE '%ElasticIP:%')
GROUP BY 1, 2, 3
ORDER BY amortized DESC, account, region, state
