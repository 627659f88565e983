-- title: A bill in FOCUS columns by kind of charge
-- answers: what each kind of charge adds to the billed, effective, contracted and list cost of a bill
-- topic: focus
-- param bill table default costs: the table with the bill, focus or the view of all, costs
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  BillingAccountId AS payer,
  BillingCurrency AS currency,
  ChargeCategory AS charge_category,
  CASE
    WHEN ChargeCategory = 'Purchase' THEN 'purchase'
    WHEN CommitmentDiscountId <> '' THEN 'covered by commitments'
    ELSE 'other'
  END AS part,
  count(*) AS line_items,
  sum(BilledCost) AS billed,
  sum(EffectiveCost) AS effective,
  sum(ContractedCost) AS contracted,
  sum(ListCost) AS list,
  count(*) - count(EffectiveCost) AS blank_effective
FROM :bill
WHERE billing_period = :month
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, billed DESC, 3, 4
