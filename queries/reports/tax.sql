-- title: Tax
-- answers: what tax each account paid in each month, and how much of its charges that is
-- topic: bill
SELECT
  billing_period AS month,
  SubAccountId AS account,
  round(sum(CASE WHEN ChargeCategory = 'Tax' THEN BilledCost ELSE 0 END), 2) AS tax,
  round(sum(CASE WHEN ChargeCategory = 'Tax' THEN 0 ELSE BilledCost END), 2) AS charges,
  round(100 * sum(CASE WHEN ChargeCategory = 'Tax' THEN BilledCost ELSE 0 END)
    / nullif(sum(CASE WHEN ChargeCategory = 'Tax' THEN 0 ELSE BilledCost END), 0), 2) AS percent
FROM costs
GROUP BY 1, 2
HAVING sum(CASE WHEN ChargeCategory = 'Tax' THEN BilledCost ELSE 0 END) <> 0
ORDER BY 1, tax DESC, account
