-- title: What moved the bill
-- answers: which services and accounts cost more or less than in the month before
-- topic: change
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
-- param rows number default 15: how many movements to show
WITH chosen AS (
  SELECT :month AS month, date_format(date_add('month', -1, CAST(concat(:month, '-01') AS date)), '%Y-%m') AS previous
), moved AS (
  SELECT
    c.ServiceName AS service,
    c.SubAccountId AS account,
    sum(CASE WHEN c.billing_period = p.month THEN c.EffectiveCost ELSE 0 END) AS now,
    sum(CASE WHEN c.billing_period = p.previous THEN c.EffectiveCost ELSE 0 END) AS before
  FROM costs c CROSS JOIN chosen p
  WHERE c.billing_period IN (p.month, p.previous)
  GROUP BY 1, 2
)
SELECT service, account, round(before, 2) AS month_before, round(now, 2) AS month, round(now - before, 2) AS change
FROM moved
ORDER BY abs(now - before) DESC, service, account
LIMIT :rows
