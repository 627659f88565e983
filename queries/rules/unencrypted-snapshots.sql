-- title: Snapshot that is not encrypted
-- answers: which snapshots of one's own keep their data unencrypted
-- severity: info
-- owner: security
-- message: copy it with encryption and delete this one
-- needs: ec2_snapshots
SELECT
  snapshot_id AS resource,
  account_id AS account,
  region,
  tags['team'] AS owner,
  concat('snapshot of ', CAST(volume_size_gib AS varchar), ' GiB not encrypted') AS finding
FROM ec2_snapshots_latest
WHERE NOT encrypted
ORDER BY resource
