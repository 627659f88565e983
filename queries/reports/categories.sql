-- title: Cost by category of service
-- answers: what compute, storage, databases, network and the rest cost in a month, with their share
-- topic: overview
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  coalesce(ServiceCategory, 'Other') AS category,
  count(DISTINCT ServiceName) AS services,
  round(sum(EffectiveCost), 2) AS amortized,
  round(100 * sum(EffectiveCost) / nullif(sum(sum(EffectiveCost)) OVER (), 0), 1) AS percent
FROM costs
WHERE billing_period = :month
GROUP BY 1
ORDER BY amortized DESC, category
