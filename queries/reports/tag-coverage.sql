-- title: How much of the bill is tagged
-- answers: how much of what was used carries a tag, by month and account
-- topic: allocation
-- param tag text default 'team': key of the tag
SELECT
  billing_period AS month,
  SubAccountId AS account,
  round(sum(CASE WHEN Tags[:tag] IS NOT NULL THEN EffectiveCost ELSE 0 END), 2) AS tagged,
  round(sum(EffectiveCost), 2) AS amortized,
  round(100 * sum(CASE WHEN Tags[:tag] IS NOT NULL THEN EffectiveCost ELSE 0 END) / nullif(sum(EffectiveCost), 0), 1) AS percent
FROM costs
WHERE ChargeCategory = 'Usage'
GROUP BY 1, 2
ORDER BY 1, 2
