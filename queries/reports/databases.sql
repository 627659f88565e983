-- title: All that keeps data in tables
-- answers: what relational databases, caches, key-value stores and warehouses cost in a month, resource by resource
-- topic: databases
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
-- param rows number default 25: how many resources to show
SELECT
  ServiceName AS service,
  coalesce(element_at(split(ResourceId, ':'), -1), '(no resource)') AS resource,
  max(SubAccountId) AS account,
  round(sum(EffectiveCost), 2) AS amortized,
  round(sum(EffectiveCost) - sum(CASE WHEN CommitmentDiscountStatus = 'Used' THEN EffectiveCost ELSE 0 END), 2) AS on_demand
FROM costs
WHERE billing_period = :month AND ServiceCategory = 'Databases'
GROUP BY 1, 2
ORDER BY amortized DESC, service, resource
LIMIT :rows
