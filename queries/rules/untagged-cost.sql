-- title: Account with much cost that no team has
-- answers: in which accounts more than a share of the month's usage has no team tag
-- severity: info
-- owner: finance
-- message: 'kakeibo report untagged-resources' lists what to tag first
-- param key text default 'team': the tag that has to be there
-- param percent number default 50: share of the cost above which an account is listed
-- needs: costs
SELECT
  SubAccountId AS resource,
  SubAccountId AS account,
  CAST(NULL AS varchar) AS region,
  concat(format('%s', round(100 * sum(CASE WHEN coalesce(element_at(Tags, :key), '') = '' THEN EffectiveCost ELSE 0 END)
    / sum(EffectiveCost), 0)), ' % of ', format('%s', round(sum(EffectiveCost), 2)), ' has no tag ', :key) AS finding,
  sum(CASE WHEN coalesce(element_at(Tags, :key), '') = '' THEN EffectiveCost ELSE 0 END) AS monthly_cost
FROM costs
WHERE billing_period = (SELECT max(billing_period) FROM costs)
  AND ChargeCategory = 'Usage' AND SubAccountId IS NOT NULL
GROUP BY SubAccountId
HAVING sum(EffectiveCost) > 0
  AND 100 * sum(CASE WHEN coalesce(element_at(Tags, :key), '') = '' THEN EffectiveCost ELSE 0 END) > :percent * sum(EffectiveCost)
ORDER BY resource
