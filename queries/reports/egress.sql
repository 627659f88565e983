-- title: Who sends data to the internet
-- answers: which resources send most data to the internet, and what that cost
-- topic: network
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
-- param rows number default 25: how many resources to show
SELECT
  ResourceId AS resource,
  max(ServiceName) AS service,
  max(SubAccountId) AS account,
  round(sum(ConsumedQuantity), 1) AS gigabytes,
  round(sum(EffectiveCost), 2) AS amortized,
  round(sum(EffectiveCost) / nullif(sum(ConsumedQuantity), 0), 4) AS per_gb
FROM costs
WHERE billing_period = :month AND x_UsageType LIKE '%DataTransfer-Out-Bytes' AND ConsumedQuantity > 0
GROUP BY 1
ORDER BY amortized DESC, resource
LIMIT :rows
