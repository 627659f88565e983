-- title: What others sell you
-- answers: what sellers of the marketplace charged in each month, by product
-- topic: services
SELECT
  billing_period AS month,
  PublisherName AS seller,
  ServiceName AS product,
  SubAccountId AS account,
  round(sum(BilledCost), 2) AS billed
FROM costs
WHERE PublisherName NOT LIKE 'Amazon%' AND PublisherName NOT LIKE 'AWS%'
GROUP BY 1, 2, 3, 4
ORDER BY 1, billed DESC, seller, product, account
