-- title: Showback by tag
-- answers: what each value of a tag cost in a month; charges without the tag are shown as such
-- topic: allocation
-- param tag text default 'team': key of the tag
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  coalesce(Tags[:tag], '(untagged)') AS value,
  round(sum(EffectiveCost), 2) AS amortized,
  count(*) AS charges
FROM costs
WHERE billing_period = :month
GROUP BY 1
ORDER BY amortized DESC, value
