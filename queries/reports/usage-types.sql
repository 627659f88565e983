-- title: The usage types that cost most
-- answers: what was used of each usage type in a month, what it cost, and what a unit cost
-- topic: overview
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
-- param rows number default 25: how many usage types to show
SELECT
  ServiceName AS service,
  x_UsageType AS usage_type,
  max(ConsumedUnit) AS unit,
  round(sum(ConsumedQuantity), 2) AS quantity,
  round(sum(EffectiveCost), 2) AS amortized,
  round(sum(EffectiveCost) / nullif(sum(ConsumedQuantity), 0), 6) AS per_unit
FROM costs
WHERE billing_period = :month AND ChargeCategory = 'Usage'
GROUP BY 1, 2
ORDER BY amortized DESC, service, usage_type
LIMIT :rows
