-- title: Commitments day by day
-- answers: how much of each commitment was used on each day of a month, and what was paid for nothing
-- topic: commitments
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  date(ChargePeriodStart) AS day,
  CommitmentDiscountType AS kind,
  round(sum(CASE WHEN CommitmentDiscountStatus = 'Used' THEN EffectiveCost ELSE 0 END), 2) AS used,
  round(sum(CASE WHEN CommitmentDiscountStatus = 'Unused' THEN EffectiveCost ELSE 0 END), 2) AS unused,
  round(100 * sum(CASE WHEN CommitmentDiscountStatus = 'Used' THEN EffectiveCost ELSE 0 END) / nullif(sum(EffectiveCost), 0), 1) AS percent_used
FROM costs
WHERE billing_period = :month AND CommitmentDiscountId <> ''
GROUP BY 1, 2
ORDER BY 1, 2
