-- title: Traffic between zones
-- answers: which resources send and receive data across availability zones, and what that cost
-- topic: network
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
-- param rows number default 25: how many resources to show
SELECT
  ResourceId AS resource,
  max(SubAccountId) AS account,
  max(RegionId) AS region,
  round(sum(CASE WHEN x_Operation LIKE '%In' THEN ConsumedQuantity ELSE 0 END), 1) AS gb_in,
  round(sum(CASE WHEN x_Operation LIKE '%Out' THEN ConsumedQuantity ELSE 0 END), 1) AS gb_out,
  round(sum(EffectiveCost), 2) AS amortized
FROM costs
WHERE billing_period = :month AND x_UsageType LIKE '%DataTransfer-Regional-Bytes'
GROUP BY 1
ORDER BY amortized DESC, resource
LIMIT :rows
