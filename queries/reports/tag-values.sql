-- title: Tags and their values
-- answers: which keys and values of tags are in use in a month, on how many resources, and what they cost
-- topic: allocation
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  t.name AS tag,
  t.content AS value,
  count(DISTINCT c.ResourceId) AS resources,
  round(sum(c.EffectiveCost), 2) AS amortized
FROM costs c
CROSS JOIN UNNEST(c.Tags) AS t (name, content)
WHERE c.billing_period = :month AND t.name <> 'name'
GROUP BY 1, 2
ORDER BY tag, amortized DESC, value
