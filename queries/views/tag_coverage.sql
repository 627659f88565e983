-- title: How much of each month's cost carries tags
-- answers: cost with and without at least one tag, by month and account
SELECT
  billing_period,
  SubAccountId,
  sum(CASE WHEN cardinality(Tags) > 0 THEN EffectiveCost ELSE 0 END) AS tagged,
  sum(CASE WHEN cardinality(Tags) > 0 THEN 0 ELSE EffectiveCost END) AS untagged
FROM costs
GROUP BY 1, 2
