-- title: Cost by day
-- answers: what each day of a month cost, and the seven-day average around it
-- topic: overview
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  day,
  round(billed, 2) AS billed,
  round(avg(billed) OVER (ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW), 2) AS seven_day_average
FROM (
  SELECT CAST(date_trunc('day', ChargePeriodStart) AS date) AS day, sum(BilledCost) AS billed
  FROM costs
  WHERE billing_period = :month
  GROUP BY 1
) days
ORDER BY day
