-- title: Resources that are new
-- answers: which resources cost something in a month and nothing in the month before
-- topic: change
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
-- param rows number default 25: how many resources to show
SELECT
  ResourceId AS resource,
  max(ServiceName) AS service,
  max(SubAccountId) AS account,
  min(CASE WHEN billing_period = :month THEN date(ChargePeriodStart) END) AS first_day,
  round(sum(EffectiveCost), 2) AS amortized
FROM costs
WHERE billing_period IN (:month, date_format(date_add('month', -1, CAST(concat(:month, '-01') AS date)), '%Y-%m')) AND ResourceId IS NOT NULL
GROUP BY 1
HAVING min(billing_period) = :month
ORDER BY amortized DESC, resource
LIMIT :rows
