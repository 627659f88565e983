-- title: What carries no tag
-- answers: what charges of a month lack a tag, by account and service, and how much of each that is
-- topic: allocation
-- param tag text default 'team': key of the tag
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  SubAccountId AS account,
  ServiceName AS service,
  round(sum(CASE WHEN Tags[:tag] IS NULL THEN EffectiveCost ELSE 0 END), 2) AS untagged,
  round(sum(EffectiveCost), 2) AS amortized,
  round(100 * sum(CASE WHEN Tags[:tag] IS NULL THEN EffectiveCost ELSE 0 END) / nullif(sum(EffectiveCost), 0), 1) AS percent
FROM costs
WHERE billing_period = :month AND ChargeCategory = 'Usage'
GROUP BY 1, 2
HAVING sum(CASE WHEN Tags[:tag] IS NULL THEN EffectiveCost ELSE 0 END) > 0
ORDER BY untagged DESC, account, service
