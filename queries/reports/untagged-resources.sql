-- title: Resources without a tag
-- answers: which resources cost most in a month and lack a tag: the first to be tagged
-- topic: allocation
-- param tag text default 'team': key of the tag
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
-- param rows number default 25: how many resources to show
SELECT
  ResourceId AS resource,
  max(SubAccountId) AS account,
  max(ServiceName) AS service,
  max(RegionId) AS region,
  round(sum(EffectiveCost), 2) AS amortized
FROM costs
WHERE billing_period = :month AND ResourceId IS NOT NULL
GROUP BY 1
HAVING count(Tags[:tag]) = 0
ORDER BY amortized DESC, resource
LIMIT :rows
