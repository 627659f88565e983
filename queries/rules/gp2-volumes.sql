-- title: Volume on gp2 where gp3 costs less
-- answers: which volumes would cost a fifth less on gp3
-- severity: info
-- owner: operations
-- message: change the type to gp3; it needs no downtime
-- needs: ec2_volumes
SELECT
  volume_id AS resource,
  account_id AS account,
  region,
  concat(CAST(size_gib AS varchar), ' GiB on gp2; gp3 costs 20 % less for the storage') AS finding
FROM ec2_volumes_latest
WHERE volume_type = 'gp2'
  AND state = 'in-use'
ORDER BY resource
