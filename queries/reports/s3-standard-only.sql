-- title: Buckets that keep everything in Standard
-- answers: which buckets have no other storage class, and what half of it in Standard-IA would save before requests
-- topic: storage
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  ResourceId AS bucket,
  max(SubAccountId) AS account,
  round(sum(ConsumedQuantity), 1) AS gb_months,
  round(sum(EffectiveCost), 2) AS amortized,
  round(sum(EffectiveCost) * 0.5e0 * (1 - 0.0125e0 / 0.023e0), 2) AS could_save
FROM costs
WHERE billing_period = :month AND x_ServiceCode = 'AmazonS3' AND x_UsageType LIKE '%TimedStorage%'
GROUP BY 1
HAVING count(CASE WHEN x_UsageType NOT LIKE '%TimedStorage-ByteHrs' THEN 1 END) = 0
ORDER BY amortized DESC, bucket
