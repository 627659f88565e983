-- title: The commitments of a bill in FOCUS columns, purchase against use
-- answers: what was bought of each commitment in a month, what of it was used, and what was left
-- topic: focus
-- param bill table default costs: the table with the bill, focus or the view of all, costs
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  BillingAccountId AS payer,
  BillingCurrency AS currency,
  coalesce(CommitmentDiscountType, '') AS kind,
  CommitmentDiscountId AS commitment,
  count(*) AS line_items,
  sum(CASE WHEN ChargeCategory = 'Purchase' THEN EffectiveCost ELSE 0e0 END) AS effective_of_purchases,
  sum(
    CASE WHEN ChargeCategory = 'Purchase' AND ChargeFrequency = 'Recurring' THEN BilledCost ELSE 0e0 END)
    AS recurring_fees,
  sum(
    CASE
      WHEN ChargeCategory = 'Purchase' AND coalesce(ChargeFrequency, '') <> 'Recurring' THEN BilledCost
      ELSE 0e0
    END) AS upfront_fees,
  sum(
    CASE
      WHEN ChargeCategory <> 'Purchase' AND coalesce(CommitmentDiscountStatus, '') <> 'Unused'
        THEN EffectiveCost
      ELSE 0e0
    END) AS used,
  sum(
    CASE
      WHEN ChargeCategory <> 'Purchase' AND CommitmentDiscountStatus = 'Unused' THEN EffectiveCost
      ELSE 0e0
    END) AS unused,
  sum(CASE WHEN ChargeCategory <> 'Purchase' THEN BilledCost ELSE 0e0 END) AS charged_usage
FROM :bill
WHERE billing_period = :month
  AND CommitmentDiscountId <> ''
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4
