-- title: Cost by day and service
-- answers: what each day cost by service; the six largest, the rest together
-- chart: stacked
-- unit: currency
WITH ranked AS (
  SELECT
    ServiceName,
    coalesce(BillingCurrency, '') AS currency,
    rank() OVER (
      PARTITION BY coalesce(BillingCurrency, '') ORDER BY sum(EffectiveCost) DESC, ServiceName) AS place
  FROM costs
  GROUP BY 1, 2
)
SELECT
  CAST(date_trunc('day', c.ChargePeriodStart) AS date) AS time,
  r.currency,
  CASE WHEN r.place <= 6 THEN r.ServiceName ELSE 'Other' END AS series,
  sum(c.EffectiveCost) AS value
FROM costs c
JOIN ranked r ON r.ServiceName = c.ServiceName AND r.currency = coalesce(c.BillingCurrency, '')
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
