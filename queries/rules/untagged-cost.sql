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
FROM costs c
JOIN (
  -- Payers' bills begin their months on different days; one that is two months old has ended.
  SELECT coalesce(BillingAccountId, '') AS payer, max(billing_period) AS month FROM costs GROUP BY 1
  HAVING max(billing_period) >= (
    SELECT date_format(date_add('month', -1, date_parse(max(billing_period), '%Y-%m')), '%Y-%m') FROM costs)
) newest ON newest.payer = coalesce(c.BillingAccountId, '') AND newest.month = c.billing_period
WHERE ChargeCategory = 'Usage' AND SubAccountId IS NOT NULL
GROUP BY SubAccountId
HAVING sum(EffectiveCost) > 0
  AND 100 * sum(CASE WHEN coalesce(element_at(Tags, :key), '') = '' THEN EffectiveCost ELSE 0 END) > :percent * sum(EffectiveCost)
ORDER BY resource
