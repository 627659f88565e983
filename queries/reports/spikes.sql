-- title: Days that stand out
-- answers: which days of a month cost a service far more than its fortnight before did on average
-- topic: change
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
-- param percent number default 25: how much more than usual, in percent
-- param rows number default 25: how many days to show
WITH days AS (
  SELECT ServiceName AS service, date(ChargePeriodStart) AS day, sum(EffectiveCost) AS cost
  FROM costs
  WHERE ChargeCategory = 'Usage'
  GROUP BY 1, 2
), compared AS (
  SELECT
    service, day, cost,
    avg(cost) OVER (PARTITION BY service ORDER BY day ROWS BETWEEN 14 PRECEDING AND 1 PRECEDING) AS usual,
    count(*) OVER (PARTITION BY service ORDER BY day ROWS BETWEEN 14 PRECEDING AND 1 PRECEDING) AS seen
  FROM days
)
SELECT day, service, round(usual, 2) AS usual, round(cost, 2) AS cost, round(100 * (cost - usual) / usual, 1) AS percent_more
FROM compared
WHERE date_format(day, '%Y-%m') = :month AND seen >= 7 AND usual > 0 AND cost > usual * (1 + :percent / 100e0)
ORDER BY cost - usual DESC, day, service
LIMIT :rows
