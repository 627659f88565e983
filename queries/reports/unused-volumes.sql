-- title: Volumes that nobody uses
-- answers: which volumes are attached to nothing, since when they exist, and what they cost in a month
-- topic: inventory
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  v.volume_id,
  v.account_id AS account,
  v.region,
  v.volume_type AS type,
  v.size_gib,
  date(v.create_time) AS created,
  round(coalesce(c.cost, 0), 2) AS amortized
FROM ec2_volumes_latest v
LEFT JOIN (
  SELECT ResourceId, sum(EffectiveCost) AS cost FROM costs WHERE billing_period = :month GROUP BY 1
) c ON c.ResourceId = v.volume_id
WHERE v.state = 'available'
ORDER BY amortized DESC, v.volume_id
