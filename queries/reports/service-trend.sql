-- title: Services over the months
-- answers: what each service cost in a month and the one before, with the change in percent
-- topic: change
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
WITH chosen AS (
  SELECT :month AS month, date_format(date_add('month', -1, CAST(concat(:month, '-01') AS date)), '%Y-%m') AS previous
)
SELECT
  c.ServiceName AS service,
  round(sum(CASE WHEN c.billing_period = p.previous THEN c.EffectiveCost ELSE 0 END), 2) AS month_before,
  round(sum(CASE WHEN c.billing_period = p.month THEN c.EffectiveCost ELSE 0 END), 2) AS month,
  round(100 * (sum(CASE WHEN c.billing_period = p.month THEN c.EffectiveCost ELSE 0 END)
    / nullif(sum(CASE WHEN c.billing_period = p.previous THEN c.EffectiveCost ELSE 0 END), 0) - 1), 1) AS percent
FROM costs c CROSS JOIN chosen p
WHERE c.billing_period IN (p.month, p.previous)
GROUP BY 1
ORDER BY 3 DESC, service
