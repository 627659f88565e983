-- title: Cost by day
-- answers: what each day cost, as billed and amortized
-- chart: line
-- unit: currency
SELECT
  CAST(date_trunc('day', ChargePeriodStart) AS date) AS time,
  coalesce(BillingCurrency, '') AS currency,
  sum(BilledCost) AS billed,
  sum(EffectiveCost) AS amortized
FROM costs
GROUP BY 1, 2
ORDER BY 1, 2
