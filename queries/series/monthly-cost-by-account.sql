-- title: Cost by month and account
-- answers: what each account cost in each month
-- chart: stacked
-- unit: currency
SELECT
  CAST(concat(billing_period, '-01') AS date) AS time,
  coalesce(BillingCurrency, '') AS currency,
  SubAccountId AS series,
  sum(EffectiveCost) AS value
FROM costs
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
