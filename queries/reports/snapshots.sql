-- title: Snapshots
-- answers: what snapshots of volumes cost in a month, and who owns them
-- topic: storage
-- param tag text default 'team': key of the tag
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  element_at(split(ResourceId, '/'), -1) AS snapshot,
  max(SubAccountId) AS account,
  coalesce(max(Tags[:tag]), '(untagged)') AS owner,
  round(sum(ConsumedQuantity), 1) AS gb_months,
  round(sum(EffectiveCost), 2) AS amortized
FROM costs
WHERE billing_period = :month AND x_UsageType LIKE '%EBS:SnapshotUsage%'
GROUP BY 1
ORDER BY amortized DESC, snapshot
