-- title: Cost by month and team
-- answers: what each team cost in each month, by the tag team
-- chart: stacked
-- unit: currency
SELECT
  CAST(concat(billing_period, '-01') AS date) AS time,
  coalesce(BillingCurrency, '') AS currency,
  coalesce(Tags['team'], '(untagged)') AS series,
  sum(EffectiveCost) AS value
FROM costs
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
