-- title: How much is covered by commitments
-- answers: how much of what commitments could cover they did cover, at list prices, by month and service
-- topic: commitments
SELECT
  billing_period AS month,
  ServiceName AS service,
  round(sum(ListCost), 2) AS at_list_price,
  round(sum(CASE WHEN CommitmentDiscountStatus = 'Used' THEN ListCost ELSE 0 END), 2) AS covered,
  round(sum(CASE WHEN CommitmentDiscountStatus = 'Used' THEN 0 ELSE ListCost END), 2) AS on_demand,
  round(100 * sum(CASE WHEN CommitmentDiscountStatus = 'Used' THEN ListCost ELSE 0 END) / nullif(sum(ListCost), 0), 1) AS percent_covered
FROM costs
WHERE ConsumedQuantity > 0 AND (x_UsageType LIKE '%BoxUsage:%' OR x_UsageType LIKE '%Usage:db.%' OR x_UsageType LIKE '%NodeUsage:%' OR x_UsageType LIKE '%Lambda-GB-Second%' OR x_UsageType LIKE '%Fargate%')
GROUP BY 1, 2
ORDER BY month, at_list_price DESC, service
