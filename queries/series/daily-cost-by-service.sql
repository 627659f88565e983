-- title: Cost by day and service
-- answers: what each day cost by service; the six largest, the rest together
-- chart: stacked
-- unit: currency
WITH charges AS (
  SELECT
    CAST(date_trunc('day', ChargePeriodStart) AS date) AS first_day,
    CASE WHEN CommitmentDiscountStatus = 'Unused'
      THEN CAST(date_trunc('day', ChargePeriodEnd - INTERVAL '1' SECOND) AS date) END AS last_day,
    coalesce(BillingCurrency, '') AS currency,
    ServiceName,
    sum(EffectiveCost) AS cost
  FROM costs
  GROUP BY 1, 2, 3, 4
),
ranked AS (
  SELECT
    ServiceName,
    currency,
    rank() OVER (PARTITION BY currency ORDER BY sum(cost) DESC, ServiceName) AS place
  FROM charges
  GROUP BY 1, 2
),
spans AS (
  SELECT *, sequence(first_day, greatest(first_day, coalesce(least(last_day, newest), first_day))) AS days
  FROM charges CROSS JOIN (SELECT max(first_day) AS newest FROM charges) AS known
)
SELECT
  day AS time,
  r.currency,
  CASE WHEN r.place <= 6 THEN r.ServiceName ELSE 'Other' END AS series,
  sum(s.cost / cardinality(s.days)) AS value
FROM spans s
CROSS JOIN UNNEST(s.days) AS u (day)
JOIN ranked r ON r.ServiceName = s.ServiceName AND r.currency = s.currency
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
