-- title: Functions
-- answers: what each function cost in a month for its time and its calls, and what a million calls cost
-- topic: compute
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  element_at(split(ResourceId, ':'), -1) AS function,
  max(SubAccountId) AS account,
  round(sum(CASE WHEN x_UsageType LIKE '%GB-Second%' THEN ConsumedQuantity END), 0) AS gb_seconds,
  round(sum(CASE WHEN x_UsageType LIKE '%Request%' THEN ConsumedQuantity END), 0) AS calls,
  round(sum(EffectiveCost), 2) AS amortized,
  round(1000000 * sum(EffectiveCost) / nullif(sum(CASE WHEN x_UsageType LIKE '%Request%' THEN ConsumedQuantity END), 0), 2) AS per_million_calls
FROM costs
WHERE billing_period = :month AND x_ServiceCode = 'AWSLambda'
GROUP BY 1
ORDER BY amortized DESC, function
