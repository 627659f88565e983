-- title: Software and the servers it is on
-- answers: on how many servers which version of a program is installed, and what these servers cost in a month
-- topic: inventory
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
-- param rows number default 25: how many programs to show
SELECT
  a.name AS program,
  a.version,
  count(DISTINCT a.resourceid) AS servers,
  round(sum(coalesce(c.cost, 0)), 2) AS cost_of_servers
FROM aws_application_latest a
LEFT JOIN (
  SELECT ResourceId, sum(EffectiveCost) AS cost FROM costs WHERE billing_period = :month GROUP BY 1
) c ON c.ResourceId = a.resourceid
GROUP BY 1, 2
ORDER BY servers DESC, cost_of_servers DESC, program, a.version
LIMIT :rows
