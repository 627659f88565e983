-- title: The invoices of a bill
-- answers: what each invoice of a month comes to, with its tax; without an id it is not issued yet
-- topic: bill
-- param bill table default cur: the table with the bill, cur or cur2
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  bill_payer_account_id AS payer,
  line_item_currency_code AS currency,
  coalesce(bill_invoice_id, '') AS invoice,
  coalesce(bill_bill_type, '') AS bill_type,
  coalesce(bill_billing_entity, '') AS entity,
  count(*) AS line_items,
  sum(line_item_unblended_cost) AS total,
  sum(CASE WHEN line_item_line_item_type = 'Tax' THEN line_item_unblended_cost ELSE 0e0 END) AS tax
FROM :bill
WHERE billing_period = :month
  AND coalesce(line_item_operation, '') NOT IN ('EKSPod-EC2', 'ECSTask-EC2')
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 2, total DESC, 3, 4, 5
