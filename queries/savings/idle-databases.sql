-- title: Database without connections
-- answers: which databases nobody connected to in two weeks
-- kind: RDS instance
-- finding: IDLE
-- action: Stop
-- effort: Low
-- needs: rds_db_instances, cloudwatch_metrics
WITH connections AS (
  SELECT resource_id, max(coalesce(maximum, average)) AS connections,
    count(DISTINCT CAST("timestamp" AS date)) AS days
  FROM cloudwatch_metrics
  WHERE metric_name = 'DatabaseConnections'
    AND "timestamp" >= date_add('day', -14, CAST(current_date AS timestamp))
  GROUP BY 1
)
SELECT
  d.db_instance_arn AS resource,
  d.db_instance_identifier AS name,
  d.account_id AS account,
  d.region,
  d.db_instance_class AS current,
  CAST(NULL AS varchar) AS recommended,
  CAST(NULL AS double) AS monthly_savings,
  1e0 AS saved_share,
  concat('no connection in ', CAST(c.days AS varchar), ' days; stop it, or keep a snapshot and delete it') AS explanation
FROM rds_db_instances_latest d
JOIN connections c ON c.resource_id = d.db_instance_identifier
WHERE d.db_instance_status = 'available'
  AND c.days >= 7 AND c.connections = 0
ORDER BY resource
