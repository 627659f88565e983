-- title: Elastic IP address associated with nothing
-- answers: which public addresses are paid for but not in use, and what releasing them saves
-- kind: Elastic IP address
-- finding: UNUSED
-- action: Delete
-- effort: VeryLow
-- needs: ec2_addresses
SELECT
  coalesce(allocation_id, public_ip) AS resource,
  name,
  account_id AS account,
  region,
  public_ip AS current,
  CAST(NULL AS varchar) AS recommended,
  0.005e0 * 730 AS monthly_savings,
  1e0 AS saved_share,
  'associated with nothing; release it' AS explanation
FROM ec2_addresses_latest
WHERE coalesce(association_id, '') = ''
ORDER BY resource
