-- title: Server stopped for a month
-- answers: which servers have been stopped for 30 days, and what their volumes go on costing
-- kind: EC2 instance
-- finding: UNUSED
-- action: Delete
-- effort: Low
-- needs: ec2_instances, ec2_volumes
SELECT
  i.instance_id AS resource,
  max(i.name) AS name,
  max(i.account_id) AS account,
  max(i.region) AS region,
  max(i.instance_type) AS current,
  CAST(NULL AS varchar) AS recommended,
  sum(v.size_gib * CASE v.volume_type
    WHEN 'gp3' THEN 0.08e0 WHEN 'gp2' THEN 0.10e0 WHEN 'io1' THEN 0.125e0 WHEN 'io2' THEN 0.125e0
    WHEN 'st1' THEN 0.045e0 WHEN 'sc1' THEN 0.015e0 ELSE 0.05e0 END) AS monthly_savings,
  CAST(NULL AS double) AS saved_share,
  concat('stopped since ', CAST(CAST(max(i.stopped_at) AS date) AS varchar), '; its volumes cost on') AS explanation,
  array_join(array_agg(v.volume_id), ' ') AS parts
FROM ec2_instances_latest i
JOIN ec2_volumes_latest v ON v.instance_id = i.instance_id
WHERE i.state = 'stopped'
  AND i.stopped_at < date_add('day', -30, CAST(current_date AS timestamp))
GROUP BY i.instance_id
ORDER BY resource
