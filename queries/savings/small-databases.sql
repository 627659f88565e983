-- title: Database smaller than its load
-- answers: which databases have less than 20 % of their processors free at the P99.5
-- kind: RDS instance
-- finding: UNDER_PROVISIONED
-- action: Rightsize
-- effort: Low
-- needs: rds_db_instances, cloudwatch_metrics
WITH load AS (
  SELECT resource_id, approx_percentile(coalesce(maximum, average), 0.995) AS cpu,
    count(DISTINCT date_trunc('hour', "timestamp")) AS hours
  FROM cloudwatch_metrics
  WHERE metric_name = 'CPUUtilization'
    AND "timestamp" >= date_add('day', -14, CAST(current_date AS timestamp))
  GROUP BY 1
)
SELECT
  d.db_instance_arn AS resource,
  d.db_instance_identifier AS name,
  d.account_id AS account,
  d.region,
  d.db_instance_class AS current,
  concat('db.', split_part(d.db_instance_class, '.', 2), '.', CASE split_part(d.db_instance_class, '.', 3)
    WHEN 'micro' THEN 'small' WHEN 'small' THEN 'medium' WHEN 'medium' THEN 'large' WHEN 'large' THEN 'xlarge'
    WHEN 'xlarge' THEN '2xlarge' WHEN '2xlarge' THEN '4xlarge' WHEN '4xlarge' THEN '8xlarge'
    WHEN '8xlarge' THEN '16xlarge' END) AS recommended,
  CAST(NULL AS double) AS monthly_savings,
  -1e0 AS saved_share,
  concat('CPU ', format('%s', round(l.cpu, 1)), ' % at the P99.5 leaves less than 20 % free') AS explanation
FROM rds_db_instances_latest d
JOIN load l ON l.resource_id = d.db_instance_identifier
WHERE l.hours >= 30 AND l.cpu > 80
  AND split_part(d.db_instance_class, '.', 3) IN ('micro', 'small', 'medium', 'large', 'xlarge', '2xlarge', '4xlarge', '8xlarge')
ORDER BY resource
