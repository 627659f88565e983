-- title: Most expensive resources
-- answers: which resources cost most in a month
-- topic: overview
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
-- param rows number default 20: how many resources to show
SELECT
  ResourceId AS resource,
  max_by(ServiceName, EffectiveCost) AS service,
  max_by(SubAccountId, EffectiveCost) AS account,
  round(sum(EffectiveCost), 2) AS amortized
FROM costs
WHERE billing_period = :month AND ResourceId <> ''
GROUP BY 1
ORDER BY amortized DESC, resource
LIMIT :rows
