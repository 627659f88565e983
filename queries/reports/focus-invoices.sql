-- title: The invoices of a bill in FOCUS columns
-- answers: what each invoice of a month comes to, with its tax; without an id it is not stated
-- topic: focus
-- param bill table default costs: the table with the bill, focus or the view of all, costs
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  BillingAccountId AS payer,
  BillingCurrency AS currency,
  coalesce(InvoiceId, '') AS invoice,
  '' AS bill_type,
  coalesce(ProviderName, PublisherName, '') AS entity,
  count(*) AS line_items,
  sum(BilledCost) AS total,
  sum(CASE WHEN ChargeCategory = 'Tax' THEN BilledCost ELSE 0e0 END) AS tax
FROM :bill
WHERE billing_period = :month
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 2, total DESC, 3, 4, 5
