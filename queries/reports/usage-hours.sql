-- title: The hours that bills have usage of
-- answers: which hours each bill has charges for usage in, and how long the shortest of them is
-- topic: bill
-- param since text default '': first billing period, YYYY-MM; all by default
SELECT
  x_SourceTable AS table_name,
  BillingAccountId AS payer,
  date_trunc('hour', ChargePeriodStart) AS usage_hour,
  min(date_diff('second', ChargePeriodStart, ChargePeriodEnd)) AS shortest_seconds,
  count(*) AS charges
FROM costs
WHERE billing_period >= :since
  AND ChargeCategory = 'Usage'
  AND ChargePeriodStart IS NOT NULL
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
