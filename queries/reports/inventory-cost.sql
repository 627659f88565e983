-- title: Servers with their cost
-- answers: which servers there are, what each is, and what it cost in a month
-- topic: inventory
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  i.instance_id,
  i.name,
  i.instance_type,
  i.state,
  i.region,
  round(coalesce(c.amortized, 0), 2) AS amortized
FROM ec2_instances_latest i
LEFT JOIN (
  SELECT ResourceId, sum(EffectiveCost) AS amortized
  FROM costs
  WHERE billing_period = :month
  GROUP BY 1
) c ON c.ResourceId = i.instance_id
ORDER BY amortized DESC, i.instance_id
