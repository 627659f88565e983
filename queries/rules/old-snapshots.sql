-- title: Snapshot older than a year
-- answers: which snapshots of volumes are older than a year
-- severity: info
-- owner: operations
-- message: delete it, or move it to the archive tier
-- param days number default 365: days after which a snapshot is listed
-- needs: ec2_snapshots
SELECT
  snapshot_id AS resource,
  account_id AS account,
  region,
  tags['team'] AS owner,
  concat('snapshot of ', CAST(volume_size_gib AS varchar), ' GiB taken on ', CAST(CAST(start_time AS date) AS varchar)) AS finding
FROM ec2_snapshots_latest
WHERE start_time < date_add('day', -(:days), CAST(current_date AS timestamp))
ORDER BY resource
