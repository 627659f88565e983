-- title: Addresses that nobody uses
-- answers: which public addresses belong to no server, and what they cost in a month
-- topic: inventory
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  a.public_ip AS address,
  a.allocation_id,
  a.account_id AS account,
  a.region,
  round(coalesce(c.cost, 0), 2) AS amortized
FROM ec2_addresses_latest a
LEFT JOIN (
  SELECT ResourceId, sum(EffectiveCost) AS cost FROM costs WHERE billing_period = :month GROUP BY 1
) c ON c.ResourceId = a.allocation_id
WHERE a.association_id IS NULL
ORDER BY amortized DESC, address
