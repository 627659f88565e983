-- title: Hours of unused commitment
-- answers: at which hours of the day commitments are left unused, and what that comes to in a month
-- topic: commitments
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  hour(ChargePeriodStart) AS hour,
  CommitmentDiscountType AS kind,
  round(sum(EffectiveCost), 2) AS unused
FROM costs
WHERE billing_period = :month AND CommitmentDiscountStatus = 'Unused' AND date_diff('hour', ChargePeriodStart, ChargePeriodEnd) = 1
GROUP BY 1, 2
ORDER BY 1, 2
