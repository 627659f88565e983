-- title: Support and its share
-- answers: what support cost in each month, and how much of the bill without it that is
-- topic: services
SELECT
  billing_period AS month,
  round(sum(CASE WHEN x_ServiceCode LIKE 'AWSSupport%' OR x_ServiceCode LIKE 'AWSDeveloperSupport%' THEN BilledCost ELSE 0 END), 2) AS support,
  round(sum(CASE WHEN x_ServiceCode LIKE 'AWSSupport%' OR x_ServiceCode LIKE 'AWSDeveloperSupport%' THEN 0 ELSE BilledCost END), 2) AS everything_else,
  round(100 * sum(CASE WHEN x_ServiceCode LIKE 'AWSSupport%' OR x_ServiceCode LIKE 'AWSDeveloperSupport%' THEN BilledCost ELSE 0 END)
    / nullif(sum(CASE WHEN x_ServiceCode LIKE 'AWSSupport%' OR x_ServiceCode LIKE 'AWSDeveloperSupport%' THEN 0 ELSE BilledCost END), 0), 2) AS percent
FROM costs
GROUP BY 1
ORDER BY 1
