-- title: Database larger than its load
-- answers: which databases would keep 20 % of processors and memory free on half the size
-- kind: RDS instance
-- finding: OVER_PROVISIONED
-- action: Rightsize
-- effort: Low
-- needs: rds_db_instances, cloudwatch_metrics
WITH load AS (
  SELECT resource_id,
    approx_percentile(CASE WHEN metric_name = 'CPUUtilization' THEN coalesce(maximum, average) END, 0.995) AS cpu,
    min(CASE WHEN metric_name = 'FreeableMemory' THEN coalesce(minimum, average) END) AS free,
    max(CASE WHEN metric_name = 'DatabaseConnections' THEN coalesce(maximum, average) END) AS connections,
    count(DISTINCT CASE WHEN metric_name = 'CPUUtilization' THEN date_trunc('hour', "timestamp") END) AS hours
  FROM cloudwatch_metrics
  WHERE metric_name IN ('CPUUtilization', 'FreeableMemory', 'DatabaseConnections')
    AND "timestamp" >= date_add('day', -14, CAST(current_date AS timestamp))
  GROUP BY 1
), databases AS (
  SELECT
    d.*,
    split_part(d.db_instance_class, '.', 2) AS family,
    split_part(d.db_instance_class, '.', 3) AS size,
    CASE split_part(d.db_instance_class, '.', 3)
      WHEN 'xlarge' THEN 'large' WHEN '2xlarge' THEN 'xlarge' WHEN '4xlarge' THEN '2xlarge'
      WHEN '8xlarge' THEN '4xlarge' WHEN '16xlarge' THEN '8xlarge' WHEN '24xlarge' THEN '12xlarge' END AS smaller,
    CASE split_part(d.db_instance_class, '.', 3)
      WHEN 'xlarge' THEN 4 WHEN '2xlarge' THEN 8 WHEN '4xlarge' THEN 16
      WHEN '8xlarge' THEN 32 WHEN '16xlarge' THEN 64 WHEN '24xlarge' THEN 96 END
      * CASE substr(split_part(d.db_instance_class, '.', 2), 1, 1) WHEN 'r' THEN 8 ELSE 4 END AS memory_gib
  FROM rds_db_instances_latest d
  WHERE d.db_instance_status = 'available'
    AND regexp_like(d.db_instance_class, '^db\.[mr][0-9]')
)
SELECT
  d.db_instance_arn AS resource,
  d.db_instance_identifier AS name,
  d.account_id AS account,
  d.region,
  d.db_instance_class AS current,
  concat('db.', d.family, '.', d.smaller) AS recommended,
  CAST(NULL AS double) AS monthly_savings,
  0.5e0 AS saved_share,
  concat('CPU ', format('%s', round(l.cpu, 1)), ' %, memory ',
    format('%s', round(100 * (1 - l.free / 1073741824e0 / d.memory_gib), 1)), ' % at most; half of both is enough') AS explanation
FROM databases d
JOIN load l ON l.resource_id = d.db_instance_identifier
WHERE d.smaller IS NOT NULL AND l.hours >= 30 AND l.connections > 0
  AND l.cpu <= 40
  AND d.memory_gib - l.free / 1073741824e0 <= 0.8e0 * d.memory_gib / 2
ORDER BY resource
