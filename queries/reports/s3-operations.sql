-- title: What buckets are asked
-- answers: how many requests of each operation buckets had in a month, and what a million of them cost
-- topic: storage
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  x_Operation AS operation,
  regexp_extract(x_UsageType, 'Requests-[A-Za-z0-9-]+') AS tier,
  count(DISTINCT ResourceId) AS buckets,
  round(sum(ConsumedQuantity), 0) AS requests,
  round(sum(EffectiveCost), 2) AS amortized,
  round(1000000 * sum(EffectiveCost) / nullif(sum(ConsumedQuantity), 0), 2) AS per_million
FROM costs
WHERE billing_period = :month AND x_ServiceCode = 'AmazonS3' AND x_UsageType LIKE '%Requests-%'
GROUP BY 1, 2
ORDER BY amortized DESC, operation, tier
