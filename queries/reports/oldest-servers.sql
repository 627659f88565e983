-- title: The oldest servers
-- answers: which servers have run longest without a restart, what type they are, and what they cost in a month
-- topic: inventory
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
-- param rows number default 25: how many servers to show
SELECT
  i.instance_id,
  i.name,
  i.instance_type AS type,
  date(i.launch_time) AS launched,
  date_diff('day', date(i.launch_time), i.snapshot_date) AS days,
  round(coalesce(c.cost, 0), 2) AS amortized
FROM ec2_instances_latest i
LEFT JOIN (
  SELECT ResourceId, sum(EffectiveCost) AS cost FROM costs WHERE billing_period = :month GROUP BY 1
) c ON c.ResourceId = i.instance_id
WHERE i.state = 'running'
ORDER BY days DESC, i.instance_id
LIMIT :rows
