-- title: NAT gateway that carries nothing
-- answers: which NAT gateways moved no data in 30 days, and what they cost by the hour
-- kind: NAT gateway
-- finding: IDLE
-- action: Delete
-- effort: Low
-- needs: costs
SELECT
  element_at(split(ResourceId, '/'), -1) AS resource,
  CAST(NULL AS varchar) AS name,
  max(SubAccountId) AS account,
  max(RegionId) AS region,
  'NAT gateway' AS current,
  CAST(NULL AS varchar) AS recommended,
  sum(ListCost) / 30 * 30.4e0 AS monthly_savings,
  CAST(NULL AS double) AS saved_share,
  'no data in 30 days' AS explanation
FROM costs
WHERE x_UsageType LIKE '%NatGateway-%' AND ResourceId IS NOT NULL
  AND billing_period >= date_format(date_add('day', -31, current_date), '%Y-%m')
  AND ChargePeriodStart >= date_add('day', -31, CAST(current_date AS timestamp))
  AND ChargePeriodStart < date_add('day', -1, CAST(current_date AS timestamp))
GROUP BY 1
HAVING sum(CASE WHEN x_UsageType LIKE '%Hours' THEN ConsumedQuantity ELSE 0 END) >= 600
  AND sum(CASE WHEN x_UsageType LIKE '%Bytes' THEN ConsumedQuantity ELSE 0 END) < 0.001
ORDER BY resource
