-- title: The bill month by month
-- answers: what each month cost, per day, and what credits and tax were part of it
-- topic: overview
SELECT
  billing_period AS month,
  round(sum(BilledCost), 2) AS billed,
  round(sum(EffectiveCost), 2) AS amortized,
  round(sum(CASE WHEN ChargeCategory = 'Credit' THEN BilledCost ELSE 0 END), 2) AS credits,
  round(sum(CASE WHEN ChargeCategory = 'Tax' THEN BilledCost ELSE 0 END), 2) AS tax,
  count(DISTINCT CASE WHEN ChargeCategory = 'Usage' THEN date(ChargePeriodStart) END) AS days,
  round(sum(CASE WHEN ChargeCategory = 'Usage' THEN EffectiveCost ELSE 0 END)
    / nullif(count(DISTINCT CASE WHEN ChargeCategory = 'Usage' THEN date(ChargePeriodStart) END), 0), 2) AS usage_per_day
FROM costs
GROUP BY 1
ORDER BY 1
