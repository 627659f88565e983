-- title: Volume that is not encrypted
-- answers: which volumes keep their data unencrypted
-- severity: warning
-- owner: security
-- message: snapshot it, copy the snapshot with encryption, and replace the volume; turn on encryption by default
-- needs: ec2_volumes
SELECT
  volume_id AS resource,
  account_id AS account,
  region,
  tags['team'] AS owner,
  concat(CAST(size_gib AS varchar), ' GiB of ', volume_type, ' not encrypted') AS finding
FROM ec2_volumes_latest
WHERE NOT encrypted
ORDER BY resource
