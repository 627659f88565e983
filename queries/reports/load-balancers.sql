-- title: Load balancers
-- answers: what each load balancer cost in a month, and which carry nothing: hours without capacity units
-- topic: network
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  regexp_extract(ResourceId, 'loadbalancer/(.+)', 1) AS load_balancer,
  max(SubAccountId) AS account,
  round(sum(CASE WHEN x_UsageType LIKE '%LoadBalancerUsage' THEN ConsumedQuantity ELSE 0 END), 0) AS hours,
  round(sum(CASE WHEN x_UsageType LIKE '%LCUUsage' THEN ConsumedQuantity ELSE 0 END), 1) AS capacity_units,
  round(sum(EffectiveCost), 2) AS amortized,
  CASE WHEN sum(CASE WHEN x_UsageType LIKE '%LCUUsage' THEN ConsumedQuantity ELSE 0 END) = 0 THEN 'idle' ELSE 'in use' END AS state
FROM costs
WHERE billing_period = :month AND x_ServiceCode = 'AWSELB'
GROUP BY 1
ORDER BY amortized DESC, load_balancer
