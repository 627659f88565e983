-- title: Credits
-- answers: which credits were granted in each month, to which account and service: what the bill is once they end
-- topic: bill
SELECT
  billing_period AS month,
  ChargeDescription AS credit,
  SubAccountId AS account,
  ServiceName AS service,
  round(sum(BilledCost), 2) AS amount
FROM costs
WHERE ChargeCategory = 'Credit'
GROUP BY 1, 2, 3, 4
ORDER BY 1, amount, credit, account, service
