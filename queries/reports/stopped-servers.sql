-- title: Stopped servers that still cost
-- answers: which servers are stopped, and what their volumes go on to cost in a month
-- topic: inventory
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  i.instance_id,
  i.name,
  i.instance_type AS type,
  i.account_id AS account,
  count(v.volume_id) AS volumes,
  sum(v.size_gib) AS gib,
  round(coalesce(sum(c.cost), 0), 2) AS amortized
FROM ec2_instances_latest i
LEFT JOIN (
  SELECT instance_id, volume_id, size_gib FROM ec2_volumes_latest
) v ON v.instance_id = i.instance_id
LEFT JOIN (
  SELECT ResourceId, sum(EffectiveCost) AS cost FROM costs WHERE billing_period = :month GROUP BY 1
) c ON c.ResourceId = v.volume_id
WHERE i.state = 'stopped'
GROUP BY 1, 2, 3, 4
ORDER BY amortized DESC, i.instance_id
