-- title: What each team uses
-- answers: what each value of a tag cost in a month, service by service
-- topic: allocation
-- param tag text default 'team': key of the tag
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  coalesce(Tags[:tag], '(untagged)') AS value,
  ServiceName AS service,
  round(sum(EffectiveCost), 2) AS amortized,
  round(100 * sum(EffectiveCost) / nullif(sum(sum(EffectiveCost)) OVER (PARTITION BY coalesce(Tags[:tag], '(untagged)')), 0), 1) AS percent_of_value
FROM costs
WHERE billing_period = :month AND ChargeCategory = 'Usage'
GROUP BY 1, 2
ORDER BY value, amortized DESC, service
