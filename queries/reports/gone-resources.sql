-- title: Resources that have gone
-- answers: which resources cost something in the month before and nothing any more
-- topic: change
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
-- param rows number default 25: how many resources to show
SELECT
  ResourceId AS resource,
  max(ServiceName) AS service,
  max(SubAccountId) AS account,
  max(date(ChargePeriodStart)) AS last_day,
  round(sum(EffectiveCost), 2) AS amortized
FROM costs
WHERE billing_period IN (:month, date_format(date_add('month', -1, CAST(concat(:month, '-01') AS date)), '%Y-%m')) AND ResourceId IS NOT NULL
GROUP BY 1
HAVING max(billing_period) < :month
ORDER BY amortized DESC, resource
LIMIT :rows
