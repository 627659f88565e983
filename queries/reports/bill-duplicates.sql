-- title: Line items that are in a bill twice
-- answers: how many pairs of line item id and time interval, which are unique in a report, occur again
-- topic: bill
-- param bill table default cur: the table with the bill, cur or cur2
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  count(*) AS repeated_pairs,
  coalesce(sum(line_items) - count(*), 0) AS surplus_line_items,
  min(identity_line_item_id) AS first_line_item_id,
  min(identity_time_interval) AS first_interval
FROM (
  SELECT
    identity_line_item_id,
    identity_time_interval,
    count(*) AS line_items
  FROM :bill
  WHERE billing_period = :month
  GROUP BY bill_payer_account_id, 1, 2
  HAVING count(*) > 1
)
