-- title: Volume on gp2 where gp3 costs less
-- answers: which volumes would cost less on gp3 with the operations and throughput that they have
-- kind: EBS volume
-- finding: NOT_OPTIMIZED
-- action: Upgrade
-- effort: VeryLow
-- needs: ec2_volumes
WITH volumes AS (
  SELECT
    volume_id, name, account_id, region, size_gib,
    size_gib * 0.10e0 AS today,
    -- gp3 has 3,000 operations and 125 MiB a second; gp2 has 3 a GiB up to 16,000, and 250 MiB from 334 GiB on.
    size_gib * 0.08e0
      + greatest(0, least(3 * size_gib, 16000) - 3000) * 0.005e0
      + CASE WHEN size_gib >= 334 THEN 125 * 0.04e0 ELSE 0e0 END AS target
  FROM ec2_volumes_latest
  WHERE volume_type = 'gp2'
)
SELECT
  volume_id AS resource,
  name,
  account_id AS account,
  region,
  concat('gp2 ', CAST(size_gib AS varchar), ' GiB') AS current,
  concat('gp3 ', CAST(size_gib AS varchar), ' GiB') AS recommended,
  today - target AS monthly_savings,
  1 - target / today AS saved_share,
  'gp3 costs a fifth less for the storage; what it has to add for as many operations and as much throughput is counted' AS explanation
FROM volumes
WHERE target < today
ORDER BY resource
