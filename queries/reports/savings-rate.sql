-- title: How far below list prices
-- answers: what each service would cost at list prices, what it cost, and the effective savings rate, discounts and commitments together
-- topic: commitments
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  ServiceName AS service,
  round(sum(ListCost), 2) AS at_list_price,
  round(sum(EffectiveCost), 2) AS amortized,
  round(sum(ListCost) - sum(EffectiveCost), 2) AS saved,
  round(100 * (1 - sum(EffectiveCost) / nullif(sum(ListCost), 0)), 1) AS savings_rate
FROM costs
WHERE billing_period = :month AND ConsumedQuantity > 0
GROUP BY 1
ORDER BY saved DESC, service
