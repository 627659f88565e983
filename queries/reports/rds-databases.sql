-- title: Each database
-- answers: what each database cost in a month for its instance, storage and backups, and how much of it a reservation covers
-- topic: databases
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  element_at(split(ResourceId, ':'), -1) AS database,
  max(SubAccountId) AS account,
  max(CASE WHEN x_UsageType LIKE '%Usage:db.%' THEN split_part(x_UsageType, ':', 2) END) AS class,
  round(sum(CASE WHEN x_UsageType LIKE '%Usage:db.%' THEN EffectiveCost ELSE 0 END), 2) AS instance,
  round(sum(CASE WHEN x_UsageType LIKE '%Storage%' THEN EffectiveCost ELSE 0 END), 2) AS storage,
  round(sum(CASE WHEN x_UsageType LIKE '%BackupUsage%' THEN EffectiveCost ELSE 0 END), 2) AS backups,
  round(sum(EffectiveCost), 2) AS amortized,
  round(100 * sum(CASE WHEN CommitmentDiscountStatus = 'Used' THEN ConsumedQuantity ELSE 0 END)
    / nullif(sum(CASE WHEN x_UsageType LIKE '%Usage:db.%' THEN ConsumedQuantity END), 0), 1) AS percent_reserved
FROM costs
WHERE billing_period = :month AND x_ServiceCode = 'AmazonRDS' AND ResourceId IS NOT NULL
GROUP BY 1
ORDER BY amortized DESC, database
