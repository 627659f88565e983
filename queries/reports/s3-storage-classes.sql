-- title: Storage classes
-- answers: how much is stored in each class of S3, and what a gigabyte costs there
-- topic: storage
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  CASE
    WHEN x_UsageType LIKE '%DeepArchive%' OR x_UsageType LIKE '%-GDA-%' THEN 'Glacier Deep Archive'
    WHEN x_UsageType LIKE '%-GIR-%' THEN 'Glacier Instant Retrieval'
    WHEN x_UsageType LIKE '%Glacier%' THEN 'Glacier Flexible Retrieval'
    WHEN x_UsageType LIKE '%-INT-%' THEN 'Intelligent-Tiering'
    WHEN x_UsageType LIKE '%-ZIA-%' THEN 'One Zone-IA'
    WHEN x_UsageType LIKE '%-SIA-%' THEN 'Standard-IA'
    WHEN x_UsageType LIKE '%TimedStorage-ByteHrs' THEN 'Standard'
    ELSE x_UsageType
  END AS storage_class,
  count(DISTINCT ResourceId) AS buckets,
  round(sum(ConsumedQuantity), 1) AS gb_months,
  round(sum(EffectiveCost), 2) AS amortized,
  round(sum(EffectiveCost) / nullif(sum(ConsumedQuantity), 0), 5) AS per_gb_month,
  round(100 * sum(ConsumedQuantity) / nullif(sum(sum(ConsumedQuantity)) OVER (), 0), 1) AS percent_of_gb
FROM costs
WHERE billing_period = :month AND x_ServiceCode = 'AmazonS3' AND x_UsageType LIKE '%TimedStorage%'
GROUP BY 1
ORDER BY amortized DESC, storage_class
