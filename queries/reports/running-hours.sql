-- title: How long servers run
-- answers: for how much of a month each server ran, and what stopping those outside production at night would save
-- topic: compute
-- param tag text default 'env': key of the tag that names the environment
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
WITH span AS (
  SELECT count(DISTINCT ChargePeriodStart) AS hours
  FROM costs
  WHERE billing_period = :month AND x_ServiceCode = 'AmazonEC2' AND (x_UsageType LIKE '%BoxUsage:%' OR x_UsageType LIKE '%SpotUsage:%' OR x_UsageType LIKE '%DedicatedUsage:%')
)
SELECT
  c.ResourceId AS server,
  max(c.SubAccountId) AS account,
  coalesce(max(c.Tags[:tag]), '(untagged)') AS environment,
  round(sum(c.ConsumedQuantity), 1) AS hours,
  round(100 * sum(c.ConsumedQuantity) / max(s.hours), 1) AS percent_of_time,
  round(sum(c.EffectiveCost), 2) AS amortized,
  CASE WHEN lower(max(c.Tags[:tag])) LIKE 'prod%' THEN NULL ELSE round(sum(c.EffectiveCost) * (1 - 50e0 / 168), 2) END AS outside_office_hours
FROM costs c CROSS JOIN span s
WHERE c.billing_period = :month AND c.ConsumedQuantity > 0 AND x_ServiceCode = 'AmazonEC2' AND (x_UsageType LIKE '%BoxUsage:%' OR x_UsageType LIKE '%SpotUsage:%' OR x_UsageType LIKE '%DedicatedUsage:%')
GROUP BY 1
ORDER BY amortized DESC, server
