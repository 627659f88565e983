-- title: Operating systems and what runs on them
-- answers: how many servers run which operating system, in which version, and what they cost in a month
-- topic: inventory
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  i.platformname AS system,
  i.platformversion AS version,
  count(*) AS servers,
  round(sum(coalesce(c.cost, 0)), 2) AS amortized
FROM aws_instanceinformation_latest i
LEFT JOIN (
  SELECT ResourceId, sum(EffectiveCost) AS cost FROM costs WHERE billing_period = :month GROUP BY 1
) c ON c.ResourceId = i.resourceid
GROUP BY 1, 2
ORDER BY amortized DESC, system, version
