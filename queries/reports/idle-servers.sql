-- title: Servers with little to do
-- answers: which servers used less of their processors than a limit on average, and at their busiest hour, with what they cost in a month
-- topic: inventory
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
-- param percent number default 10: average use of processors, in percent, below which a server is listed
WITH load AS (
  SELECT resource_id, avg(average) AS average, max(average) AS busiest, count(*) AS hours
  FROM cloudwatch_metrics
  WHERE metric_name = 'CPUUtilization' AND date_format("timestamp", '%Y-%m') = :month
  GROUP BY 1
)
SELECT
  i.instance_id,
  i.name,
  i.instance_type AS type,
  round(l.average, 1) AS cpu_average,
  round(l.busiest, 1) AS cpu_busiest,
  l.hours,
  round(coalesce(c.cost, 0), 2) AS amortized
FROM ec2_instances_latest i
JOIN load l ON l.resource_id = i.instance_id
LEFT JOIN (
  SELECT ResourceId, sum(EffectiveCost) AS cost FROM costs WHERE billing_period = :month GROUP BY 1
) c ON c.ResourceId = i.instance_id
WHERE i.state = 'running' AND l.average < :percent
ORDER BY amortized DESC, i.instance_id
