-- title: Traffic between regions
-- answers: how much data goes from which region to which, and what that cost
-- topic: network
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  regexp_extract(x_UsageType, '^([A-Z0-9]+)-([A-Z0-9]+)-AWS', 1) AS from_region,
  regexp_extract(x_UsageType, '^([A-Z0-9]+)-([A-Z0-9]+)-AWS', 2) AS to_region,
  ServiceName AS service,
  round(sum(ConsumedQuantity), 1) AS gigabytes,
  round(sum(EffectiveCost), 2) AS amortized
FROM costs
WHERE billing_period = :month AND regexp_like(x_UsageType, '^[A-Z0-9]+-[A-Z0-9]+-AWS-(In|Out)-Bytes')
GROUP BY 1, 2, 3
ORDER BY amortized DESC, 1, 2, 3
