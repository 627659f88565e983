-- title: Cost by service
-- answers: what each service cost in a month, as billed and amortized, and its share of the bill
-- topic: overview
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  ServiceName AS service,
  round(sum(BilledCost), 2) AS billed,
  round(sum(EffectiveCost), 2) AS amortized,
  round(100 * sum(BilledCost) / nullif(sum(sum(BilledCost)) OVER (), 0), 1) AS percent
FROM costs
WHERE billing_period = :month
GROUP BY 1
ORDER BY billed DESC, service
