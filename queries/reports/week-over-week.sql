-- title: The last seven days
-- answers: what each service cost in the last seven days with data and in the seven days before them
-- topic: change
WITH last AS (
  SELECT max(date(ChargePeriodStart)) AS day FROM costs WHERE ChargeCategory = 'Usage'
), weeks AS (
  SELECT
    c.ServiceName AS service,
    round(sum(CASE WHEN date(c.ChargePeriodStart) <= date_add('day', -7, l.day) THEN c.EffectiveCost ELSE 0 END), 2) AS week_before,
    round(sum(CASE WHEN date(c.ChargePeriodStart) > date_add('day', -7, l.day) THEN c.EffectiveCost ELSE 0 END), 2) AS last_week
  FROM costs c CROSS JOIN last l
  WHERE c.ChargeCategory = 'Usage' AND date(c.ChargePeriodStart) > date_add('day', -14, l.day)
  GROUP BY 1
)
SELECT service, week_before, last_week, round(last_week - week_before, 2) AS change
FROM weeks
ORDER BY abs(round(last_week - week_before, 2)) DESC, service
