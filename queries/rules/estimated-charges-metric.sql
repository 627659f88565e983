-- title: EstimatedCharges above its alarm
-- answers: whether the metric EstimatedCharges has reached an amount, for payers whose metrics are there
-- severity: critical
-- owner: finance
-- message: 'kakeibo report month-over-month' says what moved
-- param limit number default 5000: amount in the metric's currency
-- needs: cloudwatch_metrics
SELECT
  coalesce(account_id, 'all accounts') AS resource,
  account_id AS account,
  CAST(NULL AS varchar) AS region,
  concat('EstimatedCharges at ', format('%s', round(max(coalesce(maximum, average)), 2))) AS finding,
  max(coalesce(maximum, average)) AS monthly_cost
FROM cloudwatch_metrics
WHERE namespace = 'AWS/Billing' AND metric_name = 'EstimatedCharges'
  AND "timestamp" >= date_trunc('month', CAST(now() AS timestamp))
  AND element_at(dimensions, 'ServiceName') IS NULL
GROUP BY account_id
HAVING max(coalesce(maximum, average)) >= :limit
ORDER BY resource
