-- title: Did prices move, or use?
-- answers: what changed against the same days of the month before, split into more or less used and a higher or lower price
-- topic: change
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
-- param rows number default 20: how many usage types to show
WITH chosen AS (
  SELECT
    :month AS month,
    date_format(date_add('month', -1, CAST(concat(:month, '-01') AS date)), '%Y-%m') AS previous,
    (SELECT max(day(ChargePeriodStart)) FROM costs WHERE billing_period = :month AND ChargeCategory = 'Usage') AS days
), used AS (
  SELECT
    c.ServiceName AS service,
    c.x_UsageType AS usage_type,
    sum(CASE WHEN c.billing_period = p.month THEN c.EffectiveCost ELSE 0 END) AS cost_now,
    sum(CASE WHEN c.billing_period = p.previous THEN c.EffectiveCost ELSE 0 END) AS cost_before,
    sum(CASE WHEN c.billing_period = p.month THEN c.ConsumedQuantity ELSE 0 END) AS used_now,
    sum(CASE WHEN c.billing_period = p.previous THEN c.ConsumedQuantity ELSE 0 END) AS used_before
  FROM costs c CROSS JOIN chosen p
  WHERE c.billing_period IN (p.month, p.previous) AND day(c.ChargePeriodStart) <= p.days AND c.ConsumedQuantity > 0
  GROUP BY 1, 2
)
SELECT
  service,
  usage_type,
  round(cost_now - cost_before, 2) AS change,
  round(CASE WHEN used_before > 0 THEN (used_now - used_before) * cost_before / used_before ELSE cost_now END, 2) + 0 AS by_usage,
  round(CASE WHEN used_before > 0 AND used_now > 0 THEN used_now * (cost_now / used_now - cost_before / used_before) ELSE 0 END, 2) + 0 AS by_price
FROM used
ORDER BY abs(cost_now - cost_before) DESC, service, usage_type
LIMIT :rows
