-- title: Data transfer and NAT gateways
-- answers: what moving data cost in a month, by kind and region
-- topic: network
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  RegionId AS region,
  x_UsageType AS usage_type,
  round(sum(ConsumedQuantity), 1) AS gigabytes,
  round(sum(BilledCost), 2) AS billed
FROM costs
WHERE billing_period = :month
  AND (x_UsageType LIKE '%DataTransfer%' OR x_UsageType LIKE '%NatGateway-Bytes%')
GROUP BY 1, 2
ORDER BY billed DESC, 1, 2
