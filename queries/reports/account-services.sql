-- title: Services by account
-- answers: what each account spent on each service in a month
-- topic: allocation
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  SubAccountId AS account,
  ServiceName AS service,
  round(sum(BilledCost), 2) AS billed,
  round(sum(EffectiveCost), 2) AS amortized,
  round(100 * sum(EffectiveCost) / nullif(sum(sum(EffectiveCost)) OVER (PARTITION BY SubAccountId), 0), 1) AS percent_of_account
FROM costs
WHERE billing_period = :month
GROUP BY 1, 2
ORDER BY account, amortized DESC, service
