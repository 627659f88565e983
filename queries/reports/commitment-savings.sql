-- title: What commitments save
-- answers: what each commitment cost with what was left of it, what the same use costs on demand, and what is saved
-- topic: commitments
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  element_at(split(CommitmentDiscountId, '/'), -1) AS commitment,
  max(CommitmentDiscountType) AS kind,
  round(sum(CASE WHEN CommitmentDiscountStatus = 'Used' THEN ListCost ELSE 0 END), 2) AS on_demand,
  round(sum(EffectiveCost), 2) AS paid,
  round(sum(CASE WHEN CommitmentDiscountStatus = 'Used' THEN ListCost ELSE 0 END) - sum(EffectiveCost), 2) AS saved,
  round(100 * (1 - sum(EffectiveCost) / nullif(sum(CASE WHEN CommitmentDiscountStatus = 'Used' THEN ListCost ELSE 0 END), 0)), 1) AS percent_saved
FROM costs
WHERE billing_period = :month AND CommitmentDiscountId <> ''
GROUP BY 1
ORDER BY saved DESC, commitment
