-- title: Bill above its alarm
-- answers: whether a payer's bill of the month has reached an amount, as an alarm on EstimatedCharges would tell
-- severity: critical
-- owner: finance
-- message: 'kakeibo report month-over-month' says what moved
-- param limit number default 5000: amount in the bill's currency
-- needs: costs
SELECT
  BillingAccountId AS resource,
  BillingAccountId AS account,
  CAST(NULL AS varchar) AS region,
  concat(max(BillingCurrency), ' ', CAST(CAST(:limit AS bigint) AS varchar), ' reached in ', max(billing_period)) AS finding,
  sum(BilledCost) AS monthly_cost
FROM costs
WHERE billing_period = (SELECT max(billing_period) FROM costs)
GROUP BY BillingAccountId
HAVING sum(BilledCost) >= :limit
ORDER BY resource
