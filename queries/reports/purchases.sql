-- title: Fees and purchases
-- answers: what was bought rather than used in each month: fees of commitments, support, subscriptions
-- topic: bill
SELECT
  billing_period AS month,
  ServiceName AS service,
  x_LineItemType AS charge,
  ChargeFrequency AS frequency,
  round(sum(BilledCost), 2) AS billed,
  round(sum(EffectiveCost), 2) AS amortized
FROM costs
WHERE ChargeCategory = 'Purchase'
GROUP BY 1, 2, 3, 4
ORDER BY 1, billed DESC, service, charge
