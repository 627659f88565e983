-- title: Bill above its alarm
-- answers: whether a payer's bill of the month has reached an amount, as an alarm on EstimatedCharges would tell
-- severity: critical
-- owner: finance
-- message: 'kakeibo report month-over-month' says what moved
-- param limit number default 5000: amount in the bill's currency
-- needs: costs
SELECT
  c.BillingAccountId AS resource,
  c.BillingAccountId AS account,
  CAST(NULL AS varchar) AS region,
  concat(
    max(BillingCurrency), ' ',
    CASE WHEN :limit = floor(:limit) THEN CAST(CAST(:limit AS bigint) AS varchar)
      ELSE CAST(CAST(:limit AS decimal(18, 2)) AS varchar) END,
    ' reached in ', max(billing_period)) AS finding,
  sum(BilledCost) AS monthly_cost
FROM costs c
JOIN (
  -- Payers' bills begin their months on different days; one that is two months old has ended.
  SELECT coalesce(BillingAccountId, '') AS payer, max(billing_period) AS month FROM costs GROUP BY 1
  HAVING max(billing_period) >= (
    SELECT date_format(date_add('month', -1, date_parse(max(billing_period), '%Y-%m')), '%Y-%m') FROM costs)
) newest ON newest.payer = coalesce(c.BillingAccountId, '') AND newest.month = c.billing_period
GROUP BY c.BillingAccountId
HAVING sum(BilledCost) >= :limit
ORDER BY resource
