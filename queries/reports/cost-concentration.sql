-- title: How few resources make up the bill
-- answers: how many resources make up half, 80 and 95 percent of what resources cost in a month
-- topic: overview
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
WITH resources AS (
  SELECT ResourceId, sum(EffectiveCost) AS cost
  FROM costs
  WHERE billing_period = :month AND ResourceId IS NOT NULL
  GROUP BY 1
), ranked AS (
  SELECT
    cost,
    sum(cost) OVER (ORDER BY cost DESC, ResourceId) AS running,
    sum(cost) OVER () AS total
  FROM resources
)
SELECT
  share.percent AS percent_of_cost,
  count(CASE WHEN ranked.running - ranked.cost < ranked.total * share.percent / 100 THEN 1 END) AS resources,
  count(*) AS of_resources,
  round(max(ranked.total) * share.percent / 100, 2) AS cost
FROM ranked
CROSS JOIN (VALUES 50, 80, 95) AS share (percent)
GROUP BY share.percent
ORDER BY 1
