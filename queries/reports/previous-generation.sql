-- title: What still runs on previous generations
-- answers: what servers, databases and volumes of previous generations cost in a month, for each that has a cheaper successor
-- topic: compute
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  CASE WHEN x_UsageType LIKE '%EBS:VolumeUsage%' THEN 'volume'
    WHEN x_UsageType LIKE '%InstanceUsage:%' THEN 'database' WHEN x_UsageType LIKE '%NodeUsage:%' THEN 'cache' ELSE 'server' END AS kind,
  CASE WHEN x_UsageType LIKE '%EBS:VolumeUsage%' THEN coalesce(nullif(split_part(x_UsageType, 'VolumeUsage.', 2), ''), 'magnetic')
    ELSE split_part(x_UsageType, ':', 2) END AS type,
  count(DISTINCT ResourceId) AS resources,
  round(sum(ConsumedQuantity), 1) AS quantity,
  max(ConsumedUnit) AS unit,
  round(sum(EffectiveCost), 2) AS amortized
FROM costs
WHERE billing_period = :month
  AND ConsumedQuantity > 0
  AND (regexp_like(x_UsageType, '(BoxUsage|SpotUsage|InstanceUsage|Multi-AZUsage|NodeUsage):(db\.|cache\.)?(t1|t2|m[1-4]|c[1-4]|r[34]|i2|d2|g[23]|p2|x1)\.')
    OR regexp_like(x_UsageType, 'EBS:VolumeUsage(\.gp2|\.piops)?$'))
GROUP BY 1, 2
ORDER BY amortized DESC, kind, type
