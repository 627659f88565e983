-- title: Snapshot older than a year
-- answers: which snapshots are over a year old, and what they cost at most
-- kind: EBS snapshot
-- finding: UNUSED
-- action: Delete
-- effort: Low
-- needs: ec2_snapshots
SELECT
  snapshot_id AS resource,
  name,
  account_id AS account,
  region,
  concat('snapshot of ', CAST(volume_size_gib AS varchar), ' GiB') AS current,
  CAST(NULL AS varchar) AS recommended,
  coalesce(full_snapshot_size_bytes / 1073741824e0, volume_size_gib)
    * CASE storage_tier WHEN 'archive' THEN 0.0125e0 ELSE 0.05e0 END AS monthly_savings,
  1e0 AS saved_share,
  concat('taken on ', CAST(CAST(start_time AS date) AS varchar), '; blocks shared with younger snapshots stay') AS explanation
FROM ec2_snapshots_latest
WHERE start_time < date_add('year', -1, CAST(current_date AS timestamp))
ORDER BY resource
