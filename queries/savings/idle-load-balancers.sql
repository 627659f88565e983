-- title: Load balancer that carries nothing
-- answers: which load balancers used no capacity in two weeks, and what they cost
-- kind: Load balancer
-- finding: IDLE
-- action: Delete
-- effort: Low
-- needs: costs
SELECT
  ResourceId AS resource,
  regexp_extract(ResourceId, 'loadbalancer/(.+)', 1) AS name,
  max(SubAccountId) AS account,
  max(RegionId) AS region,
  'load balancer' AS current,
  CAST(NULL AS varchar) AS recommended,
  sum(ListCost) / 14 * 30.4e0 AS monthly_savings,
  CAST(NULL AS double) AS saved_share,
  'no capacity units in 14 days' AS explanation
FROM costs
WHERE x_ServiceCode = 'AWSELB' AND ResourceId IS NOT NULL
  AND billing_period >= date_format(date_add('day', -15, current_date), '%Y-%m')
  AND ChargePeriodStart >= date_add('day', -15, CAST(current_date AS timestamp))
  AND ChargePeriodStart < date_add('day', -1, CAST(current_date AS timestamp))
GROUP BY 1
HAVING sum(CASE WHEN x_UsageType LIKE '%LoadBalancerUsage' THEN ConsumedQuantity ELSE 0 END) >= 300
  AND sum(CASE WHEN x_UsageType LIKE '%LCUUsage' THEN ConsumedQuantity ELSE 0 END) = 0
  AND sum(CASE WHEN x_UsageType LIKE '%DataProcessing-Bytes' THEN ConsumedQuantity ELSE 0 END) < 0.01
ORDER BY resource
