-- title: When the money is spent
-- answers: what an average hour of the day costs on working days and at week-ends: is anything switched off at night?
-- topic: overview
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  hour(ChargePeriodStart) AS hour,
  round(sum(CASE WHEN day_of_week(ChargePeriodStart) < 6 THEN EffectiveCost ELSE 0 END)
    / nullif(count(DISTINCT CASE WHEN day_of_week(ChargePeriodStart) < 6 THEN date(ChargePeriodStart) END), 0), 4) AS working_day,
  round(sum(CASE WHEN day_of_week(ChargePeriodStart) >= 6 THEN EffectiveCost ELSE 0 END)
    / nullif(count(DISTINCT CASE WHEN day_of_week(ChargePeriodStart) >= 6 THEN date(ChargePeriodStart) END), 0), 4) AS weekend
FROM costs
WHERE billing_period = :month
  AND ChargeCategory = 'Usage'
  AND date_diff('hour', ChargePeriodStart, ChargePeriodEnd) = 1
GROUP BY 1
ORDER BY 1
