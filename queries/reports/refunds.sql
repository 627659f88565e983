-- title: Refunds and corrections
-- answers: what was given back or corrected in each month, and for what
-- topic: bill
SELECT
  billing_period AS month,
  coalesce(ChargeClass, ChargeCategory) AS kind,
  ChargeDescription AS reason,
  SubAccountId AS account,
  ServiceName AS service,
  round(sum(BilledCost), 2) AS amount
FROM costs
WHERE ChargeCategory = 'Adjustment' OR ChargeClass = 'Correction'
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, amount, reason, account, service
