-- title: What watching costs
-- answers: what metrics, logs, alarms and dashboards of CloudWatch cost in a month, by account
-- topic: services
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  CASE
    WHEN x_UsageType LIKE '%DataProcessing-Bytes' OR x_UsageType LIKE '%VendedLog%' THEN 'logs taken in'
    WHEN x_UsageType LIKE '%TimedStorage-ByteHrs' THEN 'logs kept'
    WHEN x_UsageType LIKE '%MetricMonitorUsage' THEN 'metrics'
    WHEN x_UsageType LIKE '%AlarmMonitorUsage' THEN 'alarms'
    WHEN x_UsageType LIKE '%Requests' OR x_UsageType LIKE '%GMD-%' THEN 'requests'
    ELSE x_UsageType
  END AS what,
  SubAccountId AS account,
  round(sum(ConsumedQuantity), 2) AS quantity,
  max(ConsumedUnit) AS unit,
  round(sum(EffectiveCost), 2) AS amortized
FROM costs
WHERE billing_period = :month AND x_ServiceCode = 'AmazonCloudWatch'
GROUP BY 1, 2
ORDER BY amortized DESC, what, account
