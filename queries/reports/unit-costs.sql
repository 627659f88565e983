-- title: What a unit costs
-- answers: what a unit of the usual things cost in each month: a server hour, a gigabyte kept, sent, a million requests
-- topic: services
WITH units AS (
  SELECT
    billing_period AS month,
    CASE
      WHEN x_UsageType LIKE '%BoxUsage:%' OR x_UsageType LIKE '%SpotUsage:%' THEN 'server hour'
      WHEN x_UsageType LIKE '%InstanceUsage:db.%' THEN 'database hour'
      WHEN x_UsageType LIKE '%EBS:VolumeUsage%' THEN 'GB of volumes, a month'
      WHEN x_ServiceCode = 'AmazonS3' AND x_UsageType LIKE '%TimedStorage%' THEN 'GB of objects, a month'
      WHEN x_UsageType LIKE '%DataTransfer-Out-Bytes' THEN 'GB to the internet'
      WHEN x_ServiceCode = 'AmazonS3' AND x_UsageType LIKE '%Requests-%' THEN 'million requests of objects'
      WHEN x_UsageType LIKE '%Lambda-GB-Second%' THEN 'million GB-seconds of functions'
    END AS unit,
    CASE WHEN x_UsageType LIKE '%Requests-%' OR x_UsageType LIKE '%Lambda-GB-Second%' THEN ConsumedQuantity / 1e6 ELSE ConsumedQuantity END AS quantity,
    EffectiveCost AS cost
  FROM costs
  WHERE ConsumedQuantity > 0
)
SELECT
  unit, month,
  round(sum(quantity), 2) AS quantity,
  round(sum(cost), 2) AS amortized,
  round(sum(cost) / nullif(sum(quantity), 0), 4) AS per_unit
FROM units
WHERE unit IS NOT NULL
GROUP BY 1, 2
ORDER BY unit, month
