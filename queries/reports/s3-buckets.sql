-- title: Buckets
-- answers: what each bucket cost in a month for storage, requests and transfer, and how much is in it
-- topic: storage
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  ResourceId AS bucket,
  max(SubAccountId) AS account,
  round(sum(CASE WHEN x_UsageType LIKE '%TimedStorage%' THEN ConsumedQuantity END), 1) AS gb_months,
  round(sum(CASE WHEN x_UsageType LIKE '%TimedStorage%' THEN EffectiveCost ELSE 0 END), 2) AS storage,
  round(sum(CASE WHEN x_UsageType LIKE '%Requests%' THEN EffectiveCost ELSE 0 END), 2) AS requests,
  round(sum(CASE WHEN x_UsageType LIKE '%Bytes' AND x_UsageType NOT LIKE '%TimedStorage%' THEN EffectiveCost ELSE 0 END), 2) AS transfer,
  round(sum(EffectiveCost), 2) AS amortized
FROM costs
WHERE billing_period = :month AND x_ServiceCode = 'AmazonS3' AND ResourceId IS NOT NULL
GROUP BY 1
ORDER BY amortized DESC, bucket
