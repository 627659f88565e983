-- title: Elastic IP address associated with nothing
-- answers: which public addresses are paid for but not in use
-- severity: info
-- owner: operations
-- message: release it
-- needs: ec2_addresses
SELECT
  coalesce(allocation_id, public_ip) AS resource,
  account_id AS account,
  region,
  concat(public_ip, ' is associated with nothing') AS finding
FROM ec2_addresses_latest
WHERE coalesce(association_id, '') = ''
ORDER BY resource
