-- title: Volumes by type
-- answers: how much of each volume type there is, what it costs, and what gp2 would save as gp3
-- topic: storage
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  coalesce(nullif(regexp_extract(x_UsageType, 'VolumeUsage\.([a-z0-9]+)', 1), ''), 'magnetic') AS volume_type,
  count(DISTINCT ResourceId) AS volumes,
  round(sum(ConsumedQuantity), 1) AS gb_months,
  round(sum(EffectiveCost), 2) AS amortized,
  round(sum(EffectiveCost) / nullif(sum(ConsumedQuantity), 0), 4) AS per_gb_month,
  round(CASE WHEN max(x_UsageType) LIKE '%gp2' THEN 0.2 * sum(EffectiveCost) ELSE 0 END, 2) AS saved_as_gp3
FROM costs
WHERE billing_period = :month AND x_UsageType LIKE '%EBS:VolumeUsage%'
GROUP BY 1
ORDER BY amortized DESC, volume_type
