-- title: Volume that is hardly read or written
-- answers: which attached volumes had less than one operation a day for two weeks, boot volumes left out
-- kind: EBS volume
-- finding: IDLE
-- action: Delete
-- effort: Medium
-- needs: ec2_volumes, cloudwatch_metrics
WITH operations AS (
  SELECT resource_id, sum("sum") AS operations, count(DISTINCT CAST("timestamp" AS date)) AS days
  FROM cloudwatch_metrics
  WHERE metric_name IN ('VolumeReadOps', 'VolumeWriteOps')
    AND "timestamp" >= date_add('day', -14, CAST(current_date AS timestamp))
  GROUP BY 1
)
SELECT
  v.volume_id AS resource,
  v.name,
  v.account_id AS account,
  v.region,
  concat(v.volume_type, ' ', CAST(v.size_gib AS varchar), ' GiB') AS current,
  CAST(NULL AS varchar) AS recommended,
  v.size_gib * CASE v.volume_type
    WHEN 'gp3' THEN 0.08e0 WHEN 'gp2' THEN 0.10e0 WHEN 'io1' THEN 0.125e0 WHEN 'io2' THEN 0.125e0
    WHEN 'st1' THEN 0.045e0 WHEN 'sc1' THEN 0.015e0 ELSE 0.05e0 END AS monthly_savings,
  1e0 AS saved_share,
  concat('fewer than one operation a day in ', CAST(o.days AS varchar), ' days') AS explanation
FROM ec2_volumes_latest v
JOIN operations o ON o.resource_id = v.volume_id
WHERE v.state = 'in-use'
  AND coalesce(v.device, '') NOT IN ('/dev/xvda', '/dev/sda1')
  AND o.days >= 7 AND o.operations < o.days
ORDER BY resource
