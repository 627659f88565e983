-- title: Volume with provisioned operations that gp3 gives for less
-- answers: which io1 and io2 volumes have no more operations than gp3 can have
-- kind: EBS volume
-- finding: NOT_OPTIMIZED
-- action: Upgrade
-- effort: Low
-- needs: ec2_volumes
WITH volumes AS (
  SELECT
    volume_id, name, account_id, region, volume_type, size_gib, iops,
    size_gib * 0.125e0 + iops * 0.065e0 AS today,
    size_gib * 0.08e0 + greatest(0, iops - 3000) * 0.005e0 + 125 * 0.04e0 AS target
  FROM ec2_volumes_latest
  WHERE volume_type IN ('io1', 'io2') AND iops <= 16000
)
SELECT
  volume_id AS resource,
  name,
  account_id AS account,
  region,
  concat(volume_type, ' ', CAST(size_gib AS varchar), ' GiB, ', CAST(iops AS varchar), ' IOPS') AS current,
  concat('gp3 ', CAST(size_gib AS varchar), ' GiB, ', CAST(greatest(3000, iops) AS varchar), ' IOPS') AS recommended,
  today - target AS monthly_savings,
  1 - target / today AS saved_share,
  'gp3 has as many operations for less, with a latency of single milliseconds' AS explanation
FROM volumes
WHERE target < today
ORDER BY resource
