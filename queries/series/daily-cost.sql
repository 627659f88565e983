-- title: Cost by day
-- answers: what each day cost, as billed and amortized; what was not used of a commitment is a cost of all of its days so far
-- chart: line
-- unit: currency
WITH charges AS (
  SELECT
    CAST(date_trunc('day', ChargePeriodStart) AS date) AS first_day,
    CASE WHEN CommitmentDiscountStatus = 'Unused'
      THEN CAST(date_trunc('day', ChargePeriodEnd - INTERVAL '1' SECOND) AS date) END AS last_day,
    coalesce(BillingCurrency, '') AS currency,
    sum(BilledCost) AS billed,
    sum(EffectiveCost) AS amortized
  FROM costs
  GROUP BY 1, 2, 3
),
spans AS (
  SELECT *, sequence(first_day, greatest(first_day, coalesce(least(last_day, newest), first_day))) AS days
  FROM charges CROSS JOIN (SELECT max(first_day) AS newest FROM charges) AS known
)
SELECT
  day AS time,
  currency,
  sum(CASE WHEN day = first_day THEN billed ELSE 0 END) AS billed,
  sum(amortized / cardinality(days)) AS amortized
FROM spans CROSS JOIN UNNEST(days) AS u (day)
GROUP BY 1, 2
ORDER BY 1, 2
