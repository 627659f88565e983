-- title: Where data goes
-- answers: how much data went to the internet, between zones and regions and through NAT gateways in a month, and what a gigabyte cost
-- topic: network
-- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
SELECT
  CASE
    WHEN x_UsageType LIKE '%NatGateway-Bytes' THEN 'through a NAT gateway'
    WHEN x_UsageType LIKE '%DataTransfer-Regional-Bytes' THEN 'between zones'
    WHEN regexp_like(x_UsageType, '^[A-Z0-9]+-[A-Z0-9]+-AWS-(In|Out)-Bytes') THEN 'between regions'
    WHEN x_ServiceCode = 'AmazonCloudFront' THEN 'CloudFront to the internet'
    WHEN x_UsageType LIKE '%DataTransfer-Out-Bytes' THEN 'to the internet'
    WHEN x_UsageType LIKE '%DataTransfer-In-Bytes' THEN 'from the internet'
    ELSE 'other'
  END AS way,
  round(sum(ConsumedQuantity), 1) AS gigabytes,
  round(sum(EffectiveCost), 2) AS amortized,
  round(sum(EffectiveCost) / nullif(sum(ConsumedQuantity), 0), 4) AS per_gb,
  round(100 * sum(EffectiveCost) / nullif(sum(sum(EffectiveCost)) OVER (), 0), 1) AS percent
FROM costs
WHERE billing_period = :month AND ConsumedQuantity > 0 AND (x_UsageType LIKE '%DataTransfer%' OR x_UsageType LIKE '%NatGateway-Bytes' OR x_UsageType LIKE '%-AWS-In-Bytes' OR x_UsageType LIKE '%-AWS-Out-Bytes')
GROUP BY 1
ORDER BY amortized DESC, way
