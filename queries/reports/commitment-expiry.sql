-- title: When commitments end
-- answers: which savings plans and reservations end within some days after the last day with data, and what will cost more then
-- topic: commitments
-- param bill table default cur: the table with the bill, cur or cur2
-- param days number default 180: how many days ahead
WITH ends AS (
  SELECT
    coalesce(nullif(savings_plan_savings_plan_a_r_n, ''), nullif(reservation_reservation_a_r_n, '')) AS commitment,
    CASE WHEN savings_plan_savings_plan_a_r_n <> '' THEN 'Savings Plan' ELSE 'Reserved Instance' END AS kind,
    max(date(from_iso8601_timestamp(coalesce(nullif(savings_plan_end_time, ''), nullif(reservation_end_time, ''))))) AS ends_on,
    max(date(line_item_usage_start_date)) AS data_through,
    sum(CASE WHEN line_item_line_item_type IN ('SavingsPlanCoveredUsage', 'DiscountedUsage') THEN pricing_public_on_demand_cost ELSE 0 END)
      / count(DISTINCT date(line_item_usage_start_date)) AS on_demand_per_day,
    sum(CASE line_item_line_item_type WHEN 'SavingsPlanCoveredUsage' THEN savings_plan_savings_plan_effective_cost
      WHEN 'DiscountedUsage' THEN reservation_effective_cost ELSE 0 END) / count(DISTINCT date(line_item_usage_start_date)) AS paid_per_day
  FROM :bill
  WHERE savings_plan_savings_plan_a_r_n <> '' OR reservation_reservation_a_r_n <> ''
  GROUP BY 1, 2
)
SELECT
  element_at(split(commitment, '/'), -1) AS commitment,
  kind,
  ends_on,
  date_diff('day', data_through, ends_on) AS days_left,
  round(on_demand_per_day * 30, 2) AS a_month_on_demand,
  round((on_demand_per_day - paid_per_day) * 30, 2) AS a_month_more
FROM ends
WHERE ends_on <= date_add('day', :days, data_through)
ORDER BY ends_on, commitment
