-- title: Servers by family
-- answers: what each instance family cost in a month, by month: is the fleet moving to newer ones?
-- topic: compute
SELECT
  split_part(split_part(x_UsageType, ':', 2), '.', 1) AS family,
  billing_period AS month,
  round(sum(ConsumedQuantity), 1) AS hours,
  round(sum(EffectiveCost), 2) AS amortized,
  round(100 * sum(EffectiveCost) / nullif(sum(sum(EffectiveCost)) OVER (PARTITION BY billing_period), 0), 1) AS percent
FROM costs
WHERE ConsumedQuantity > 0 AND x_ServiceCode = 'AmazonEC2' AND (x_UsageType LIKE '%BoxUsage:%' OR x_UsageType LIKE '%SpotUsage:%' OR x_UsageType LIKE '%DedicatedUsage:%')
GROUP BY 1, 2
ORDER BY family, month
