-- title: Cost by account
-- answers: what each linked account cost in a month, and how that compares with the month before
-- topic: allocation
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
WITH months AS (
  SELECT SubAccountId, billing_period, sum(BilledCost) AS billed
  FROM costs
  GROUP BY 1, 2
), chosen AS (
  SELECT :month AS month, date_format(date_add('month', -1, CAST(concat(:month, '-01') AS date)), '%Y-%m') AS previous
)
SELECT
  m.SubAccountId AS account,
  round(sum(CASE WHEN m.billing_period = c.month THEN billed ELSE 0 END), 2) AS billed,
  round(sum(CASE WHEN m.billing_period = c.previous THEN billed ELSE 0 END), 2) AS month_before
FROM months m CROSS JOIN chosen c
WHERE m.billing_period IN (c.month, c.previous)
GROUP BY 1
ORDER BY billed DESC, account
