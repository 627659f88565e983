-- title: Month to date, against the same days before
-- answers: what each service cost so far this month, in the same days of the month before, and where the month ends at this rate
-- topic: change
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
WITH chosen AS (
  SELECT
    :month AS month,
    date_format(date_add('month', -1, CAST(concat(:month, '-01') AS date)), '%Y-%m') AS previous,
    (SELECT max(day(ChargePeriodStart)) FROM costs WHERE billing_period = :month AND ChargeCategory = 'Usage') AS days
), spent AS (
  SELECT
    c.ServiceName AS service,
    sum(CASE WHEN c.billing_period = p.month THEN c.EffectiveCost ELSE 0 END) AS now,
    sum(CASE WHEN c.billing_period = p.previous AND day(c.ChargePeriodStart) <= p.days THEN c.EffectiveCost ELSE 0 END) AS before,
    max(p.days) AS days,
    max(day(last_day_of_month(CAST(concat(p.month, '-01') AS date)))) AS length
  FROM costs c CROSS JOIN chosen p
  WHERE c.billing_period IN (p.month, p.previous) AND c.ChargeCategory = 'Usage'
  GROUP BY 1
)
SELECT
  service,
  round(before, 2) AS same_days_before,
  round(now, 2) AS month_to_date,
  round(now - before, 2) AS change,
  round(100 * (now - before) / nullif(before, 0), 1) AS percent,
  round(now / days * length, 2) AS at_this_rate
FROM spent
ORDER BY now DESC, service
