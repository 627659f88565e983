-- title: The savings plans and reservations of a bill, fee against use
-- answers: whether what each commitment was used for and what was left of it add up to what it cost
-- topic: bill
-- param bill table default cur: the table with the bill, cur or cur2
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
WITH charges AS (
  SELECT
    bill_payer_account_id,
    line_item_currency_code,
    line_item_line_item_type,
    line_item_unblended_cost,
    savings_plan_savings_plan_a_r_n,
    reservation_reservation_a_r_n,
    savings_plan_savings_plan_effective_cost,
    savings_plan_total_commitment_to_date,
    savings_plan_used_commitment,
    savings_plan_amortized_upfront_commitment_for_billing_period,
    reservation_effective_cost,
    reservation_amortized_upfront_fee_for_billing_period,
    reservation_unused_amortized_upfront_fee_for_billing_period,
    reservation_unused_recurring_fee,
    CASE
      WHEN line_item_line_item_type IN ('DiscountedUsage', 'RIFee') THEN 'Reserved Instance'
      WHEN line_item_line_item_type = 'Fee' AND reservation_reservation_a_r_n <> ''
        THEN 'Reserved Instance'
      WHEN line_item_line_item_type IN (
        'SavingsPlanCoveredUsage', 'SavingsPlanNegation', 'SavingsPlanRecurringFee',
        'SavingsPlanUpfrontFee') THEN 'Savings Plan'
    END AS kind
  FROM :bill
  WHERE billing_period = :month
    AND coalesce(line_item_operation, '') NOT IN ('EKSPod-EC2', 'ECSTask-EC2')
)
SELECT
  bill_payer_account_id AS payer,
  line_item_currency_code AS currency,
  kind,
  coalesce(
    CASE kind
      WHEN 'Savings Plan' THEN savings_plan_savings_plan_a_r_n
      ELSE reservation_reservation_a_r_n
    END, '') AS commitment,
  count(*) AS line_items,
  -- What is charged for covered usage is taken back by negations: nothing is left.
  sum(
    CASE
      WHEN line_item_line_item_type IN (
        'DiscountedUsage', 'SavingsPlanCoveredUsage', 'SavingsPlanNegation')
        THEN line_item_unblended_cost
    END) AS charged_usage,
  sum(
    CASE
      WHEN line_item_line_item_type IN ('RIFee', 'SavingsPlanRecurringFee')
        THEN line_item_unblended_cost
    END) AS recurring_fees,
  sum(
    CASE
      WHEN line_item_line_item_type IN ('Fee', 'SavingsPlanUpfrontFee')
        THEN line_item_unblended_cost
    END) AS upfront_fees,
  sum(
    CASE line_item_line_item_type
      WHEN 'RIFee' THEN reservation_amortized_upfront_fee_for_billing_period
      WHEN 'SavingsPlanRecurringFee'
        THEN savings_plan_amortized_upfront_commitment_for_billing_period
    END) AS amortized_upfront,
  sum(
    CASE line_item_line_item_type
      WHEN 'DiscountedUsage' THEN reservation_effective_cost
      WHEN 'SavingsPlanCoveredUsage' THEN savings_plan_savings_plan_effective_cost
    END) AS used,
  sum(
    CASE line_item_line_item_type
      WHEN 'RIFee' THEN
        coalesce(reservation_unused_amortized_upfront_fee_for_billing_period, 0e0)
        + coalesce(reservation_unused_recurring_fee, 0e0)
      WHEN 'SavingsPlanRecurringFee'
        THEN savings_plan_total_commitment_to_date - savings_plan_used_commitment
    END) AS unused,
  sum(
    CASE line_item_line_item_type
      WHEN 'SavingsPlanRecurringFee' THEN savings_plan_used_commitment
    END) AS stated_use,
  sum(
    CASE line_item_line_item_type
      WHEN 'DiscountedUsage' THEN if(reservation_effective_cost IS NULL, 1, 0)
      WHEN 'SavingsPlanCoveredUsage'
        THEN if(savings_plan_savings_plan_effective_cost IS NULL, 1, 0)
      WHEN 'RIFee' THEN
        if(reservation_unused_amortized_upfront_fee_for_billing_period IS NULL
          AND reservation_unused_recurring_fee IS NULL, 1, 0)
      WHEN 'SavingsPlanRecurringFee' THEN
        if(savings_plan_total_commitment_to_date IS NULL
          OR savings_plan_used_commitment IS NULL, 1, 0)
      ELSE 0
    END) AS blank_amortized
FROM charges
WHERE kind IS NOT NULL
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4
