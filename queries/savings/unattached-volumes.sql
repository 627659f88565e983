-- title: Volume attached to nothing
-- answers: which volumes are paid for but used by no server, and what deleting them saves
-- kind: EBS volume
-- finding: UNATTACHED
-- action: Delete
-- effort: Low
-- needs: ec2_volumes
SELECT
  volume_id AS resource,
  name,
  account_id AS account,
  region,
  concat(volume_type, ' ', CAST(size_gib AS varchar), ' GiB') AS current,
  CAST(NULL AS varchar) AS recommended,
  size_gib * CASE volume_type
    WHEN 'gp3' THEN 0.08e0 WHEN 'gp2' THEN 0.10e0 WHEN 'io1' THEN 0.125e0 WHEN 'io2' THEN 0.125e0
    WHEN 'st1' THEN 0.045e0 WHEN 'sc1' THEN 0.015e0 ELSE 0.05e0 END
    + CASE WHEN volume_type IN ('io1', 'io2') THEN coalesce(iops, 0) * 0.065e0 ELSE 0e0 END AS monthly_savings,
  1e0 AS saved_share,
  'attached to nothing; keep a snapshot and delete it' AS explanation
FROM ec2_volumes_latest
WHERE state = 'available'
ORDER BY resource
