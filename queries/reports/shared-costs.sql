-- title: Showback with shared costs spread
-- answers: what each value of a tag cost in a month once untagged and shared charges are spread by its share; the sum is the bill
-- topic: allocation
-- param tag text default 'team': key of the tag
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
WITH direct AS (
  SELECT Tags[:tag] AS value, sum(EffectiveCost) AS cost
  FROM costs
  WHERE billing_period = :month
  GROUP BY 1
), totals AS (
  SELECT
    sum(CASE WHEN value IS NOT NULL THEN cost ELSE 0 END) AS tagged,
    sum(CASE WHEN value IS NULL THEN cost ELSE 0 END) AS shared
  FROM direct
)
SELECT
  d.value,
  round(d.cost, 2) AS direct,
  round(t.shared * d.cost / nullif(t.tagged, 0), 2) AS shared,
  round(d.cost + t.shared * d.cost / nullif(t.tagged, 0), 2) AS total,
  round(100 * d.cost / nullif(t.tagged, 0), 1) AS percent
FROM direct d CROSS JOIN totals t
WHERE d.value IS NOT NULL
ORDER BY total DESC, value
