-- title: A bill by kind of charge, in every view of its cost
-- answers: what each kind of line item adds to the unblended, amortized, net and public cost of a bill
-- topic: bill
-- param bill table default cur: the table with the bill, cur or cur2
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
WITH charges AS (
  SELECT
    bill_payer_account_id,
    line_item_currency_code,
    line_item_line_item_type,
    line_item_unblended_cost,
    line_item_blended_cost,
    line_item_net_unblended_cost,
    pricing_public_on_demand_cost,
    savings_plan_savings_plan_effective_cost,
    savings_plan_total_commitment_to_date,
    savings_plan_used_commitment,
    savings_plan_amortized_upfront_commitment_for_billing_period,
    reservation_effective_cost,
    reservation_amortized_upfront_fee_for_billing_period,
    reservation_unused_amortized_upfront_fee_for_billing_period,
    reservation_unused_recurring_fee,
    savings_plan_net_savings_plan_effective_cost,
    savings_plan_net_amortized_upfront_commitment_for_billing_period,
    savings_plan_net_recurring_commitment_for_billing_period,
    reservation_net_effective_cost,
    reservation_net_unused_amortized_upfront_fee_for_billing_period,
    reservation_net_unused_recurring_fee,
    CASE
      WHEN line_item_operation IN ('EKSPod-EC2', 'ECSTask-EC2') THEN 'split cost'
      WHEN line_item_line_item_type = 'SavingsPlanCoveredUsage' THEN 'plan usage'
      WHEN line_item_line_item_type = 'SavingsPlanNegation' THEN 'plan negation'
      WHEN line_item_line_item_type = 'SavingsPlanRecurringFee' THEN 'plan fee'
      WHEN line_item_line_item_type = 'SavingsPlanUpfrontFee' THEN 'upfront fee'
      WHEN line_item_line_item_type = 'Fee' AND reservation_reservation_a_r_n <> '' THEN 'upfront fee'
      WHEN line_item_line_item_type = 'DiscountedUsage' THEN 'reserved usage'
      WHEN line_item_line_item_type = 'RIFee' THEN 'reservation fee'
      WHEN line_item_line_item_type = 'Refund'
        AND line_item_product_code = 'ComputeSavingsPlans'
        AND line_item_line_item_description LIKE 'Refund for one-time fee for Savings Plan ID%'
        THEN 'plan refund'
      ELSE 'other'
    END AS part
  FROM :bill
  WHERE billing_period = :month
)
SELECT
  bill_payer_account_id AS payer,
  line_item_currency_code AS currency,
  line_item_line_item_type AS line_item_type,
  part,
  count(*) AS line_items,
  sum(line_item_unblended_cost) AS unblended,
  sum(line_item_blended_cost) AS blended,
  sum(
    CASE part
      WHEN 'plan usage' THEN savings_plan_savings_plan_effective_cost
      WHEN 'plan negation' THEN 0e0
      WHEN 'plan fee' THEN savings_plan_total_commitment_to_date - savings_plan_used_commitment
      WHEN 'upfront fee' THEN 0e0
      WHEN 'plan refund' THEN 0e0
      WHEN 'reserved usage' THEN reservation_effective_cost
      WHEN 'reservation fee' THEN
        coalesce(reservation_unused_amortized_upfront_fee_for_billing_period, 0e0)
        + coalesce(reservation_unused_recurring_fee, 0e0)
      ELSE line_item_unblended_cost
    END) AS amortized,
  sum(
    CASE part
      WHEN 'plan fee' THEN -savings_plan_amortized_upfront_commitment_for_billing_period
      WHEN 'reservation fee' THEN -reservation_amortized_upfront_fee_for_billing_period
    END) AS true_up,
  sum(line_item_net_unblended_cost) AS net_unblended,
  sum(
    CASE part
      WHEN 'plan usage' THEN savings_plan_net_savings_plan_effective_cost
      WHEN 'plan negation' THEN 0e0
      WHEN 'plan fee' THEN
        (savings_plan_net_amortized_upfront_commitment_for_billing_period
          + savings_plan_net_recurring_commitment_for_billing_period)
        * (1 - savings_plan_used_commitment / nullif(savings_plan_total_commitment_to_date, 0))
      WHEN 'upfront fee' THEN 0e0
      WHEN 'plan refund' THEN 0e0
      WHEN 'reserved usage' THEN reservation_net_effective_cost
      WHEN 'reservation fee' THEN
        reservation_net_unused_amortized_upfront_fee_for_billing_period
        + reservation_net_unused_recurring_fee
      ELSE line_item_net_unblended_cost
    END) AS net_amortized,
  sum(CASE part WHEN 'plan negation' THEN 0e0 ELSE pricing_public_on_demand_cost END)
    AS public_on_demand,
  count(*) - count(line_item_blended_cost) AS blank_blended,
  count(*) - count(line_item_net_unblended_cost) AS blank_net,
  sum(
    CASE part
      WHEN 'plan usage' THEN if(savings_plan_savings_plan_effective_cost IS NULL, 1, 0)
      WHEN 'plan fee' THEN
        if(savings_plan_total_commitment_to_date IS NULL
          OR savings_plan_used_commitment IS NULL, 1, 0)
      WHEN 'reserved usage' THEN if(reservation_effective_cost IS NULL, 1, 0)
      WHEN 'reservation fee' THEN
        if(reservation_unused_amortized_upfront_fee_for_billing_period IS NULL
          AND reservation_unused_recurring_fee IS NULL, 1, 0)
      ELSE 0
    END) AS blank_amortized
FROM charges
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, unblended DESC, 3, 4
