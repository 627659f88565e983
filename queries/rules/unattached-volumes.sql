-- title: Volume attached to nothing
-- answers: which volumes are paid for but used by no server
-- severity: warning
-- owner: operations
-- message: keep a snapshot and delete it
-- needs: ec2_volumes
SELECT
  volume_id AS resource,
  account_id AS account,
  region,
  concat(CAST(size_gib AS varchar), ' GiB of ', volume_type, ' attached to nothing') AS finding
FROM ec2_volumes_latest
WHERE state = 'available'
ORDER BY resource
