-- title: NAT gateways
-- answers: what each NAT gateway cost in a month by the hour and for data, and how far its busiest day stands out
-- topic: network
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
WITH days AS (
  SELECT
    ResourceId, SubAccountId, RegionId, date(ChargePeriodStart) AS day,
    sum(CASE WHEN x_UsageType LIKE '%Hours' THEN EffectiveCost ELSE 0 END) AS hours,
    sum(CASE WHEN x_UsageType LIKE '%Bytes' THEN EffectiveCost ELSE 0 END) AS data,
    sum(CASE WHEN x_UsageType LIKE '%Bytes' THEN ConsumedQuantity ELSE 0 END) AS gigabytes
  FROM costs
  WHERE billing_period = :month AND x_UsageType LIKE '%NatGateway-%'
  GROUP BY 1, 2, 3, 4
)
SELECT
  element_at(split(ResourceId, '/'), -1) AS gateway,
  max(SubAccountId) AS account,
  max(RegionId) AS region,
  round(sum(gigabytes), 1) AS gigabytes,
  round(sum(hours), 2) AS hours,
  round(sum(data), 2) AS data,
  round(sum(hours) + sum(data), 2) AS amortized,
  max_by(day, gigabytes) AS busiest_day,
  round(max(gigabytes) / nullif(avg(gigabytes), 0), 1) AS times_its_average
FROM days
GROUP BY 1
ORDER BY amortized DESC, gateway
